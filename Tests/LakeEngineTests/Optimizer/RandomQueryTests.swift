import LakeCore
import LakeEngine
import LakeSQL
import LakeTestSupport
import Testing

/// Rules change how a query is carried out, and neither its rows nor their order.
@Suite struct RandomQueryTests {
  private static func resolver(_ random: inout SeededRandom) throws -> StaticResolver {
    var resolver = StaticResolver()
    for (name, middle, rowCount) in [("t1", "b", 9), ("t2", "c", 7)] {
      let schema = Schema([Field("a", .integer), Field(middle, .integer), Field("s", .varchar)])
      let rows: [[Value]] = (0..<rowCount).map { _ in
        [number(&random), number(&random), text(&random)]
      }
      resolver.add(
        TableName(.landing, name), schema, try BindingFixture.source(schema, rows))
    }
    return resolver
  }

  private static func number(_ random: inout SeededRandom) -> Value {
    random.chance(5) ? .null : .int(Int64(random.below(4)))
  }

  private static func text(_ random: inout SeededRandom) -> Value {
    random.chance(5) ? .null : .string(random.pick(["x", "y", "z"]))
  }

  @Test(arguments: 0..<40) func rulesKeepRowsAndTheirOrder(_ seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let resolver = try Self.resolver(&random)
    for round in 0..<10 {
      var queries = RandomQuery(seed: UInt64(seed * 1000 + round))
      let sql = queries.make()
      let binder = Binder(resolver, source: SourceText(sql))
      let plan = try binder.bind(try BindingFixture.query(sql)).plan
      let expected = try ExecutionFixture.rows(plan)
      let all = try Optimizer(isChecking: true).optimize(plan)
      #expect(
        areSameRows(try ExecutionFixture.rows(all), expected),
        "\(sql)\n\(Explain.text(plan))\n\(Explain.text(all))")
      let rule = random.pick(Optimizer.ruleNames)
      let others = try Optimizer(disabling: [rule], isChecking: true).optimize(plan)
      #expect(
        areSameRows(try ExecutionFixture.rows(others), expected),
        "without \(rule): \(sql)\n\(Explain.text(others))")
    }
  }
}
