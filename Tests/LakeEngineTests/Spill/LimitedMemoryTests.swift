import LakeCore
import LakeEngine
import LakeTestSupport
import Testing

/// Groups and joins of many times what memory may be used give the rows that they give without a
/// limit, in the same order, and hold the limit.
@Suite("Groups and joins within a limit")
struct LimitedMemoryTests {
  private static let schema = Schema([
    Field("k", .bigint), Field("t", .varchar), Field("d", .double),
    Field("g", .bigint),
  ])

  /// Rows whose keys come twice, far from each other, in no order.
  private static func table(_ count: Int, keys: Int) throws -> Plan {
    let batchRows = 2000
    let batches = try (0..<count / batchRows).map { part in
      let numbers = (0..<batchRows).map { (part * batchRows + $0) &* 7919 % keys }
      return Batch(
        columns: [
          try ColumnVector.of(.bigint, numbers.map { .int(Int64($0)) }),
          try ColumnVector.of(.varchar, numbers.map { .string("the text of number \($0)") }),
          try ColumnVector.of(.double, numbers.map { .double(Double($0) / 7) }),
          try ColumnVector.of(.bigint, numbers.map { .int(Int64($0 % 20)) }),
        ], rowCount: batchRows)
    }
    return ExecutionFixture.scan(MemoryTableSource(batches), schema)
  }

  /// All rows as text. Within a limit, that it is held.
  private static func rows(_ plan: Plan, limit: Int?) throws -> [String] {
    let tracker = MemoryTracker(name: "test", limit: limit)
    let profile = ExecutionProfile()
    let context = try ExecutionFixture.context(threads: 2, tracker: tracker)
    var rows: [String] = []
    var execution = Execution(plan, context, profile: profile)
    execution.groupsOfOnePart = 8
    try execution.run(
      transform: { batch in
        batch.allRows.map { row in row.map { "\($0)" }.joined(separator: "|") }
      },
      consume: { rows += $0 })
    #expect(tracker.usedBytes == 0)
    let spilled = (0..<plan.nodeCount).reduce(0) { $0 + (profile.known($1)?.spilledBytes ?? 0) }
    if let limit {
      #expect(tracker.peak <= limit && spilled > limit, "\(tracker.peak) \(spilled)")
    } else {
      #expect(spilled == 0 && tracker.peak > 0)
    }
    return rows
  }

  private static func check(_ plan: Plan, limit: Int) throws {
    let expected = try rows(plan, limit: nil)
    let found = try rows(plan, limit: limit)
    #expect(!expected.isEmpty && found == expected)
  }

  @Test("Groups by number and text, with sums of doubles, lists and different values")
  func groups() throws {
    let (k, t, d) = (
      BoundExpression.column(0, .bigint), BoundExpression.column(1, .varchar),
      BoundExpression.column(2, .double)
    )
    let calls: [AggregateCall] = [
      AggregateCall(.count, [], type: .bigint), AggregateCall(.sum, [d], type: .double),
      AggregateCall(.arrayAggregate, [k], type: .array(.bigint)),
      AggregateCall(.count, [t], isDistinct: true, type: .bigint),
      AggregateCall(.maximum, [t], type: .varchar),
    ]
    let plan = Plan.aggregate(
      AggregatePlan(
        input: try LimitedMemoryTests.table(200_000, keys: 100_000),
        keys: [OutputColumn("t", t)],
        aggregates: calls.enumerated().map { ("a\($0)", $1) }))
    try LimitedMemoryTests.check(plan, limit: 12 << 20)
  }

  @Test("Few groups of many different values, so that most parts have none")
  func fewGroups() throws {
    let t = BoundExpression.column(1, .varchar)
    let values = AggregateCall(.count, [t], isDistinct: true, type: .bigint)
    let plan = Plan.aggregate(
      AggregatePlan(
        input: try LimitedMemoryTests.table(200_000, keys: 200_000),
        keys: [OutputColumn("g", .column(3, .bigint))], aggregates: [("n", values)]))
    try LimitedMemoryTests.check(plan, limit: 10 << 20)
  }

  @Test("DISTINCT of all columns")
  func distinct() throws {
    let plan = Plan.distinct(try LimitedMemoryTests.table(240_000, keys: 120_000))
    try LimitedMemoryTests.check(plan, limit: 8 << 20)
  }

  @Test("Joins with a right side of many times the limit")
  func joins() throws {
    let left = try LimitedMemoryTests.table(60_000, keys: 300_000)
    let right = try LimitedMemoryTests.table(200_000, keys: 150_000)
    for kind in [JoinPlan.Kind.inner, .left, .anti] {
      let plan = Plan.join(
        JoinPlan(
          kind, left, right,
          keys: [(.column(1, .varchar), .column(1, .varchar))],
          residual: BoundExpression(
            .compare(.lessOrEqual, .column(0, .bigint), .column(4, .bigint)), .boolean)))
      try LimitedMemoryTests.check(plan, limit: 8 << 20)
    }
  }

  @Test("One key that is most of the right side is joined in pieces")
  func oneKey() throws {
    let left = try LimitedMemoryTests.table(2000, keys: 700)
    let right = Plan.project(
      try LimitedMemoryTests.table(160_000, keys: 160_000),
      [
        OutputColumn("one", .literal(.int(5), .bigint)),
        OutputColumn("t", .column(1, .varchar)), OutputColumn("k", .column(0, .bigint)),
      ])
    for kind in [JoinPlan.Kind.left, .semi] {
      let plan = Plan.join(
        JoinPlan(
          kind, left, right, keys: [(.column(0, .bigint), .column(0, .bigint))],
          residual: BoundExpression(
            .compare(.less, .column(6, .bigint), .literal(.int(40_000), .bigint)), .boolean)))
      try LimitedMemoryTests.check(plan, limit: 6 << 20)
    }
  }
}
