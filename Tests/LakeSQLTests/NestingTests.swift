import LakeCore
import LakeSQL
import Testing

@Suite struct NestingTests {
  /// Ways to nest, each with what opens, what is inside and what closes a level.
  static let ways = [
    ("(", "1", ")"), ("NOT ", "1", ""), ("- ", "1", ""), ("f(", "1", ")"), ("a[", "1", "]"),
    ("CASE WHEN 1 THEN ", "1", " END"), ("CAST(", "1", " AS int)"), ("(SELECT ", "1", ")"),
    ("EXISTS (SELECT ", "1", ")"), ("a IN (", "1", ")"), ("ARRAY[", "1", "]"), ("1 + (", "1", ")"),
    ("(SELECT * FROM ", "t", ")"), ("(WITH a AS ", "(SELECT 1)", " SELECT 1)"),
    ("x LIKE (", "1", ")"), ("sum(a) OVER (ORDER BY ", "1", ")"), ("TRY(", "1", ")"),
  ]

  @Test(arguments: ways, [30, 200, 5000, 100_000])
  func nestingIsReadOrRefused(way: (String, String, String), count: Int) {
    let text =
      String(repeating: way.0, count: count) + way.1 + String(repeating: way.2, count: count)
    let statement = way.1 == "t" ? text : "SELECT " + text
    do {
      let tree = try SQLParser.parseStatement(statement)
      #expect(count < 5000)
      #expect(try SQLParser.parseStatement(tree.sql) == tree)
    } catch {
      #expect(count > 30 && error.code == .limitExceeded && error.place != nil, "\(error)")
    }
  }

  @Test(
    arguments: [
      "SELECT 1 FROM t WHERE a", " OR a", "SELECT 1 FROM t WHERE a", " AND a", "SELECT a", " || a",
      "SELECT 1", " UNION ALL SELECT 1", "SELECT 1", ", 1", "SELECT 1 FROM t", ", t",
      "SELECT CASE WHEN 1 THEN 1", " WHEN 1 THEN 2",
    ].pairs)
  func chainsAreFlat(beginning: String, link: String) throws {
    let end = beginning.contains("CASE") ? " END" : ""
    let text = beginning + String(repeating: link, count: 20_000) + end
    let tree = try SQLParser.parseStatement(text)
    #expect(tree == tree)
  }

  @Test(
    arguments: [
      "SELECT 1", " + 1", "SELECT a", "[1]", "SELECT a", "::int", "SELECT 1 FROM t", " JOIN t",
      "SELECT 1", " UNION SELECT 1 UNION ALL SELECT 2", "SELECT f(a)", ".b",
    ].pairs)
  func chainsThatNestAreReadOrRefused(beginning: String, link: String) throws {
    let tree = try SQLParser.parseStatement(beginning + String(repeating: link, count: 150))
    #expect(try SQLParser.parseStatement(tree.sql) == tree)
    let error = #expect(throws: LakeError.self) {
      try SQLParser.parse(beginning + String(repeating: link, count: 20_000))
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test func heightsOfNestedChainsAddUp() {
    // Twenty levels of parentheses, each around a chain that is legal by itself.
    let chain = String(repeating: " + 1", count: 100)
    let text =
      "SELECT " + String(repeating: "(", count: 20) + "1"
      + String(repeating: chain + ")", count: 20)
    let error = #expect(throws: LakeError.self) { try SQLParser.parse(text) }
    #expect(error?.code == .limitExceeded)
  }
}

extension [String] {
  /// Neighbours, two by two.
  fileprivate var pairs: [(String, String)] {
    stride(from: 0, to: count - 1, by: 2).map { (self[$0], self[$0 + 1]) }
  }
}
