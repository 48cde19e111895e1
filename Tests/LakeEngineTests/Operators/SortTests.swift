import LakeCore
import LakeEngine
import LakeTestSupport
import Testing

@Suite("Sorts and windows")
struct SortTests {
  /// A stable sort by insertion, as plain as can be.
  private static func sorted(
    _ rows: [[Value]], _ keys: [SortKey], _ columns: [Int]
  ) throws -> [[Value]] {
    var result: [[Value]] = []
    for row in rows {
      var place = result.count
      while place > 0, try ReferenceOrder.compare(row, result[place - 1], keys, columns) < 0 {
        place -= 1
      }
      result.insert(row, at: place)
    }
    return result
  }

  private static func keys(
    _ types: [DataType], from first: Int, _ random: inout SeededRandom
  ) -> ([SortKey], [Int]) {
    let keys = types.enumerated().map { index, type in
      SortKey(
        .column(first + index, type), isDescending: random.chance(2), nullsFirst: random.chance(2))
    }
    return (keys, types.indices.map { first + $0 })
  }

  @Test("A sort is stable and knows every type", arguments: ExecutionSetup.all)
  func everyType(setup: ExecutionSetup) throws {
    var random = SeededRandom(seed: 31)
    let orderable = SeededRandom.scalarTypes.filter(\.isOrderable)
    for round in 0..<30 {
      let types =
        round < orderable.count
        ? [orderable[round]] : [random.pick(orderable), random.pick(orderable)]
      let schema = Schema([Field("n", .bigint)] + types.enumerated().map { Field("k\($0)", $1) })
      let rows = (0..<50).map { row -> [Value] in
        [.int(Int64(row))] + types.map { random.value($0) }
      }
      let input = try ExecutionFixture.table(
        schema, rows, batchRows: setup.batchRows, random: &random)
      let (keys, columns) = SortTests.keys(types, from: 1, &random)
      let expected = try SortTests.sorted(rows, keys, columns)
      let found = try ExecutionFixture.rows(
        .sort(input, keys), threads: setup.threads, spills: setup.spills)
      #expect(areSameRows(found, expected), "\(types) \(keys.map(\.isDescending))")
      let top = try ExecutionFixture.rows(
        .top(input, keys, count: 7, offset: 3), threads: setup.threads, spills: setup.spills)
      #expect(areSameRows(top, Array(expected[3..<10])))
      let few = try ExecutionFixture.rows(.top(input, keys, count: 7, offset: 46))
      let none = try ExecutionFixture.rows(.top(input, keys, count: 7, offset: 50))
      #expect(few.count == 4 && none.isEmpty)
    }
  }

  @Test("Rows of many runs are merged in order", arguments: [1, 2, 4])
  func manyRuns(threads: Int) throws {
    var random = SeededRandom(seed: 32)
    let count = 300_000
    let values = (0..<count).map { _ in Value.int(Int64(random.below(1000))) }
    let batches = try (0..<30).map { part in
      let range = (part * count / 30)..<((part + 1) * count / 30)
      return Batch(
        columns: [
          try ColumnVector.of(.bigint, Array(values[range])),
          try ColumnVector.of(.bigint, range.map { .int(Int64($0)) }),
        ], rowCount: range.count)
    }
    let schema = Schema([Field("k", .bigint), Field("n", .bigint)])
    let input = ExecutionFixture.scan(MemoryTableSource(batches), schema)
    let key = SortKey(.column(0, .bigint), isDescending: true)
    let rows = try ExecutionFixture.rows(.sort(input, [key]), threads: threads)
    #expect(rows.count == count)
    var isOrdered = true
    for (a, b) in zip(rows, rows.dropFirst()) {
      guard case .int(let x) = a[0], case .int(let y) = b[0], case .int(let n) = a[1],
        case .int(let m) = b[1]
      else { continue }
      if x < y || (x == y && n >= m) { isOrdered = false }
    }
    #expect(isOrdered)
    let top = try ExecutionFixture.rows(
      .top(input, [key], count: 100, offset: 10), threads: threads)
    #expect(areSameRows(top, Array(rows[10..<110])))
  }

  @Test("Runs on disk give the same rows as memory, merged in one go or in several")
  func runsOnDisk() throws {
    var random = SeededRandom(seed: 35)
    let schema = Schema([Field("s", .varchar), Field("d", .double), Field("n", .bigint)])
    let rows = (0..<5000).map { row -> [Value] in
      [random.value(.varchar), random.value(.double), .int(Int64(row))]
    }
    let input = try ExecutionFixture.table(schema, rows, batchRows: 100, random: &random)
    let asText = BoundExpression(.cast(.column(2, .bigint), .strict), .varchar)
    let orders = [
      [], [SortKey(.column(1, .double))],
      [SortKey(.column(0, .varchar), isDescending: true), SortKey(.column(1, .double))],
      [SortKey(asText, nullsFirst: true)],
    ]
    for keys in orders {
      let expected = try ExecutionFixture.rows(.sort(input, keys))
      #expect(areSameRows(try ExecutionFixture.rows(.sort(input, keys), spills: true), expected))
      let top = Plan.top(input, keys, count: 4000, offset: 700)
      let found = try ExecutionFixture.rows(top, spills: true)
      #expect(areSameRows(found, Array(expected[700..<4700])))
    }
  }

  @Test("A sort of many times the limit holds it, and says what it has put on disk")
  func limit() throws {
    let (count, limit) = (400_000, 4 << 20)
    let schema = Schema([Field("k", .bigint), Field("s", .varchar)])
    let batches = try (0..<200).map { part in
      let numbers = ((part * count / 200)..<((part + 1) * count / 200)).map { $0 &* 7919 % count }
      return Batch(
        columns: [
          try ColumnVector.of(.bigint, numbers.map { .int(Int64($0)) }),
          try ColumnVector.of(.varchar, numbers.map { .string("the text of number \($0)") }),
        ], rowCount: numbers.count)
    }
    let plan = Plan.sort(
      ExecutionFixture.scan(MemoryTableSource(batches), schema), [SortKey(.column(0, .bigint))])
    let tracker = MemoryTracker(name: "test", limit: limit)
    let profile = ExecutionProfile()
    let context = try ExecutionFixture.context(threads: 2, tracker: tracker)
    var next: Int64 = 0
    try Execution(plan, context, profile: profile).run(
      transform: { ($0.columns[0].allValues, $0.columns[1].value(at: 0)) },
      consume: { keys, text in
        #expect(text == .string("the text of number \(next)"))
        #expect(keys == (0..<keys.count).map { .int(next + Int64($0)) })
        next += Int64(keys.count)
      })
    #expect(next == Int64(count))
    #expect(tracker.peak <= limit && tracker.usedBytes == 0)
    #expect((profile.known(0)?.spilledBytes ?? 0) > 4 * limit)
  }

  @Test("Windows on disk give the rows in the order in which they came")
  func windowsOnDisk() throws {
    var random = SeededRandom(seed: 36)
    let schema = Schema([Field("p", .varchar), Field("k", .double), Field("n", .bigint)])
    let rows = (0..<3000).map { row -> [Value] in
      [random.value(.varchar), random.value(.double), .int(Int64(row))]
    }
    let input = try ExecutionFixture.table(schema, rows, batchRows: 100, random: &random)
    let order = [SortKey(.column(1, .double), isDescending: true)]
    let sum = AggregateCall(.sum, [.column(2, .bigint)], type: .bigint)
    let functions: [[(name: String, function: WindowPlan.Function)]] = [
      [("r", .rowNumber), ("k", .rank)], [("s", WindowPlan.Function(sum, frame: .standard))],
    ]
    for partition in [[], [BoundExpression.column(0, .varchar)]] {
      for functions in functions {
        let plan = Plan.window(
          WindowPlan(input: input, partition: partition, order: order, functions: functions))
        let expected = try ExecutionFixture.rows(plan)
        #expect(expected.map { $0[2] } == rows.map { $0[2] })
        #expect(areSameRows(try ExecutionFixture.rows(plan, spills: true), expected))
      }
    }
  }

  @Test(
    "Windows number the rows of their partitions and keep the order", arguments: ExecutionSetup.all)
  func windows(setup: ExecutionSetup) throws {
    var random = SeededRandom(seed: 33)
    let orderable = SeededRandom.scalarTypes.filter(\.isOrderable)
    for round in 0..<16 {
      let partition = random.pick(SeededRandom.scalarTypes)
      let types = (0..<(round % 3)).map { _ in random.pick(orderable) }
      let schema = Schema(
        [Field("p", partition)] + types.enumerated().map { Field("k\($0)", $1) }
          + [Field("n", .bigint)])
      let rows = (0..<60).map { row -> [Value] in
        [random.value(partition)] + types.map { random.value($0) } + [.int(Int64(row))]
      }
      let input = try ExecutionFixture.table(
        schema, rows, batchRows: setup.batchRows, random: &random)
      let (keys, columns) = SortTests.keys(types, from: 1, &random)
      let window = WindowPlan(
        input: input, partition: [.column(0, partition)], order: keys,
        functions: [("r", .rowNumber), ("k", .rank), ("d", .denseRank)])
      let expected = try SortTests.numbered(rows, partition, keys, columns)
      let found = try ExecutionFixture.rows(
        .window(window), threads: setup.threads, hashMask: setup.hashMask, spills: setup.spills)
      #expect(areSameRows(found, expected), "\(partition) \(types)")

      var first = window
      first.functions = [("r", .rowNumber)]
      let isFirst = BoundExpression(
        .compare(.equal, .column(schema.count, .bigint), .literal(.int(1), .bigint)), .boolean)
      let kept = try ExecutionFixture.rows(
        .filter(.window(first), isFirst), threads: setup.threads, hashMask: setup.hashMask,
        spills: setup.spills)
      let firsts = expected.filter { $0[schema.count] == .int(1) }.map { Array($0.dropLast(2)) }
      #expect(areSameRows(kept, firsts), "\(partition) \(types)")
    }
  }

  private static func numbered(
    _ rows: [[Value]], _ partition: DataType, _ keys: [SortKey], _ columns: [Int]
  ) throws -> [[Value]] {
    var numbers: [Int64: [Value]] = [:]
    for group in try AggregateTests.groups(rows, [partition]) {
      let ordered = try sorted(group, keys, columns)
      var (rank, dense) = (0, 0)
      for (place, row) in ordered.enumerated() {
        let isTied =
          try place > 0 && ReferenceOrder.compare(ordered[place - 1], row, keys, columns) == 0
        if !isTied { (rank, dense) = (place + 1, dense + 1) }
        guard case .int(let number)? = row.last else { continue }
        numbers[number] = [.int(Int64(place + 1)), .int(Int64(rank)), .int(Int64(dense))]
      }
    }
    return rows.enumerated().map { $1 + (numbers[Int64($0)] ?? []) }
  }
}
