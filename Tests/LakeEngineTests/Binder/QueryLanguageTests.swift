import LakeCore
import LakeEngine
import Testing

/// The wider language of queries: what each form gives, with all rules and with none.
@Suite struct QueryLanguageTests {
  typealias Case = QueryRowsTests.Case

  private func check(_ example: Case) throws {
    #expect(try BindingFixture.rows(example.sql, optimized: false) == example.rows)
    #expect(try BindingFixture.rows(example.sql) == example.rows)
  }

  static let joins = [
    Case(
      "SELECT * FROM (VALUES (1,2),(3,4)) t(a,b) FULL JOIN (VALUES (1,9),(7,7)) u(a,c) USING (a)",
      "1 | 2 | 9", "3 | 4 | NULL", "7 | NULL | 7"),
    Case(
      """
      SELECT t.a, u.a FROM (VALUES (1,2),(3,4)) t(a,b) FULL JOIN (VALUES 1, 7) u(a) \
      ON t.a < u.a AND b < 3
      """, "1 | 7", "3 | NULL", "NULL | 1"),
    Case(
      "SELECT a, x FROM (VALUES 1, 2, 3) t(a) LEFT JOIN (VALUES 2, 3) u(x) ON a > x",
      "1 | NULL", "2 | NULL", "3 | 2"),
    Case(
      "SELECT a, x FROM (VALUES 1, 2) t(a) RIGHT JOIN (VALUES 1, 5) u(x) ON a > x",
      "2 | 1", "NULL | 5"),
    Case(
      "SELECT a FROM (VALUES 1, 2, 3) t(a) LEFT ANTI JOIN (VALUES 2) u(x) ON a <= x", "3"),
    Case(
      "SELECT * FROM (VALUES (1, 2)) t(a, b) JOIN (VALUES (1, 9)) u(x, c) WHERE a = x",
      "1 | 2 | 1 | 9"),
    Case(
      "SELECT * FROM (VALUES 1, 2) t(a) JOIN LATERAL (SELECT a + 1) u(x) ON TRUE",
      "1 | 2", "2 | 3"),
    Case(
      """
      SELECT * FROM (VALUES 1, 2) t(a), LATERAL (SELECT x FROM (VALUES 1, 2, 3) v(x) \
      WHERE x >= a ORDER BY x DESC LIMIT 2) u
      """, "1 | 3", "1 | 2", "2 | 3", "2 | 2"),
    Case(
      """
      SELECT a, n FROM (VALUES 1, 5) t(a) LEFT JOIN LATERAL (SELECT count(*) n FROM \
      (VALUES 1, 2) v(x) WHERE x > a) u ON n > 0
      """, "1 | 1", "5 | NULL"),
  ]

  static let unnesting = [
    Case(
      "SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY['a']) WITH ORDINALITY t(a, b, n)",
      "1 | 'a' | 1", "2 | NULL | 2"),
    Case(
      """
      SELECT id, e, n FROM (VALUES (1, ARRAY[1, 2]), (2, ARRAY[]), (3, NULL)) t(id, arr) \
      CROSS JOIN UNNEST(arr) WITH ORDINALITY AS u(e, n)
      """, "1 | 1 | 1", "1 | 2 | 2"),
    Case(
      """
      SELECT id, e, n FROM (VALUES (1, ARRAY[5]), (2, ARRAY[]), (3, NULL)) t(id, arr) \
      LEFT JOIN UNNEST(arr) WITH ORDINALITY AS u(e, n) ON TRUE
      """, "1 | 5 | 1", "2 | NULL | NULL", "3 | NULL | NULL"),
    Case(
      "SELECT id, e FROM (VALUES (1, ARRAY[1, 2])) t(id, arr), UNNEST(arr) AS u(e) WHERE e > id",
      "1 | 2"),
    Case(
      "SELECT * FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) t(k, v)", "'a' | 1", "'b' | 2"),
    Case("SELECT * FROM UNNEST(ARRAY[ROW(1, 'x')]) t(a, b)", "1 | 'x'"),
    Case(
      "SELECT a, y FROM (VALUES (1, ARRAY[5, 6])) t(a, b) LATERAL VIEW explode(b) x AS y",
      "1 | 5", "1 | 6"),
    Case(
      """
      SELECT a, p, y FROM (VALUES (1, ARRAY[5]), (2, NULL)) t(a, b) \
      LATERAL VIEW OUTER posexplode(b) x AS p, y
      """, "1 | 0 | 5", "2 | NULL | NULL"),
  ]

  static let sets = [
    Case(
      "SELECT a FROM (VALUES 1, 1, 2, 3) t(a) INTERSECT ALL SELECT a FROM (VALUES 1, 1, 1, 2) u(a)",
      "1", "1", "2"),
    Case(
      "SELECT a FROM (VALUES 1, 1, 2, NULL) t(a) EXCEPT ALL SELECT a FROM (VALUES 1, NULL) u(a)",
      "1", "2"),
    Case("SELECT 1 UNION SELECT 2 INTERSECT SELECT 3", "1"),
    Case("VALUES NULL, 1 INTERSECT VALUES 1, NULL", "NULL", "1"),
  ]

  static let groups = [
    Case(
      """
      SELECT a, b, sum(c) s, grouping(a, b) g FROM (VALUES (1, 'x', 1), (1, 'y', 2), (2, 'x', 3)) \
      t(a, b, c) GROUP BY ROLLUP (a, b) ORDER BY g, a, b
      """,
      "1 | 'x' | 1 | 0", "1 | 'y' | 2 | 0", "2 | 'x' | 3 | 0", "1 | NULL | 3 | 1",
      "2 | NULL | 3 | 1", "NULL | NULL | 6 | 3"),
    Case(
      """
      SELECT a, b, count(*) FROM (VALUES (1, 'x'), (1, 'y')) t(a, b) GROUP BY CUBE (a, b) \
      HAVING count(*) > 1
      """, "1 | NULL | 2", "NULL | NULL | 2"),
    Case(
      "SELECT a, count(*) FROM (SELECT 1 AS a WHERE FALSE) GROUP BY GROUPING SETS ((a), ())",
      "NULL | 0"),
    Case(
      "SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY a, ROLLUP (b)",
      "1 | 2 | 1", "1 | 3 | 1", "1 | NULL | 2"),
    Case("SELECT a + 1 AS k, count(*) FROM (VALUES 1, 1) t(a) GROUP BY k", "2 | 2"),
    Case(
      """
      SELECT array_join(array_agg(a ORDER BY b DESC, a), ','), \
      array_join(array_agg(DISTINCT a ORDER BY a), ','), \
      count(*) FILTER (WHERE a > 1) FROM (VALUES (1, 1), (2, 2), (3, 2), (1, 5)) t(a, b)
      """, "'1,2,3,1' | '1,2,3' | 2"),
  ]

  static let subqueries = [
    Case(
      "SELECT a, (SELECT max(x) FROM (VALUES 1, 2) u(x) WHERE x < a) FROM (VALUES 1, 2, 9) t(a)",
      "1 | NULL", "2 | 1", "9 | 2"),
    Case(
      "SELECT a, (SELECT count(*) FROM (VALUES 1, 2) u(x) WHERE x < a) FROM (VALUES 1, NULL) t(a)",
      "1 | 0", "NULL | 0"),
    Case(
      "SELECT a, (SELECT x FROM (VALUES 3, 2, 1) u(x) WHERE x >= a ORDER BY x LIMIT 1) "
        + "FROM (VALUES 1, 2, 4) t(a)", "1 | 1", "2 | 2", "4 | NULL"),
    Case(
      "SELECT (SELECT a + b) FROM (VALUES (1, 2)) t(a, b)", "3"),
    Case(
      """
      SELECT a, a > ALL (SELECT x FROM (VALUES 1, 2) u(x)), a = ANY (VALUES 1, NULL), \
      a <> ALL (SELECT 5), a < ANY (SELECT x FROM (VALUES 1) v(x) WHERE FALSE) \
      FROM (VALUES 1, 3, NULL) t(a)
      """,
      "1 | FALSE | TRUE | TRUE | FALSE", "3 | TRUE | NULL | TRUE | FALSE",
      "NULL | NULL | NULL | NULL | FALSE"),
    Case(
      """
      SELECT a FROM (VALUES 1, 2, 3) t(a) WHERE EXISTS (SELECT 1 FROM (VALUES 1, 3) u(x) \
      WHERE x = a AND EXISTS (SELECT 1 FROM (VALUES 3) v(y) WHERE y = a))
      """, "3"),
    Case(
      """
      SELECT a FROM (VALUES 1, 2, 3) t(a) WHERE a IN (SELECT max(x) FROM (VALUES 1, 3) u(x) \
      GROUP BY x HAVING max(x) = t.a)
      """, "1", "3"),
    Case(
      """
      SELECT a FROM (VALUES 1, 2) t(a) WHERE a NOT IN (SELECT x FROM (VALUES (1, 1), (1, NULL)) \
      u(k, x) WHERE k = a)
      """, "2"),
    Case(
      "SELECT g, sum(v) FROM (VALUES (1, 2), (2, 3)) t(g, v) GROUP BY g "
        + "HAVING sum(v) > (SELECT avg(x) FROM (VALUES 2, 3) u(x))", "2 | 3"),
    Case(
      "SELECT (1, 2) IN (SELECT a, b FROM (VALUES (1, 2), (3, NULL)) t(a, b)), "
        + "(3, 4) IN (SELECT a, b FROM (VALUES (3, NULL)) t(a, b))", "TRUE | NULL"),
  ]

  static let recursion = [
    Case(
      "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT * FROM t",
      "1", "2", "3", "4"),
    Case(
      """
      WITH RECURSIVE e(a, b) AS (VALUES (1, 2), (2, 3), (3, 1)), r(x) AS (SELECT 1 UNION \
      SELECT b FROM r JOIN e ON a = x) SELECT * FROM r
      """, "1", "2", "3"),
    Case(
      "SELECT a FROM (VALUES 3, 2, 1, 2) t(a) ORDER BY a FETCH FIRST 2 ROWS WITH TIES",
      "1", "2", "2"),
    Case("SELECT * EXCEPT (c) RENAME (a AS z) FROM (VALUES (1, 2, 3)) t(a, b, c)", "1 | 2"),
    Case("SELECT a, a FROM (VALUES 1) t(a)", "1 | 1"),
  ]

  static let windows = [
    Case(
      """
      SELECT a, lag(a) OVER w, lead(a, 2, 0) OVER w, ntile(2) OVER w, percent_rank() OVER w, \
      cume_dist() OVER w FROM (VALUES 1, 2, 2, 5) t(a) WINDOW w AS (ORDER BY a)
      """,
      "1 | NULL | 2 | 1 | 0.0 | 0.25", "2 | 1 | 5 | 1 | 0.3333333333333333 | 0.75",
      "2 | 2 | 0 | 2 | 0.3333333333333333 | 0.75", "5 | 2 | 0 | 2 | 1.0 | 1.0"),
    Case(
      """
      SELECT d, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '2' DAY PRECEDING AND CURRENT \
      ROW) FROM (VALUES DATE '2024-01-01', DATE '2024-01-02', DATE '2024-01-05') t(d)
      """, "date '2024-01-01' | 1", "date '2024-01-02' | 2", "date '2024-01-05' | 1"),
    Case(
      "SELECT g, sum(sum(v)) OVER (ORDER BY g DESC) FROM (VALUES (1, 2), (1, 3), (2, 4)) t(g, v) "
        + "GROUP BY g", "1 | 9", "2 | 4"),
    Case(
      "SELECT a, lag(b) IGNORE NULLS OVER (ORDER BY a) FROM (VALUES (1, 7), (2, NULL), (3, 8)) "
        + "t(a, b)", "1 | NULL", "2 | 7", "3 | 7"),
    Case(
      "SELECT a FROM (VALUES 1, 2, 3) t(a) QUALIFY sum(a) OVER (ORDER BY a) > 2", "2", "3"),
  ]

  @Test(arguments: joins + unnesting) func joinsGiveTheirRows(_ example: Case) throws {
    try check(example)
  }

  @Test(arguments: sets + groups) func setsAndGroupsGiveTheirRows(_ example: Case) throws {
    try check(example)
  }

  @Test(arguments: subqueries) func subqueriesGiveTheirValues(_ example: Case) throws {
    try check(example)
  }

  @Test(arguments: recursion + windows) func theRestGivesItsRows(_ example: Case) throws {
    try check(example)
  }

  @Test(arguments: [
    (
      "SELECT (SELECT x FROM (VALUES 1, 2) u(x) WHERE x > a) FROM (VALUES 0) t(a)",
      "a subquery that stands for a value has given more than one row"
    ),
    (
      "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n FROM t) SELECT * FROM t",
      "'t' has not ended after 10000 rounds"
    ),
    (
      "SELECT ntile(0) OVER (ORDER BY a) FROM (VALUES 1) t(a)",
      "ntile needs a number above 0, not 0"
    ),
    (
      "SELECT sum(a) OVER (ORDER BY a ROWS a - 5 PRECEDING) FROM (VALUES 1) t(a)",
      "the distance of a frame must be a number that is not negative"
    ),
  ])
  func rowsThatHaveNoAnswerSaySo(_ sql: String, _ message: String) throws {
    let error = #expect(throws: LakeError.self) { try BindingFixture.rows(sql) }
    #expect(error?.message == message)
  }

  @Test(arguments: [
    ("SELECT * FROM UNNEST(1)", ":1:22: unnest takes arrays and maps, not integer"),
    (
      "SELECT sum(1) OVER (ORDER BY 1 ROWS BETWEEN CURRENT ROW AND 1 PRECEDING)",
      ":1:8: a frame must not end before it begins"
    ),
    (
      "SELECT sum(a) OVER (RANGE 1 PRECEDING) FROM (VALUES 1) t(a)",
      ":1:27: RANGE with a distance needs one expression in ORDER BY"
    ),
    (
      "SELECT grouping(b) FROM (VALUES (1, 2)) t(a, b) GROUP BY a",
      ":1:17: grouping() takes what stands in GROUP BY"
    ),
    (
      "WITH RECURSIVE t(n) AS (SELECT n FROM t) SELECT * FROM t",
      """
      :1:16: 't' reads itself, and is no UNION of where it begins and how it goes on (Write … \
      UNION ALL SELECT … FROM t.)
      """
    ),
    (
      "SELECT 1 FETCH FIRST 1 ROWS WITH TIES",
      ":1:22: WITH TIES needs ORDER BY (Without an order all rows are ties.)"
    ),
    (
      "SELECT :who",
      ":1:9: there is no value for the parameter ':who' (Give one with --param who=value.)"
    ),
  ])
  func mistakesAreTold(_ sql: String, _ message: String) {
    #expect(BindingFixture.failure(sql) == message)
  }
}
