import LakeCore
import LakeEngine
import LakeTestSupport
import Testing

@Suite("Aggregates")
struct AggregateTests {
  /// Rows by key, in the order of first appearance. Values that are not distinct are one key.
  static func groups(_ rows: [[Value]], _ types: [DataType]) throws -> [[[Value]]] {
    var groups: [[[Value]]] = []
    for row in rows {
      let place = try groups.firstIndex { group in
        try types.indices.allSatisfy { index in
          try ValueReference.compare(.notDistinct, group[0][index], row[index], types[index])
            == true
        }
      }
      if let place { groups[place].append(row) } else { groups.append([row]) }
    }
    return groups
  }

  private static func plan(
    _ input: Plan, keys: [DataType], _ calls: [AggregateCall]
  ) -> Plan {
    .aggregate(
      AggregatePlan(
        input: input,
        keys: keys.enumerated().map { OutputColumn("k\($0)", .column($0, $1)) },
        aggregates: calls.enumerated().map { ("a\($0)", $1) }))
  }

  @Test(
    "Groups come in the order of first appearance, whatever their keys",
    arguments: ExecutionSetup.all)
  func keysOfEveryType(setup: ExecutionSetup) throws {
    var random = SeededRandom(seed: 21)
    for round in 0..<40 {
      let types =
        round < SeededRandom.scalarTypes.count
        ? [SeededRandom.scalarTypes[round]] : (0...random.below(2)).map { _ in random.type() }
      let schema = Schema(types.enumerated().map { Field("k\($0)", $1) })
      let rows = (0..<60).map { _ in types.map { random.value($0) } }
      let input = try ExecutionFixture.table(
        schema, rows, batchRows: setup.batchRows, random: &random)
      let plan = AggregateTests.plan(input, keys: types, [AggregateCall(.count, [], type: .bigint)])
      let expected = try AggregateTests.groups(rows, types).map { $0[0] + [.int(Int64($0.count))] }
      let found = try ExecutionFixture.rows(
        plan, threads: setup.threads, hashMask: setup.hashMask, spills: setup.spills)
      #expect(areSameRows(found, expected), "\(types)")
      let distinct = try ExecutionFixture.rows(
        .distinct(input), threads: setup.threads, hashMask: setup.hashMask, spills: setup.spills)
      #expect(areSameRows(distinct, expected.map { Array($0.dropLast()) }), "\(types)")
    }
  }

  @Test("Minima, maxima and what goes with them, of every type", arguments: ExecutionSetup.all)
  func extremes(setup: ExecutionSetup) throws {
    var random = SeededRandom(seed: 22)
    for type in SeededRandom.scalarTypes where type.isOrderable {
      let schema = Schema([Field("k", .bigint), Field("x", .varchar), Field("y", type)])
      let rows = (0..<80).map { row -> [Value] in
        [.int(Int64(random.below(5))), random.value(.varchar), random.value(type)]
      }
      let input = try ExecutionFixture.table(
        schema, rows, batchRows: setup.batchRows, random: &random)
      let (x, y) = (BoundExpression.column(1, .varchar), BoundExpression.column(2, type))
      let plan = AggregateTests.plan(
        input, keys: [.bigint],
        [
          AggregateCall(.minimum, [y], type: type), AggregateCall(.maximum, [y], type: type),
          AggregateCall(.minimumBy, [x, y], type: .varchar),
          AggregateCall(.maximumBy, [x, y], type: .varchar),
          AggregateCall(.arbitrary, [y], type: type),
        ])
      let found = try ExecutionFixture.rows(
        plan, threads: setup.threads, hashMask: setup.hashMask, spills: setup.spills)
      let groups = try AggregateTests.groups(rows, [.bigint])
      try #require(found.count == groups.count)
      for (group, result) in zip(groups, found) {
        let valid = group.filter { !$0[2].isNull }
        guard var least = valid.first, var greatest = valid.first else {
          #expect(result.dropFirst() == [.null, .null, .null, .null, .null])
          continue
        }
        for row in valid {
          if try ReferenceOrder.compare(row[2], least[2], type) < 0 { least = row }
          if try ReferenceOrder.compare(row[2], greatest[2], type) > 0 { greatest = row }
        }
        let (low, high) = (
          try ReferenceOrder.compare(result[1], least[2], type),
          try ReferenceOrder.compare(result[2], greatest[2], type)
        )
        #expect(low == 0 && high == 0, "\(type)")
        #expect(result[3].isSame(as: least[1]), "\(type)")
        #expect(result[4].isSame(as: greatest[1]), "\(type)")
        #expect(result[5].isSame(as: valid[0][2]), "\(type)")
      }
    }
  }

  @Test("Sums, counts and lists, with FILTER and DISTINCT", arguments: ExecutionSetup.all)
  func sums(setup: ExecutionSetup) throws {
    var random = SeededRandom(seed: 23)
    let money = DataType.decimal(precision: 9, scale: 2)
    let schema = Schema([
      Field("k", .varchar), Field("n", .bigint), Field("d", .double), Field("b", .boolean),
      Field("m", money),
    ])
    let rows = (0..<200).map { _ -> [Value] in
      [
        random.value(.varchar), random.chance(5) ? .null : .int(Int64(random.below(7))),
        random.chance(5) ? .null : .double(Double(random.below(8)) / 4), random.value(.boolean),
        random.chance(5) ? .null : .int(Int64(random.below(900)) - 450),
      ]
    }
    let input = try ExecutionFixture.table(
      schema, rows, batchRows: setup.batchRows, random: &random)
    let (n, d) = (BoundExpression.column(1, .bigint), BoundExpression.column(2, .double))
    let (b, m) = (BoundExpression.column(3, .boolean), BoundExpression.column(4, money))
    let wide = DataType.decimal(precision: 38, scale: 2)
    let calls = [
      AggregateCall(.count, [n], type: .bigint), AggregateCall(.countIf, [b], type: .bigint),
      AggregateCall(.sum, [n], type: .bigint), AggregateCall(.sum, [d], type: .double),
      AggregateCall(.average, [d], type: .double), AggregateCall(.sum, [m], type: wide),
      AggregateCall(.average, [m], type: money),
      AggregateCall(.everyTrue, [b], type: .boolean), AggregateCall(.anyTrue, [b], type: .boolean),
      AggregateCall(.count, [n], isDistinct: true, type: .bigint),
      AggregateCall(.sum, [n], isDistinct: true, filter: b, type: .bigint),
      AggregateCall(.arrayAggregate, [n], filter: b, type: .array(.bigint)),
      AggregateCall(.arrayAggregate, [n], isDistinct: true, type: .array(.bigint)),
      AggregateCall(.approximateDistinct, [n], type: .bigint),
    ]
    for keys in [[DataType.varchar], []] {
      let found = try ExecutionFixture.rows(
        AggregateTests.plan(input, keys: keys, calls), threads: setup.threads,
        hashMask: setup.hashMask, spills: setup.spills)
      let groups = keys.isEmpty ? [rows] : try AggregateTests.groups(rows, keys)
      try #require(found.count == groups.count)
      for (group, result) in zip(groups, found) {
        let expected = AggregateTests.expected(group)
        #expect(areSame(Array(result.dropFirst(keys.count)), expected))
      }
    }
  }

  private static func expected(_ group: [[Value]]) -> [Value] {
    let ints = { (rows: [[Value]], column: Int) in
      rows.compactMap { row -> Int64? in
        if case .int(let value) = row[column] { value } else { nil }
      }
    }
    let doubles = group.compactMap { row -> Double? in
      if case .double(let value) = row[2] { value } else { nil }
    }
    let (n, m) = (ints(group, 1), ints(group, 4))
    let truths = group.map { $0[3] }.filter { !$0.isNull }
    let chosen = group.filter { $0[3] == .bool(true) }
    let sum = { (values: [Int64]) in values.isEmpty ? Value.null : .int(values.reduce(0, +)) }
    let mean = m.isEmpty ? 0 : (Double(m.reduce(0, +)) / Double(m.count)).rounded()
    var distinct: [Value] = []
    for row in group where !distinct.contains(row[1]) { distinct.append(row[1]) }
    let total = doubles.reduce(0, +)
    return [
      .int(Int64(n.count)), .int(Int64(chosen.count)), sum(n),
      doubles.isEmpty ? .null : .double(total),
      doubles.isEmpty ? .null : .double(total / Double(doubles.count)),
      m.isEmpty ? .null : .int128(Int128(m.reduce(0, +))), m.isEmpty ? .null : .int(Int64(mean)),
      truths.isEmpty ? .null : .bool(!truths.contains(.bool(false))),
      truths.isEmpty ? .null : .bool(truths.contains(.bool(true))),
      .int(Int64(Set(n).count)), sum(Array(Set(ints(chosen, 1)))),
      chosen.isEmpty ? .null : .list(chosen.map { $0[1] }), .list(distinct),
      .int(Int64(Set(n).count)),
    ]
  }

  @Test("Without keys there is one row even of nothing; with keys there is none")
  func nothing() throws {
    var random = SeededRandom(seed: 1)
    let schema = Schema([Field("k", .bigint)])
    let input = try ExecutionFixture.table(schema, [], random: &random)
    let calls = [
      AggregateCall(.count, [], type: .bigint),
      AggregateCall(.sum, [.column(0, .bigint)], type: .bigint),
      AggregateCall(.arrayAggregate, [.column(0, .bigint)], type: .array(.bigint)),
    ]
    let one = try ExecutionFixture.rows(AggregateTests.plan(input, keys: [], calls))
    #expect(one == [[.int(0), .null, .null]])
    let none = try ExecutionFixture.rows(AggregateTests.plan(input, keys: [.bigint], calls))
    #expect(none.isEmpty)
  }

  @Test("A sum that does not fit is an error, a sum that comes back is not")
  func overflow() throws {
    var random = SeededRandom(seed: 1)
    let schema = Schema([Field("k", .bigint)])
    let sum = AggregateCall(.sum, [.column(0, .bigint)], type: .bigint)
    let back = try ExecutionFixture.table(
      schema, [[.int(.max)], [.int(5)], [.int(-6)]], batchRows: 1, random: &random)
    let rows = try ExecutionFixture.rows(AggregateTests.plan(back, keys: [], [sum]))
    #expect(rows == [[.int(.max - 1)]])
    let over = try ExecutionFixture.table(
      schema, [[.int(.max)], [.int(1)]], random: &random)
    #expect(throws: LakeError.self) {
      _ = try ExecutionFixture.rows(AggregateTests.plan(over, keys: [], [sum]))
    }
  }
}

/// The order of ORDER BY on single values: NaN is the greatest number.
enum ReferenceOrder {
  static func compare(_ a: Value, _ b: Value, _ type: DataType) throws -> Int {
    switch (a, b) {
    case (.double(let x), .double(let y)) where x.isNaN || y.isNaN:
      return (x.isNaN ? 1 : 0) - (y.isNaN ? 1 : 0)
    case (.float(let x), .float(let y)) where x.isNaN || y.isNaN:
      return (x.isNaN ? 1 : 0) - (y.isNaN ? 1 : 0)
    default:
      if try ValueReference.compare(.less, a, b, type) == true { return -1 }
      return try ValueReference.compare(.less, b, a, type) == true ? 1 : 0
    }
  }

  /// By some columns; nulls where each of them has them.
  static func compare(_ a: [Value], _ b: [Value], _ keys: [SortKey], _ columns: [Int]) throws -> Int
  {
    for (key, column) in zip(keys, columns) {
      let (x, y) = (a[column], b[column])
      if x.isNull || y.isNull {
        if x.isNull && y.isNull { continue }
        return x.isNull == key.nullsFirst ? -1 : 1
      }
      let sign = try compare(x, y, key.expression.type)
      if sign != 0 { return key.isDescending ? -sign : sign }
    }
    return 0
  }
}
