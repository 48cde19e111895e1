import LakeCore
import LakeEngine
import Testing

/// What rules make of queries, as EXPLAIN shows it.
@Suite struct OptimizedPlanTests {
  private func check(_ sql: String, _ plan: String) throws {
    #expect(try BindingFixture.plan(sql) == plan + "\n")
  }

  @Test func conditionsAndColumnsReachTheScan() throws {
    try check(
      "SELECT email FROM (SELECT * FROM landing.customer) t WHERE birthDay > '1990-01-01'",
      """
      project email
        scan landing.customer (email, birthDay) where birthDay > date '1990-01-01'
      """)
  }

  @Test func equationsOfACommaListBecomeKeys() throws {
    try check(
      """
      SELECT c.email, a.x FROM landing.customer c, accelerometer a
      WHERE c.email = a.user AND a.x > 1 AND c.serialNumber = 's1'
      """,
      """
      project email, x
        inner join on email = user
          project email
            scan landing.customer (email, serialNumber) where serialNumber = 's1'
          scan landing.accelerometer (user, x) where x > 1.0
      """)
  }

  @Test func distinctRowsOfOneSideAreASemiJoin() throws {
    try check(
      """
      SELECT DISTINCT c.email FROM landing.customer c JOIN accelerometer a ON c.email = a.user
      """,
      """
      distinct
        semi join on email = user
          scan landing.customer (email)
          scan landing.accelerometer (user)
      """)
  }

  @Test func differentValuesBecomeGroupsWhereAllAggregatesAreOfThem() throws {
    try check(
      "SELECT user, count(DISTINCT x) AS n, sum(DISTINCT x) FROM accelerometer GROUP BY user",
      """
      project user, agg0 AS n, agg1 AS _col2
        aggregate count(value0) AS agg0, sum(value0) AS agg1 by user
          aggregate by user, x AS value0
            scan landing.accelerometer (user, x)
      """)
    try check(
      "SELECT count(*), count(DISTINCT x) FROM accelerometer",
      """
      project agg0 AS _col0, agg1 AS _col1
        aggregate count(*) AS agg0, count(DISTINCT x) AS agg1
          scan landing.accelerometer (x)
      """)
  }

  @Test func aConditionOnAKeyHoldsForBothSides() throws {
    try check(
      """
      SELECT a.x FROM landing.customer c JOIN accelerometer a ON c.email = a.user
      WHERE c.email LIKE 'a%'
      """,
      """
      project x
        inner join on email = user
          scan landing.customer (email) where email LIKE 'a%'
          scan landing.accelerometer (user, x) where user LIKE 'a%'
      """)
  }

  @Test func whatCanFailStaysBehindTheJoin() throws {
    let plan = try BindingFixture.plan(
      """
      SELECT a.x FROM landing.customer c JOIN accelerometer a ON c.email = a.user
      WHERE CAST(c.serialNumber AS bigint) > 1
      """)
    #expect(plan.contains("filter CAST(serialNumber AS bigint) > 1"))
    #expect(!plan.contains("where CAST"))
  }

  @Test func aLeftJoinWhoseNullsAreDroppedIsAnInnerJoin() throws {
    try check(
      """
      SELECT c.email FROM landing.customer c LEFT JOIN accelerometer a ON c.email = a.user
      WHERE a.x > 1
      """,
      """
      project email
        inner join on email = user
          scan landing.customer (email)
          project user
            scan landing.accelerometer (user, x) where x > 1.0
      """)
  }

  @Test func limitsReachTheSort() throws {
    try check(
      "SELECT email FROM landing.customer ORDER BY birthDay DESC LIMIT 3 OFFSET 1",
      """
      project email
        top 3 by order1 DESC offset 1
          project email, birthDay AS order1
            scan landing.customer (email, birthDay)
      """)
  }

  @Test func constantsAreFolded() throws {
    try check(
      "SELECT x * (1 + 1) AS y FROM accelerometer WHERE 1 = 1 AND timestamp > 10 * 60",
      """
      project x * 2.0 AS y
        scan landing.accelerometer (timestamp, x) where timestamp > 600
      """)
  }

  @Test func nothingIsReadWhereNothingCanBeTrue() throws {
    let plan = try BindingFixture.plan("SELECT x FROM accelerometer WHERE 1 = 2")
    #expect(plan.hasSuffix("values 0 rows of 1 columns\n"))
  }

  @Test func aCommonTableWithOneReaderIsNotKept() throws {
    let one = try BindingFixture.plan("WITH t AS (SELECT x FROM accelerometer) SELECT x FROM t")
    #expect(!one.contains("shared"))
    let two = try BindingFixture.plan(
      "WITH t AS (SELECT * FROM accelerometer) SELECT a.x FROM t a JOIN t b ON a.x = b.z")
    #expect(two.contains("shared t"))
    #expect(two.contains("scan landing.accelerometer (x, z)"))
  }

  @Test func rulesAreSwitchedOffByName() throws {
    let bound = try BindingFixture.bind("SELECT email FROM landing.customer WHERE email = 'a'")
    let plan = try Optimizer(disabling: Set(Optimizer.ruleNames)).optimize(bound.plan)
    #expect(Explain.text(plan) == Explain.text(bound.plan))
    #expect(Set(Optimizer.ruleNames).count == Optimizer.ruleNames.count)
  }

  @Test func aPlanIsAlsoJSON() throws {
    let bound = try BindingFixture.bind("SELECT x FROM accelerometer WHERE x > 1")
    let json = Explain.json(try Optimizer().optimize(bound.plan))
    #expect(
      json == """
        {"node":"scan","text":"scan landing.accelerometer (x) where x > 1.0",\
        "details":"landing.accelerometer (x) x > 1.0",\
        "columns":[{"name":"x","type":"double"}],"estimated_rows":2}
        """)
  }
}
