import LakeCore
import LakeEngine
import Testing

/// What queries give, with all rules and with none.
@Suite struct QueryRowsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var sql: String
    var rows: [String]
    var testDescription: String { sql }

    init(_ sql: String, _ rows: String...) {
      self.sql = sql
      self.rows = rows
    }
  }

  private func check(_ example: Case) throws {
    #expect(try BindingFixture.rows(example.sql, optimized: false) == example.rows)
    #expect(try BindingFixture.rows(example.sql) == example.rows)
  }

  static let plain = [
    Case("SELECT 1, 'a' AS b, NULL", "1 | 'a' | NULL"),
    Case(
      "SELECT email FROM landing.customer WHERE shareWithResearchAsOfDate > 0", "'ada@x'",
      "'cy@x'"),
    Case("SELECT EMAIL FROM customer_trusted", "'ada@x'"),
    Case(
      "SELECT c.address.city, address.zip + 1 FROM customer_landing c LIMIT 1", "'Adatown' | 1001"),
    Case(
      "SELECT user, timestamp FROM accelerometer WHERE user IS NOT NULL LIMIT 2 OFFSET 1",
      "'bob@x' | 10", "'ada@x' | 20"),
    Case(
      "SELECT * EXCEPT (z, x) FROM accelerometer WHERE x BETWEEN 3 AND 4", "'ada@x' | 20",
      "'eve@x' | 30"),
    Case(
      "SELECT customerName FROM landing.customer WHERE birthDay >= '1994-08-23'", "'Bob'", "'Cy'"),
    Case(
      "SELECT CASE WHEN x > 3 THEN 'big' ELSE 'small' END FROM accelerometer WHERE x > 2.5",
      "'small'", "'big'", "'big'"),
    Case(
      "SELECT COALESCE(user, 'nobody'), NULLIF(timestamp, 40) FROM accelerometer WHERE z IS NULL",
      "'nobody' | NULL"),
    Case(
      "SELECT user FROM accelerometer WHERE user IN ('ada@x', 'eve@x') AND timestamp IN (10, 30)",
      "'ada@x'", "'eve@x'"),
    Case("VALUES (1, 'a'), (2, NULL)", "1 | 'a'", "2 | NULL"),
    Case("SELECT a + 1 FROM (VALUES (1), (2)) AS t(a)", "2", "3"),
    Case("SELECT town FROM adults WHERE email LIKE 'b%'", "'Bobtown'"),
    Case("SELECT x FROM accelerometer WHERE x = 1 UNION ALL SELECT 2", "1.0", "2.0"),
  ]

  @Test(arguments: plain) func plainQueriesGiveTheirRows(_ example: Case) throws {
    try check(example)
  }

  static let joins = [
    Case(
      """
      SELECT c.email, a.timestamp FROM landing.customer c JOIN accelerometer a ON c.email = a.user
      """,
      "'ada@x' | 10", "'ada@x' | 20", "'bob@x' | 10"),
    Case(
      """
      SELECT c.email, a.x FROM landing.customer c LEFT JOIN accelerometer a ON c.email = a.user \
      AND a.x > 1 WHERE c.email < 'c'
      """,
      "'ada@x' | 3.0", "'bob@x' | 2.0"),
    Case(
      """
      SELECT a.user, c.customerName FROM landing.customer c RIGHT JOIN accelerometer a ON c.email \
      = a.user
      """,
      "'ada@x' | 'Ada'", "'bob@x' | 'Bob'", "'ada@x' | 'Ada'", "'eve@x' | NULL", "NULL | NULL"),
    Case(
      "SELECT * FROM (VALUES (1, 'a')) AS l(k, v) JOIN (VALUES (1, 'b')) AS r(k, w) USING (k)",
      "1 | 'a' | 'b'"),
    Case(
      "SELECT * FROM (VALUES (1, 'a')) AS l(k, v) NATURAL JOIN (VALUES (1, 'b')) AS r(k, w)",
      "1 | 'a' | 'b'"),
    Case(
      """
      SELECT k, v FROM (VALUES (1, 'a')) AS l(k, v) RIGHT JOIN (VALUES (2, 'b')) AS r(k, w) USING \
      (k)
      """,
      "2 | NULL"),
    Case(
      """
      SELECT c.email FROM landing.customer c, step_trainer s WHERE c.serialNumber = s.serialNumber \
      AND s.distanceFromObject > 150
      """,
      "'ada@x'", "'cy@x'", "'dee@x'"),
    Case(
      "SELECT email FROM landing.customer c LEFT SEMI JOIN accelerometer a ON c.email = a.user",
      "'ada@x'", "'bob@x'"),
    Case(
      "SELECT email FROM landing.customer c LEFT ANTI JOIN accelerometer a ON c.email = a.user",
      "'cy@x'", "'dee@x'"),
    Case(
      "SELECT email FROM landing.customer WHERE email IN (SELECT user FROM accelerometer)",
      "'ada@x'", "'bob@x'"),
    Case("SELECT email FROM landing.customer WHERE email NOT IN (SELECT user FROM accelerometer)"),
    Case(
      """
      SELECT email FROM landing.customer WHERE email NOT IN (SELECT user FROM accelerometer WHERE \
      user IS NOT NULL)
      """,
      "'cy@x'", "'dee@x'"),
    Case(
      """
      SELECT email FROM landing.customer c WHERE EXISTS (SELECT 1 FROM step_trainer s WHERE \
      s.serialNumber = c.serialNumber AND s.distanceFromObject < 250)
      """,
      "'ada@x'", "'dee@x'"),
    Case(
      """
      SELECT email FROM landing.customer c WHERE NOT EXISTS (SELECT 1 FROM step_trainer s WHERE \
      s.serialNumber = c.serialNumber)
      """,
      "'bob@x'"),
    Case(
      """
      SELECT s.serialNumber FROM step_trainer s WHERE sensorReadingTime IN (SELECT timestamp FROM \
      accelerometer a WHERE a.timestamp * 10 = s.distanceFromObject)
      """,
      "'s1'", "'s1'"),
    Case(
      """
      SELECT email FROM landing.customer c WHERE 15 NOT IN (SELECT timestamp FROM accelerometer a \
      WHERE a.user = c.email) AND email < 'c'
      """,
      "'ada@x'", "'bob@x'"),
    Case(
      "SELECT email, email IN (SELECT user FROM accelerometer) FROM landing.customer",
      "'ada@x' | TRUE", "'bob@x' | TRUE", "'cy@x' | NULL", "'dee@x' | NULL"),
    Case(
      """
      SELECT email FROM landing.customer c WHERE shareWithResearchAsOfDate = 0 OR EXISTS (SELECT 1 \
      FROM accelerometer a WHERE a.user = c.email AND a.x > 2)
      """,
      "'ada@x'", "'dee@x'"),
    Case("SELECT x FROM accelerometer WHERE x < (SELECT 2)", "1.0"),
  ]

  @Test(arguments: joins) func joinsAndSubqueriesGiveTheirRows(_ example: Case) throws {
    try check(example)
  }

  static let groups = [
    Case(
      "SELECT count(*), count(user), sum(x), min(timestamp) FROM accelerometer", "5 | 4 | 15.0 | 10"
    ),
    Case(
      "SELECT user, count(*) AS n FROM accelerometer GROUP BY user", "'ada@x' | 2", "'bob@x' | 1",
      "'eve@x' | 1", "NULL | 1"),
    Case(
      "SELECT upper(user) AS u, max(x) + 1 FROM accelerometer GROUP BY u HAVING count(*) > 1",
      "'ADA@X' | 4.0"),
    Case(
      """
      SELECT user, timestamp / 20, count(*) FROM accelerometer GROUP BY 1, timestamp / 20 ORDER BY \
      3 DESC, 1 LIMIT 2
      """,
      "'ada@x' | 0 | 1", "'ada@x' | 1 | 1"),
    Case("SELECT DISTINCT serialNumber FROM landing.customer", "'s1'", "'s2'", "'s3'"),
    Case(
      "SELECT DISTINCT c.email FROM landing.customer c JOIN accelerometer a ON a.user = c.email",
      "'ada@x'", "'bob@x'"),
    Case(
      "SELECT email FROM landing.customer ORDER BY serialNumber DESC, email", "'cy@x'", "'bob@x'",
      "'ada@x'", "'dee@x'"),
    Case("SELECT x AS y FROM accelerometer WHERE x > 1 ORDER BY -y LIMIT 2", "5.0", "4.0"),
    Case(
      """
      SELECT user FROM accelerometer UNION SELECT email FROM landing.customer ORDER BY 1 DESC \
      LIMIT 2
      """,
      "'eve@x'", "'dee@x'"),
    Case(
      "SELECT email FROM landing.customer INTERSECT SELECT user FROM accelerometer", "'ada@x'",
      "'bob@x'"),
    Case(
      "SELECT email FROM landing.customer EXCEPT SELECT user FROM accelerometer", "'cy@x'",
      "'dee@x'"),
    Case(
      """
      SELECT email FROM landing.customer QUALIFY row_number() OVER (PARTITION BY serialNumber \
      ORDER BY email DESC) = 1
      """,
      "'bob@x'", "'cy@x'", "'dee@x'"),
    Case(
      "SELECT user, rank() OVER (ORDER BY timestamp) AS r FROM accelerometer WHERE user < 'c'",
      "'ada@x' | 1", "'bob@x' | 1", "'ada@x' | 3"),
    Case(
      """
      WITH t AS (SELECT email, serialNumber FROM landing.customer), u AS (SELECT * FROM t WHERE \
      serialNumber = 's1') SELECT u.email, t.email FROM u JOIN t ON u.serialNumber = t.serialNumber
      """,
      "'ada@x' | 'ada@x'", "'ada@x' | 'dee@x'", "'dee@x' | 'ada@x'", "'dee@x' | 'dee@x'"),
    Case(
      """
      SELECT email, (SELECT count(*) FROM accelerometer a WHERE a.user = c.email) AS n FROM \
      landing.customer c
      """,
      "'ada@x' | 2", "'bob@x' | 1", "'cy@x' | 0", "'dee@x' | 0"),
    Case(
      """
      SELECT email, (SELECT max(x) FROM accelerometer a WHERE a.user = c.email) FROM \
      landing.customer c LIMIT 3
      """,
      "'ada@x' | 3.0", "'bob@x' | 2.0", "'cy@x' | NULL"),
    Case(
      "SELECT user FROM accelerometer WHERE x = (SELECT max(x) FROM accelerometer WHERE z < 0)",
      "'eve@x'"),
    Case("SELECT count(*) FROM (SELECT DISTINCT user FROM accelerometer) t", "4"),
    Case("SELECT count(DISTINCT user), count(*) FILTER (WHERE x > 2) FROM accelerometer", "3 | 3"),
    Case(
      """
      SELECT customerName FROM landing.customer c WHERE birthDay = (SELECT max(birthDay) FROM \
      landing.customer d WHERE d.serialNumber = c.serialNumber)
      """,
      "'Ada'", "'Bob'", "'Cy'"),
  ]

  @Test(arguments: groups) func groupsAndWindowsGiveTheirRows(_ example: Case) throws {
    try check(example)
  }
}
