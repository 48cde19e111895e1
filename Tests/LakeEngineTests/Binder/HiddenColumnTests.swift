import LakeCore
import LakeEngine
import LakeSQL
import Testing

/// Columns that a query carries without showing them, and what it says of itself.
@Suite struct HiddenColumnTests {
  @Test func aShownColumnIsNotAddedAgain() throws {
    let bound = try BindingFixture.bind(
      "SELECT user, x FROM accelerometer", hidden: ["USER", "x"])
    #expect(bound.hiddenColumns == [0, 1])
    #expect(bound.plan.columnCount == 2)
  }

  @Test func aRenamedColumnIsFoundByWhatItIsMadeOf() throws {
    let bound = try BindingFixture.bind(
      "SELECT x, a.user AS who FROM accelerometer a", hidden: ["user", "lower(a.user)"])
    #expect(bound.hiddenColumns == [1, 2])
    #expect(bound.visibleCount == 2)
    #expect(bound.plan.columnCount == 3)
    #expect(bound.names == ["x", "who"])
    #expect(bound.visiblePlan.columnCount == 2)
  }

  @Test func hiddenColumnsStandBeforeThoseThatOnlySort() throws {
    let bound = try BindingFixture.bind(
      "SELECT x FROM accelerometer ORDER BY timestamp DESC, x LIMIT 2", hidden: ["user"])
    let rows = try ExecutionFixture.rows(try Optimizer().optimize(bound.plan))
    #expect(rows == [[.double(5), .null], [.double(4), .string("eve@x")]])
  }

  static let grouped = [
    "SELECT count(*) FROM accelerometer", "SELECT DISTINCT x FROM accelerometer",
    "SELECT x FROM accelerometer UNION ALL SELECT 1", "VALUES (1)",
  ]

  @Test(arguments: grouped) func rowsThatAreNoRowsOfATableCannotCarryColumns(_ sql: String) {
    let failure = BindingFixture.failure(sql, hidden: ["user"])
    #expect(failure.contains("'user' must be in the SELECT list"))
  }

  @Test func aGroupedQueryCanShowWhatIsAskedFor() throws {
    let bound = try BindingFixture.bind(
      "SELECT user, count(*) AS n FROM accelerometer GROUP BY user", hidden: ["user"])
    #expect(bound.hiddenColumns == [0])
  }

  @Test func columnsAreTracedToTheirTables() throws {
    let bound = try BindingFixture.bind(
      """
      WITH c AS (SELECT email AS mail, serialNumber FROM landing.customer)
      SELECT mail, d.user, upper(mail) AS u, max(d.x) AS x
      FROM c JOIN (SELECT * FROM accelerometer UNION ALL SELECT * FROM accelerometer) AS d
        ON c.mail = d.user
      GROUP BY mail, d.user
      """)
    let origins = bound.origins.map { $0.map { "\($0.label).\($0.column)" } }
    #expect(
      origins == [
        ["landing.customer.email"], ["landing.accelerometer.user"], [],
        ["landing.accelerometer.x"],
      ])
    #expect(
      Set(bound.tables) == [TableName(.landing, "customer"), TableName(.landing, "accelerometer")])
  }

  @Test func conditionsAreKnownOneByOne() throws {
    let bound = try BindingFixture.bind(
      """
      SELECT email FROM landing.customer
      WHERE shareWithResearchAsOfDate > 0 AND email IN (SELECT user FROM accelerometer)
      """)
    let steps = try #require(bound.conditions)
    let counts = try ([steps.from] + steps.steps.map(\.plan)).map {
      try ExecutionFixture.rows($0).count
    }
    #expect(counts == [4, 2, 1])
    #expect(steps.steps.map(\.text)[0] == "shareWithResearchAsOfDate > 0")
    #expect(
      steps.steps.map { $0.columns.map(\.name) } == [["shareWithResearchAsOfDate"], ["email"]])
  }

  @Test func nodesAreBoundToTypesAndFullNames() throws {
    let sql = "SELECT x + 1 FROM accelerometer"
    let query = try BindingFixture.query(sql)
    let bound = try Binder(try BindingFixture.resolver(), source: SourceText(sql)).bind(query)
    guard case .select(let body) = query.body, case .expression(let sum, _) = body.items[0].kind,
      case .binary(_, let x, _) = sum.kind, case .name(let name) = x.kind
    else {
      Issue.record("not the expected tree")
      return
    }
    #expect(bound.bindings[sum.id]?.type == .double)
    #expect(bound.bindings[name.id]?.name == ["landing", "accelerometer", "x"])
  }
}
