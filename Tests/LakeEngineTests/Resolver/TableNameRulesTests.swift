import LakeCore
import LakeEngine
import Testing

@Suite struct TableNameRulesTests {
  private static let tables = [
    TableName(.landing, "customer"), TableName(.trusted, "customer"),
    TableName(.curated, "customers"), TableName(.curated, "machine_learning"),
    TableName(.landing, "odd_trusted"), TableName(.landing, "Case"), TableName(.landing, "case"),
  ]

  private func resolve(_ name: String) -> String {
    do {
      return try TableNameRules.resolve(
        name.split(separator: ".").map(String.init), among: Self.tables, databases: ["stedi"]
      ).description
    } catch {
      return "\(error.code): \(error.message)"
    }
  }

  static let cases = [
    ("trusted.customer", "trusted.customer"), ("TRUSTED.Customer", "trusted.customer"),
    ("silver.customer", "trusted.customer"), ("customer_trusted", "trusted.customer"),
    ("customers", "curated.customers"), ("customers_curated", "curated.customers"),
    ("machine_learning_curated", "curated.machine_learning"),
    ("machine_learning", "curated.machine_learning"),
    ("stedi.customer_trusted", "trusted.customer"), ("stedi.customers", "curated.customers"),
    ("awsdatacatalog.stedi.customer_landing", "landing.customer"),
    ("landing.customer_landing", "landing.customer"), ("odd_trusted", "landing.odd_trusted"),
    ("landing.case", "landing.case"), ("landing.Case", "landing.Case"),
    ("customer", "invalid_input: 'customer' can be landing.customer or trusted.customer"),
    ("trusted.customers", "not_found: there is no table 'trusted.customers'"),
    (
      "nowhere.customer",
      "not_found: there is no zone or database 'nowhere' (in 'nowhere.customer')"
    ),
    ("a.b.c.d", "not_found: 'a.b.c.d' is no name of a table"),
  ]

  @Test(arguments: cases) func aNameMeansOneTable(_ written: String, _ meant: String) {
    #expect(resolve(written) == meant)
  }
}
