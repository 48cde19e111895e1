import LakeCore
import LakeEngine
import LakeTestSupport
import Testing

/// How a plan is executed; the rows must not depend on it.
struct ExecutionSetup: Sendable, CustomTestStringConvertible {
  var batchRows: Int
  var threads: Int
  var hashMask: UInt64 = .max
  /// Whether everything goes to disk that can.
  var spills = false

  static let all = [
    ExecutionSetup(batchRows: 2048, threads: 1), ExecutionSetup(batchRows: 3, threads: 2),
    ExecutionSetup(batchRows: 1, threads: 4),
    ExecutionSetup(batchRows: 50, threads: 2, hashMask: 0),
    ExecutionSetup(batchRows: 7, threads: 1, hashMask: 0xF << 60),
    ExecutionSetup(batchRows: 2048, threads: 1, spills: true),
    ExecutionSetup(batchRows: 3, threads: 2, spills: true),
    ExecutionSetup(batchRows: 1, threads: 2, spills: true),
    ExecutionSetup(batchRows: 5, threads: 2, hashMask: 0, spills: true),
  ]

  var testDescription: String {
    "batches of \(batchRows), \(threads) threads, mask \(hashMask)\(spills ? ", on disk" : "")"
  }
}

@Suite("Joins")
struct JoinTests {
  private static let kinds: [JoinPlan.Kind] = [.inner, .left, .semi, .anti, .nullAwareAnti]

  /// Three-valued equality of all keys of two rows.
  private static func equal(
    _ a: [Value], _ b: [Value], _ types: [DataType]
  ) throws -> Bool? {
    var answer: Bool? = true
    for (index, type) in types.enumerated() {
      let one = try ValueReference.compare(.equal, a[index], b[index], type)
      if one == false { return false }
      if one == nil { answer = nil }
    }
    return answer
  }

  /// A join as SQL defines it. Keys are the first columns of both sides; the residual says that the
  /// last column of the left side is not greater than that of the right.
  private static func reference(
    _ kind: JoinPlan.Kind, _ left: [[Value]], _ right: [[Value]], _ types: [DataType],
    _ residual: Bool, rightCount: Int
  ) throws -> [[Value]] {
    var result: [[Value]] = []
    for a in left {
      var (hasMatch, mayMatch) = (false, false)
      for b in right {
        if residual {
          guard case .int(let x)? = a.last, case .int(let y)? = b.last, x <= y else { continue }
        }
        let answer = try equal(a, b, types)
        if answer != false { mayMatch = true }
        guard answer == true else { continue }
        hasMatch = true
        if kind == .inner || kind == .left { result.append(a + b) }
      }
      switch kind {
      case .inner: break
      case .left:
        if !hasMatch { result.append(a + Array(repeating: .null, count: rightCount)) }
      case .semi: if hasMatch { result.append(a) }
      case .anti: if !hasMatch { result.append(a) }
      case .nullAwareAnti: if !mayMatch { result.append(a) }
      }
    }
    return result
  }

  private static func check(
    _ types: [DataType], rows: (Int, Int), residual: Bool, _ setup: ExecutionSetup,
    _ random: inout SeededRandom
  ) throws {
    let fields = types.enumerated().map { Field("k\($0.offset)", $0.element) }
    let schema = Schema(fields + [Field("n", .bigint)])
    let table = { (count: Int, random: inout SeededRandom) in
      (0..<count).map { row in types.map { random.value($0) } + [.int(Int64(row % 7))] }
    }
    let (left, right) = (table(rows.0, &random), table(rows.1, &random))
    let leftPlan = try ExecutionFixture.table(
      schema, left, batchRows: setup.batchRows, random: &random)
    let rightPlan = try ExecutionFixture.table(
      schema, right, batchRows: setup.batchRows, random: &random)
    let last = types.count
    let condition = BoundExpression(
      .compare(.lessOrEqual, .column(last, .bigint), .column(2 * last + 1, .bigint)), .boolean)
    for kind in kinds {
      let plan = JoinPlan(
        kind, leftPlan, rightPlan,
        keys: types.enumerated().map {
          (.column($0.offset, $0.element), .column($0.offset, $0.element))
        }, residual: residual ? condition : nil)
      let expected = try reference(
        kind, left, right, types, residual, rightCount: schema.count)
      let found = try ExecutionFixture.rows(
        .join(plan), threads: setup.threads, hashMask: setup.hashMask, spills: setup.spills)
      #expect(
        areSameRows(found, expected),
        "\(kind) on \(types): \(found.count) rows, not \(expected.count)")
    }
  }

  @Test("Joins on keys of every type give the rows of a nested loop", arguments: ExecutionSetup.all)
  func everyType(setup: ExecutionSetup) throws {
    var random = SeededRandom(seed: 7)
    for type in SeededRandom.scalarTypes + [.unseen] {
      try JoinTests.check([type], rows: (40, 30), residual: false, setup, &random)
      try JoinTests.check([type], rows: (25, 20), residual: true, setup, &random)
    }
  }

  @Test("Joins on several and on nested keys", arguments: ExecutionSetup.all)
  func severalKeys(setup: ExecutionSetup) throws {
    var random = SeededRandom(seed: 8)
    for round in 0..<12 {
      let count = random.below(3) + 1
      let types = (0..<count).map { _ in random.type() }
      try JoinTests.check(types, rows: (30, 20), residual: round % 3 == 0, setup, &random)
    }
  }

  @Test("Joins without keys, and of empty sides", arguments: ExecutionSetup.all)
  func edges(setup: ExecutionSetup) throws {
    var random = SeededRandom(seed: 9)
    try JoinTests.check([], rows: (13, 9), residual: false, setup, &random)
    try JoinTests.check([], rows: (13, 9), residual: true, setup, &random)
    try JoinTests.check([.bigint], rows: (10, 0), residual: false, setup, &random)
    try JoinTests.check([.bigint], rows: (0, 10), residual: false, setup, &random)
    try JoinTests.check([.bigint, .varchar], rows: (10, 0), residual: true, setup, &random)
  }

  @Test("A key with more matches than a portion of pairs", arguments: ExecutionSetup.all)
  func manyMatches(setup: ExecutionSetup) throws {
    let schema = Schema([Field("k", .bigint), Field("n", .bigint)])
    var random = SeededRandom(seed: 10)
    let left: [[Value]] = [[.int(1), .int(0)], [.int(2), .int(1)], [.int(1), .int(2)]]
    let right: [[Value]] = (0..<9000).map { [.int($0 % 4500 == 7 ? 3 : 1), .int(Int64($0))] }
    let leftPlan = try ExecutionFixture.table(schema, left, batchRows: 2048, random: &random)
    let rightPlan = try ExecutionFixture.table(schema, right, batchRows: 2048, random: &random)
    let late = BoundExpression(
      .compare(.equal, .column(3, .bigint), .literal(.int(8998), .bigint)), .boolean)
    for residual in [nil, late] {
      let plan = JoinPlan(
        .left, leftPlan, rightPlan, keys: [(.column(0, .bigint), .column(0, .bigint))],
        residual: residual)
      let rows = try ExecutionFixture.rows(
        .join(plan), threads: setup.threads, hashMask: setup.hashMask, spills: setup.spills)
      let matches = right.filter { $0[0] == .int(1) && (residual == nil || $0[1] == .int(8998)) }
      let expected =
        matches.map { left[0] + $0 } + [left[1] + [.null, .null]] + matches.map { left[2] + $0 }
      #expect(areSameRows(rows, expected))
    }
  }

  @Test("A table of many parts finds every row")
  func manyParts() throws {
    let schema = Schema([Field("k", .varchar), Field("t", .bigint)])
    let count = 200_000
    let row = { (index: Int) -> [Value] in
      [.string("person.\(index % 5000)@example.com"), .int(Int64(index / 5000))]
    }
    let right = MemoryTableSource(
      try (0..<100).map { part in
        let rows = (0..<2000).map { row(part * 2000 + $0) }
        return Batch(
          columns: [
            try ColumnVector.of(.varchar, rows.map { $0[0] }),
            try ColumnVector.of(.bigint, rows.map { $0[1] }),
          ], rowCount: 2000)
      })
    let probes = (0..<3000).map { row($0 * 71 % (2 * count)) }
    var random = SeededRandom(seed: 1)
    let plan = JoinPlan(
      .left, try ExecutionFixture.table(schema, probes, random: &random),
      ExecutionFixture.scan(right, schema),
      keys: [
        (.column(0, .varchar), .column(0, .varchar)), (.column(1, .bigint), .column(1, .bigint)),
      ])
    let rows = try ExecutionFixture.rows(.join(plan), threads: 2)
    #expect(rows.count == probes.count)
    for (index, found) in rows.enumerated() {
      let isThere = index * 71 % (2 * count) < count
      #expect(found == probes[index] + (isThere ? probes[index] : [.null, .null]))
    }
  }
}
