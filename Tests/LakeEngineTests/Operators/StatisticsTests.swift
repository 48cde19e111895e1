import LakeCore
import LakeEngine
import LakeTestSupport
import Testing

/// Aggregates that are made of parts: however rows are cut into batches and morsels, the answer is
/// that of one batch on one thread.
@Suite("Statistics")
struct StatisticsTests {
  private static let schema = Schema([
    Field("k", .bigint), Field("x", .double), Field("y", .double), Field("n", .bigint),
    Field("t", .varchar),
  ])

  /// The call of an aggregate by its SQL name on columns of the schema; `extra` are literals.
  private static func call(
    _ name: String, _ columns: [Int], _ extra: [(Value, DataType)] = []
  ) throws -> AggregateCall {
    var arguments = columns.map { BoundExpression.column($0, schema.fields[$0].type) }
    arguments += extra.map { .literal($0.0, $0.1) }
    let found = AggregateFunctions.resolve(name, arguments.map(\.type))
    let (function, parameters, result) = try #require(found, "\(name)")
    let cast = zip(arguments, parameters).map { argument, parameter in
      argument.type == parameter
        ? argument : BoundExpression(.cast(argument, .strict), parameter)
    }
    return AggregateCall(function, cast, type: result)
  }

  private static func exact() throws -> [AggregateCall] {
    let two = [(Value.int(2), DataType.bigint)]
    return try [
      call("bit_and", [3]), call("bit_or", [3]), call("bit_xor", [3]), call("checksum", [4]),
      call("histogram", [4]), call("mode", [4]), call("map_agg", [4, 3]),
      call("multimap_agg", [4, 3]), call("set_agg", [4]), call("collect_set", [3]),
      call("listagg", [4], [(.string("-"), .varchar)]), call("max", [3], two),
      call("min_by", [4, 3], two), call("approx_distinct", [4]),
      call("approx_percentile", [3], [(.double(0.3), .double)]),
      call("percentile", [1], [(.double(0.3), .double)]), call("median", [1]),
    ]
  }

  private static func close() throws -> [AggregateCall] {
    let single = ["var_pop", "variance", "stddev_pop", "stddev", "skewness", "kurtosis"]
    let pairs = [
      "corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept", "regr_r2", "regr_sxx",
      "regr_syy", "regr_sxy", "regr_avgx", "regr_avgy",
    ]
    return try single.map { try call($0, [1]) } + pairs.map { try call($0, [2, 1]) }
  }

  private static func rows(_ random: inout SeededRandom) -> [[Value]] {
    (0..<150).map { _ in
      [
        .int(Int64(random.below(4))), .double(Double(random.below(1000)) / 8),
        random.chance(5) ? .null : .double(Double(random.below(1000)) / 4),
        random.chance(5) ? .null : .int(Int64(random.below(9)) - 4), random.value(.varchar),
      ]
    }
  }

  private static func answer(
    _ calls: [AggregateCall], _ rows: [[Value]], _ setup: ExecutionSetup?
  ) throws -> [[Value]] {
    var random = SeededRandom(seed: 5)
    let input = try ExecutionFixture.table(
      schema, rows, batchRows: setup?.batchRows ?? 4096, random: &random)
    let plan = Plan.aggregate(
      AggregatePlan(
        input: input, keys: [OutputColumn("k", .column(0, .bigint))],
        aggregates: calls.enumerated().map { ("a\($0)", $1) }))
    return try ExecutionFixture.rows(
      plan, threads: setup?.threads ?? 1, hashMask: setup?.hashMask ?? .max,
      spills: setup?.spills ?? false)
  }

  @Test(arguments: ExecutionSetup.all)
  func partsMakeTheWhole(setup: ExecutionSetup) throws {
    var random = SeededRandom(seed: 31)
    let rows = StatisticsTests.rows(&random)
    let exact = try StatisticsTests.exact()
    let found = try StatisticsTests.answer(exact, rows, setup)
    #expect(areSameRows(found, try StatisticsTests.answer(exact, rows, nil)))
    let close = try StatisticsTests.close()
    let expected = try StatisticsTests.answer(close, rows, nil)
    let parts = try StatisticsTests.answer(close, rows, setup)
    for (a, b) in zip(parts, expected) {
      for (index, (x, y)) in zip(a, b).enumerated().dropFirst() {
        guard case .double(let x) = x, case .double(let y) = y else {
          #expect(x == y)
          continue
        }
        #expect(abs(x - y) <= 1e-9 * max(1, abs(y)), "\(close[index - 1].function)")
      }
    }
  }

  @Test func variancesAreThoseOfTheirDefinition() throws {
    var random = SeededRandom(seed: 32)
    let rows = StatisticsTests.rows(&random).map { [.int(0)] + $0.dropFirst() }
    let values = rows.compactMap { if case .double(let x) = $0[1] { x } else { nil } }
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let found = try StatisticsTests.answer(
      [try StatisticsTests.call("variance", [1]), try StatisticsTests.call("median", [1])], rows,
      nil)
    guard case .double(let variance) = found[0][1], case .double(let median) = found[0][2] else {
      Issue.record("\(found)")
      return
    }
    #expect(abs(variance - square / Double(values.count - 1)) < 1e-6)
    let sorted = values.sorted()
    #expect(median == (sorted[74] + sorted[75]) / 2)
  }

  @Test func aboutHowManyIsNearToHowMany() throws {
    for count in [10, 200, 300, 5000, 100_000] {
      let numbers = (0..<count).map { [Value.int(Int64($0))] }
      var random = SeededRandom(seed: 1)
      let input = try ExecutionFixture.table(
        Schema([Field("n", .bigint)]), numbers, batchRows: 2048, random: &random)
      let call = AggregateCall(.approximateDistinct, [.column(0, .bigint)], type: .bigint)
      let plan = Plan.aggregate(
        AggregatePlan(input: input, keys: [], aggregates: [("a", call)]))
      guard case .int(let about) = try ExecutionFixture.rows(plan, threads: 2)[0][0] else {
        Issue.record("no number")
        return
      }
      #expect(abs(Double(about) / Double(count) - 1) < (count <= 256 ? 0.0001 : 0.1))
    }
  }
}
