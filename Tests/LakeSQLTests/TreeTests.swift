import LakeCore
import LakeSQL
import LakeTestSupport
import Testing

@Suite struct TreeTests {
  @Test func statementsKeepTheirPlaceInTheText() throws {
    let text = " ; SELECT 1 -- one\n; /* ; */ SELECT ';' ;; USE a"
    let source = SourceText(text)
    let statements = try SQLParser.parse(text)
    #expect(statements.map { source.text($0.range) } == ["SELECT 1", "SELECT ';'", "USE a"])
    #expect(
      SQLParser.statementRanges(of: text).map { source.text($0) } == [
        "SELECT 1", "SELECT ';'", "USE a",
      ])
  }

  @Test func statementsAreCutEvenIfTheyCannotBeRead() {
    let text = "SELEC 1; SELECT (; 'a;b'"
    let ranges = SQLParser.statementRanges(of: text)
    #expect(ranges.map { SourceText(text).text($0) } == ["SELEC 1", "SELECT (", "'a;b'"])
  }

  @Test(arguments: Corpus.queries)
  func numbersOfNodesAreUniqueAndSmall(text: String) throws {
    let statement = try SQLParser.parseStatement(text)
    guard case .query(let query) = statement.kind, case .select(let select) = query.body else {
      return
    }
    var seen: Set<NodeID> = []
    for item in select.items {
      guard case .expression(let expression, _) = item.kind else { continue }
      expression.visit { node in
        #expect(seen.insert(node.id).inserted)
        #expect((0..<statement.nodeCount).contains(node.id.number))
        #expect(node.range.lowerBound >= item.range.lowerBound)
        #expect(node.range.upperBound <= item.range.upperBound)
        return true
      }
    }
  }

  @Test func rangesOfExpressionsCoverTheirText() throws {
    let text = "a + f( b ) * -c[1] IS NOT NULL"
    let source = SourceText(text)
    var found: [String] = []
    try SQLParser.parseExpression(text).visit { node in
      found.append(source.text(node.range))
      return true
    }
    #expect(
      found == [
        "a + f( b ) * -c[1] IS NOT NULL", "a + f( b ) * -c[1]", "a", "f( b ) * -c[1]", "f( b )",
        "b",
        "-c[1]", "c[1]", "c", "1",
      ])
  }

  @Test func treesAreComparedByContent() throws {
    let one = try SQLParser.parseStatement("SELECT a, \"b\" FROM t WHERE x = 1")
    let other = try SQLParser.parseStatement("select  a,b\nfrom t where (x == 1)")
    #expect(one == other)
    #expect(Set([one, other]).count == 1)
    #expect(try one != SQLParser.parseStatement("SELECT a, b FROM t WHERE x = 2"))
  }

  @Test func parametersAreNumberedInEachStatement() throws {
    let statements = try SQLParser.parse("SELECT ?, ?; SELECT ?")
    #expect(statements.map(\.parameterCount) == [2, 1])
  }

  @Test(arguments: [
    ("SELECT 1", []),
    (
      "SELECT * FROM a, landing.b JOIN C ON c.x = (SELECT max(x) FROM d), A",
      [
        "a", "landing.b", "C", "d",
      ]
    ),
    ("WITH a AS (SELECT * FROM a), b AS (SELECT * FROM a) SELECT * FROM b, c", ["a", "c"]),
    ("WITH RECURSIVE a AS (SELECT * FROM a) SELECT * FROM a", []),
    ("WITH a AS (SELECT 1) SELECT * FROM landing.a", ["landing.a"]),
    ("SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) s, x", ["x"]),
    ("SELECT * FROM 'f.json', read_csv('x'), UNNEST(ARRAY[(SELECT a FROM t)])", ["t"]),
    (
      "SELECT a IN (SELECT b FROM t1) FROM t2 WHERE EXISTS (SELECT 1 FROM t3) GROUP BY "
        + "(SELECT 1 FROM t4) HAVING 1 > ALL (SELECT 1 FROM t5) ORDER BY (SELECT 1 FROM t6)",
      [
        "t1", "t2", "t3", "t4", "t5", "t6",
      ]
    ),
    ("SELECT 1 FROM a UNION (SELECT 1 FROM b EXCEPT SELECT 1 FROM c)", ["a", "b", "c"]),
    ("CREATE TABLE t AS SELECT * FROM u", ["u"]), ("EXPLAIN SELECT * FROM u", ["u"]),
  ])
  func tablesThatAreReadAreFound(text: String, expected: [String]) throws {
    #expect(try SQLParser.parseStatement(text).tablesRead.map(\.text) == expected)
  }

  @Test func membersOfFromAreVisited() throws {
    let statement = try SQLParser.parseStatement(
      "SELECT * FROM a JOIN 'f' ON EXISTS (SELECT 1 FROM b)")
    guard case .query(let query) = statement.kind else { return }
    var count = 0
    query.visitTables { _ in count += 1 }
    #expect(count == 4)
  }
}
