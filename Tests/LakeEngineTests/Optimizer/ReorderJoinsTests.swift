import LakeCore
import LakeEngine
import LakeSQL
import LakeTestSupport
import Testing

/// Joins in another order give the same rows.
@Suite struct ReorderJoinsTests {
  private static let tables = ["t0", "t1", "t2", "t3", "t4"]

  private static func resolver(_ random: inout SeededRandom) throws -> StaticResolver {
    var resolver = StaticResolver()
    for name in tables {
      let schema = Schema([Field("a", .integer), Field("b", .integer), Field("s", .varchar)])
      let rows: [[Value]] = (0..<(2 + random.below(9))).map { _ in
        [number(&random), number(&random), .string(random.pick(["x", "y", "z"]))]
      }
      resolver.add(
        TableName(.landing, name), schema, try BindingFixture.source(schema, rows))
    }
    return resolver
  }

  private static func number(_ random: inout SeededRandom) -> Value {
    random.chance(6) ? .null : .int(Int64(random.below(4)))
  }

  private static func column(_ random: inout SeededRandom, _ table: Int) -> String {
    "\(tables[table]).\(random.pick(["a", "b"]))"
  }

  /// A query over some tables with conditions between them, grouped or sorted.
  private static func query(_ random: inout SeededRandom) -> String {
    let count = 2 + random.below(4)
    var conditions: [String] = []
    for table in 1..<count {
      if random.chance(6) { continue }
      let other = random.below(table)
      conditions.append("\(column(&random, table)) = \(column(&random, other))")
      if random.chance(3) { conditions.append("\(tables[table]).s = \(tables[other]).s") }
      if random.chance(4) {
        conditions.append("\(column(&random, table)) + \(column(&random, other)) < 4")
      }
    }
    if random.chance(3) { conditions.append("\(tables[random.below(count)]).s <> 'x'") }
    if random.chance(3) {
      let (a, b) = (random.below(count), random.below(count))
      let common = "\(column(&random, a)) = \(column(&random, b))"
      conditions.append(
        "(\(common) AND \(tables[a]).s = 'x' OR \(common) AND \(tables[b]).s = 'y')")
    }
    if random.chance(3) {
      let negation = random.chance(2) ? "NOT " : ""
      let more = random.chance(2) ? "" : " AND o.b <> \(column(&random, 0))"
      conditions.append(
        "\(negation)EXISTS (SELECT 1 FROM t3 o, t4 p WHERE o.a = \(column(&random, count - 1)) AND "
          + "p.a = o.b\(more))")
    }
    if random.chance(3) {
      conditions.append(
        "\(column(&random, 0)) < (SELECT sum(o.b) FROM t2 o, t3 p WHERE o.a = p.a AND o.b = "
          + "\(column(&random, count - 1)))")
    }
    let from =
      tables[..<count].joined(separator: ", ")
      + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
    let (first, last) = (column(&random, 0), column(&random, count - 1))
    if random.chance(2) {
      return "SELECT \(first) AS x, count(*), sum(\(last)), max(t1.s) FROM \(from) GROUP BY 1"
    }
    return "SELECT \(first) AS x, \(last) AS y, t1.s FROM \(from) ORDER BY 1, 2, 3"
  }

  private static func sorted(_ rows: [[Value]]) -> [String] {
    rows.map { "\($0)" }.sorted()
  }

  @Test(arguments: 0..<30) func theRowsAreTheSame(_ seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let resolver = try Self.resolver(&random)
    var reordering = Optimizer(isChecking: true)
    reordering.rules = reordering.rules.map { rule in
      switch rule.name {
      case "reorder-joins": ReorderJoins(costMin: 0)
      case "choose-table-sides": ChooseTableSides(rowsMin: 0)
      case "restrict-groups": RestrictGroups(rowsMin: 0)
      case "pass-keys-to-scans": PassKeysToScans(rowsMin: 0)
      default: rule
      }
    }
    for _ in 0..<10 {
      let sql = Self.query(&random)
      let plan = try Binder(resolver, source: SourceText(sql))
        .bind(try BindingFixture.query(sql)).plan
      let expected = Self.sorted(try ExecutionFixture.rows(plan))
      let optimized = try reordering.optimize(plan)
      let found = Self.sorted(try ExecutionFixture.rows(optimized))
      #expect(found == expected, "\(sql)\n\(Explain.text(plan))\n\(Explain.text(optimized))")
    }
  }

  /// Tables that say how large they are.
  private static func sized(_ sizes: [(String, Int)]) throws -> StaticResolver {
    var resolver = StaticResolver()
    let schema = Schema([Field("a", .integer), Field("b", .integer)])
    for (name, rows) in sizes {
      resolver.add(TableName(.landing, name), schema, SizedSource(rowCountEstimate: rows))
    }
    return resolver
  }

  private struct SizedSource: TableSource {
    let rowCountEstimate: Int?

    func open(_ request: ScanRequest, _ context: ExecutionContext) throws -> any MorselSource {
      throw LakeError(.internal, "there is nothing to read")
    }
  }

  private func plan(_ sql: String) throws -> String {
    let resolver = try Self.sized([("large", 6_000_000), ("middle", 150_000), ("small", 25)])
    let plan = try Binder(resolver, source: SourceText(sql))
      .bind(try BindingFixture.query(sql)).plan
    return Explain.text(try Optimizer(isChecking: true).optimize(plan))
  }

  @Test func pairsOfAllRowsAreAvoidedAndSmallSidesBecomeTables() throws {
    let text = try plan(
      """
      SELECT count(*) FROM small s, middle m, large l WHERE l.a = m.a AND m.b = s.b
      """)
    #expect(
      text == """
        project agg0 AS _col0
          aggregate count(*) AS agg0
            project
              inner join on a = a
                scan landing.large (a)
                project a
                  inner join on b = b
                    scan landing.middle (a, b)
                    scan landing.small (b)

        """, "\(text)")
  }

  @Test func whereTheOrderIsSeenItStays() throws {
    let text = try plan("SELECT s.a, l.b FROM small s JOIN large l ON s.a = l.a")
    #expect(text.contains("scan landing.small (a)\n    scan landing.large"), "\(text)")
  }

  @Test func whatAllAlternativesDemandBecomesAKey() throws {
    let text = try plan(
      """
      SELECT count(*) FROM large l, middle m
      WHERE (l.a = m.a AND l.b < 3 AND m.b = 1) OR (l.a = m.a AND l.b > 9 AND m.b = 2)
      """)
    #expect(text.contains("inner join on a = a if"), "\(text)")
    #expect(text.contains("landing.large (a, b) where (b < 3) OR (b > 9)"), "\(text)")
    #expect(text.contains("landing.middle (a, b) where (b = 1) OR (b = 2)"), "\(text)")
  }
}
