import Foundation
import LakeCore
import LakeEngine
import LakeTestSupport
import Testing

@Suite("Execution")
struct ExecutionTests {
  private static let schema = Schema([Field("n", .bigint), Field("s", .varchar)])
  private static let n = BoundExpression.column(0, .bigint)

  private static func rows(_ range: Range<Int>) -> [[Value]] {
    range.map { [.int(Int64($0)), .string("text number \($0)")] }
  }

  private static func number(_ value: Int64) -> BoundExpression { .literal(.int(value), .bigint) }

  private static func below(_ value: Int64) -> BoundExpression {
    BoundExpression(.compare(.less, n, number(value)), .boolean)
  }

  /// A table whose every morsel is small, so that there are many.
  private struct ManyMorsels: TableSource {
    let batches: [Batch]
    let opened: Shared<Int>
    var rowCountEstimate: Int? { nil }

    func open(_ request: ScanRequest, _ context: ExecutionContext) throws -> any MorselSource {
      opened.add(1)
      return Source(batches)
    }

    // @unchecked Sendable: `next` is called by one thread at a time.
    private final class Source: MorselSource, @unchecked Sendable {
      private var rest: ArraySlice<Batch>
      init(_ batches: [Batch]) { rest = batches[...] }
      func next() throws -> (any Morsel)? { rest.popFirst().map { Piece(batch: $0) } }
    }

    private struct Piece: Morsel {
      let batch: Batch
      func read(emit: (Batch) throws -> Void) throws { try emit(batch) }
    }
  }

  private static func manyMorsels(
    _ range: Range<Int>, opened: Shared<Int> = Shared(0)
  ) throws -> Plan {
    let batches = try range.map { row in
      let values = rows(row..<(row + 1))[0]
      return Batch(
        columns: [
          try ColumnVector.of(.bigint, [values[0]]), try ColumnVector.of(.varchar, [values[1]]),
        ], rowCount: 1)
    }
    return ExecutionFixture.scan(ManyMorsels(batches: batches, opened: opened), schema)
  }

  @Test("Rows written out, filtered and computed", arguments: [1, 2, 4])
  func values(threads: Int) throws {
    let plan = Plan.values(
      Schema([Field("a", .bigint), Field("b", .boolean)]),
      rows: [
        [ExecutionTests.number(3), .literal(.bool(true), .boolean)],
        [ExecutionTests.number(5), .literal(.null, .boolean)],
        [.literal(.null, .bigint), .literal(.bool(true), .boolean)],
      ])
    let isNull = BoundExpression(.isNull(ExecutionTests.n), .boolean)
    let filtered = Plan.filter(plan, .column(1, .boolean))
    let output = [OutputColumn("c", isNull), OutputColumn("a", ExecutionTests.n)]
    let found = try ExecutionFixture.rows(.project(filtered, output), threads: threads)
    #expect(found == [[.bool(false), .int(3)], [.bool(true), .null]])
    let none = try ExecutionFixture.rows(.values(Schema([Field("a", .bigint)]), rows: []))
    #expect(none.isEmpty)
  }

  @Test(
    "Inputs of a union come one after the other, each through its own stages", arguments: [1, 4])
  func union(threads: Int) throws {
    let table = try ExecutionTests.manyMorsels(0..<50)
    let plan = Plan.unionAll([
      .filter(table, ExecutionTests.below(3)), table, .filter(table, ExecutionTests.below(2)),
    ])
    let found = try ExecutionFixture.rows(plan, threads: threads)
    let expected = [0..<3, 0..<50, 0..<2].flatMap { ExecutionTests.rows($0) }
    #expect(found == expected)
  }

  @Test("A shared plan is carried out once")
  func shared() throws {
    let opened = Shared(0)
    let plan = Plan.shared(
      SharedPlan(name: "t", plan: try ExecutionTests.manyMorsels(0..<20, opened: opened)))
    let join = JoinPlan(.inner, plan, plan, keys: [(ExecutionTests.n, ExecutionTests.n)])
    let found = try ExecutionFixture.rows(.unionAll([.join(join), .join(join)]))
    #expect(found.count == 40)
    #expect(opened.value == 1)
  }

  @Test(
    "The error of the lowest row is thrown, and no row behind it is seen", arguments: [1, 2, 4])
  func lowestError(threads: Int) throws {
    let table = try ExecutionTests.manyMorsels(0..<500)
    let name = BoundExpression(
      .choose(
        [
          .init(condition: ExecutionTests.below(100), result: .literal(.string("1"), .varchar))
        ], otherwise: .column(1, .varchar)), .varchar)
    let cast = BoundExpression(.cast(name, .strict), .bigint)
    let plan = Plan.project(table, [OutputColumn("c", cast)])
    for _ in 0..<20 {
      var count = 0
      let error = #expect(throws: LakeError.self) {
        try Execution(plan, try ExecutionFixture.context(threads: threads)).run(
          transform: { $0.selectedCount }, consume: { count += $0 })
      }
      #expect(error?.message.contains("text number 100'") == true)
      #expect(count == 100)
    }
  }

  @Test("A query that is cancelled ends")
  func cancelled() throws {
    let context = try ExecutionFixture.context(threads: 2)
    let plan = try ExecutionTests.manyMorsels(0..<1000)
    let error = #expect(throws: LakeError.self) {
      try Execution(plan, context).run(
        transform: { $0 }, consume: { _ in context.cancellation.cancel() })
    }
    #expect(error?.code == .cancelled)
  }

  private static func plans() throws -> [Plan] {
    var random = SeededRandom(seed: 5)
    let table = try ExecutionFixture.table(schema, rows(0..<300), batchRows: 50, random: &random)
    let least = AggregateCall(.minimum, [.column(1, .varchar)], type: .varchar)
    return [
      .join(JoinPlan(.left, table, table, keys: [(n, n)])),
      .aggregate(
        AggregatePlan(input: table, keys: [OutputColumn("n", n)], aggregates: [("m", least)])),
      .sort(table, [SortKey(.column(1, .varchar))]), .distinct(table),
      .window(
        WindowPlan(
          input: table, partition: [.column(1, .varchar)], order: [],
          functions: [("r", .rowNumber)])),
    ]
  }

  @Test("Under any limit of memory there is an answer or a clear error, and nothing is left over")
  func memory() throws {
    for (index, plan) in try ExecutionTests.plans().enumerated() {
      let expected = try ExecutionFixture.rows(plan)
      for limit in stride(from: 0, to: 400_000, by: 9_973) {
        let tracker = MemoryTracker(name: "test", limit: limit)
        do {
          // A table of its own: dictionaries keep the hashes of their values for as long as they
          // live, on the account of who asked first.
          let plan = try ExecutionTests.plans()[index]
          let context = try ExecutionFixture.context(threads: 2, tracker: tracker)
          let found = try Execution(plan, context).collect().flatMap(\.allRows)
          #expect(areSameRows(found, expected))
        } catch let error as LakeError {
          #expect(error.code == .limitExceeded)
        }
        // A thread that has just ended its task may take a moment to let go of it.
        for _ in 0..<1000 where tracker.usedBytes > 0 { usleep(1000) }
        #expect(tracker.usedBytes == 0, "limit \(limit)")
      }
    }
  }

  @Test("The profile counts the rows of every node")
  func profile() throws {
    let table = try ExecutionTests.manyMorsels(0..<30)
    let join = JoinPlan(
      .semi, .filter(table, ExecutionTests.below(20)), .limit(table, count: 5, offset: 2),
      keys: [(ExecutionTests.n, ExecutionTests.n)])
    let key = OutputColumn("n", ExecutionTests.n)
    let plan = Plan.aggregate(AggregatePlan(input: .join(join), keys: [key], aggregates: []))
    let profile = ExecutionProfile()
    _ = try ExecutionFixture.rows(plan, profile: profile)
    // Aggregate, join, filter, scan, limit, scan.
    let counts = (0..<6).map { profile.known($0)?.rowsOut ?? -1 }
    #expect(counts[..<5] == [5, 5, 20, 30, 5])
  }
}
