import LakeCore
import LakeEngine
import LakeSQL
import Testing

/// What is said about queries that are wrong: the place, what it is, what to do.
@Suite struct BindingErrorTests {
  static let cases: [(sql: String, message: String)] = [
    (
      "SELECT serialNumbr FROM landing.customer",
      ":1:8: there is no column 'serialNumbr' (Did you mean 'serialNumber'?)"
    ),
    (
      "SELECT c.email\nFROM landing.customer AS k",
      ":1:8: there is no table 'c' in FROM (Tables: k.)"
    ),
    (
      "SELECT email FROM landing.custmer",
      ":1:19: there is no table 'landing.custmer' (Did you mean 'landing.customer'?)"
    ),
    (
      "SELECT email FROM customer",
      ":1:19: 'customer' can be landing.customer or trusted.customer (Put the zone in front of it.)"
    ),
    (
      "SELECT email FROM lading.customer",
      ":1:19: there is no zone or database 'lading' (in 'lading.customer') (Did you mean"
        + " 'landing'?)"
    ),
    (
      "SELECT 1 FROM customer_trusted WHERE email = 5",
      ":1:38: cannot compare varchar with integer: email = 5 (Write CAST(… AS integer) around the"
        + " text, or TRY_CAST to get null where it is no number.)"
    ),
    (
      "SELECT 1 FROM customer_trusted WHERE birthDay > '1.1.2024'",
      ":1:38: '1.1.2024' is no date"
    ),
    (
      "SELECT 1 FROM accelerometer WHERE timestamp > TIMESTAMP '2024-01-01 00:00:00'",
      ":1:35: cannot compare bigint with timestamp: timestamp > TIMESTAMP '2024-01-01 00:00:00' (A"
        + " number of milliseconds becomes a timestamp by from_unixtime(x / 1000.0).)"
    ),
    (
      "SELECT email, count(*) FROM customer_trusted",
      ":1:8: 'email' must be in GROUP BY or inside of an aggregate (Write GROUP BY email, or"
        + " arbitrary(email).)"
    ),
    (
      "SELECT 1 FROM customer_trusted WHERE count(*) > 1",
      ":1:38: the aggregate count cannot stand in WHERE (Conditions on groups stand in HAVING.)"
    ),
    (
      "SELECT email FROM customer_trusted ORDER BY 2",
      ":1:45: ORDER BY 2: the SELECT list has 1 columns"
    ),
    (
      "SELECT email FROM landing.customer a JOIN customer_trusted b ON a.email = b.email",
      ":1:8: column 'email' is ambiguous: it can be 'a.email' or 'b.email' (Put the table's name or"
        + " alias in front of it.)"
    ),
    (
      "SELECT 1 FROM customer_trusted a JOIN customer_trusted a ON TRUE",
      ":1:39: two tables of FROM are called 'a' (Give one of them an alias: … AS b.)"
    ),
    (
      "SELECT email AS e FROM customer_trusted WHERE e = 'a'",
      ":1:47: there is no column 'e': WHERE does not see the names of the SELECT list (Repeat the"
        + " expression, or put the SELECT into a subquery.)"
    ),
    (
      "SELECT email FROM \"landing.customer\"",
      ":1:19: there is no table 'landing.customer' (Zone and name have quotes of their own, or"
        + " none.)"
    ),
    (
      "SELECT strftime(email) FROM customer_trusted",
      ":1:8: there is no function 'strftime' (Write date_format(x, '%Y-%m-%d').)"
    ),
    (
      "SELECT \"hello\" FROM customer_trusted",
      ":1:8: there is no column 'hello' (Double quotes are for names. Text stands in single quotes:"
        + " 'hello'.)"
    ),
    (
      "SELECT lowr(email) FROM customer_trusted",
      ":1:8: there is no function 'lowr' (Did you mean 'lower'?)"
    ),
    (
      "SELECT address.town FROM customer_trusted",
      ":1:8: there is no member 'town' in row(city varchar, zip integer)"
    ),
    (
      "SELECT * FROM customer_trusted JOIN accelerometer",
      ":1:37: JOIN needs ON or USING (All pairs of rows are CROSS JOIN.)"
    ),
    (
      "SELECT email FROM customer_trusted UNION SELECT x FROM accelerometer",
      """
      :1:42: column 1 of UNION is varchar on one side and double on the other (Write CAST(… AS \
      varchar) around one of them.)
      """
    ),
    (
      "SELECT email, x FROM customer_trusted, accelerometer UNION SELECT 1",
      ":1:60: the sides of UNION have 2 and 1 columns"
    ),
    (
      "SELECT * EXCEPT (emial) FROM customer_trusted",
      ":1:18: '*' has no column 'emial' (Did you mean 'email'?)"
    ),
    (
      "SELECT DISTINCT email FROM customer_trusted ORDER BY birthDay",
      ":1:54: with SELECT DISTINCT, what ORDER BY names must be in the SELECT list"
    ),
    (
      "SELECT CASE WHEN TRUE THEN email ELSE 1 END FROM customer_trusted",
      """
      :1:8: the values of CASE have different types, varchar and integer (Write CAST(… AS integer) \
      around the text, or TRY_CAST to get null where it is no number.)
      """
    ),
    (
      "SELECT 1 FROM customer_trusted WHERE shareWithResearchAsOfDate",
      """
      :1:38: WHERE must be a boolean, and 'shareWithResearchAsOfDate' is bigint (Compare it with \
      something: … <> 0.)
      """
    ),
    ("SELECT 1 LIMIT -1", ":1:16: LIMIT must be a whole number that is not negative"),
    (
      """
      SELECT email FROM customer_trusted WHERE email IN (SELECT email, birthDay FROM \
      landing.customer)
      """,
      ":1:52: IN compares 1 with a query of 2 columns"
    ),
    (
      "SELECT sum(email) FROM customer_trusted",
      """
      :1:8: sum(varchar) is not how sum is called (Call it as sum(bigint) → bigint, or as \
      sum(decimal(p,s)) → decimal(38,s), or as sum(double) → double.)
      """
    ),
  ]

  @Test(arguments: cases.indices)
  func errorsSayWhereAndWhatAndWhatToDo(_ index: Int) {
    #expect(BindingFixture.failure(Self.cases[index].sql) == Self.cases[index].message)
  }

  @Test func theSecondColumnOfANameIsRefusedForTables() throws {
    let bound = try BindingFixture.bind("SELECT email, serialNumber AS EMAIL FROM customer_trusted")
    let error = #expect(throws: LakeError.self) { try bound.requireUniqueNames() }
    #expect(error?.message == "Column name 'EMAIL' specified more than once")
  }

  @Test func aQueryOfTooManyTablesIsRefused() {
    let tables = (0...Binder.tablesMax).map { "customer_trusted t\($0)" }
    let sql = "SELECT 1 FROM " + tables.joined(separator: ", ")
    #expect(BindingFixture.failure(sql).contains("more than 500 tables"))
  }
}

/// Queries that are as deep as the parser lets them be.
@Suite struct DeepQueryTests {
  private func text(_ shape: String, depth: Int) -> String {
    func repeated(_ text: String) -> String { String(repeating: text, count: depth) }
    switch shape {
    case "negations": return "SELECT " + repeated("NOT ") + "TRUE"
    case "cases": return "SELECT " + repeated("CASE WHEN TRUE THEN ") + "1" + repeated(" END")
    case "subqueries":
      return repeated("SELECT a FROM (") + "SELECT 1 AS a" + repeated(") AS t")
    case "conditions":
      return repeated("SELECT 1 AS a WHERE 1 IN (") + "SELECT 1 AS a" + repeated(")")
    default: return repeated("(SELECT 1 AS a UNION ALL ") + "SELECT 1 AS a" + repeated(")")
    }
  }

  @Test(arguments: ["negations", "cases", "subqueries", "conditions", "unions"])
  func deepQueriesAreBoundOrRefused(_ shape: String) throws {
    for depth in [50, 300, 900] {
      let sql = text(shape, depth: depth)
      do {
        let bound = try BindingFixture.bind(sql)
        let plan = try Optimizer(isChecking: true).optimize(bound.plan)
        #expect(Explain.text(plan).isEmpty == false)
      } catch let error as LakeError {
        #expect(error.code == .limitExceeded, "\(error)")
      }
    }
  }
}
