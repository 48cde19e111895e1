import LakeCore
import LakeEngine
import LakeFormats
import LakeTestSupport

/// What tests execute plans with.
enum ExecutionFixture {
  static let tracker = MemoryTracker(name: "test")

  static func context(threads: Int, tracker: MemoryTracker? = nil) throws -> ExecutionContext {
    ExecutionContext(
      pool: try ThreadPool(threadCount: threads), fileSystem: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: tracker ?? MemoryTracker(name: "test"),
      cancellation: CancellationFlag(), startedAt: 0)
  }

  /// The rows of a plan as values.
  static func rows(
    _ plan: Plan, threads: Int = 2, hashMask: UInt64 = .max, spills: Bool = false,
    profile: ExecutionProfile? = nil
  ) throws -> [[Value]] {
    var context = try context(threads: threads)
    context.spilling.isForced = spills
    var execution = Execution(plan, context, profile: profile)
    execution.hashMask = hashMask
    // One thread takes the way of few groups, several that of many.
    execution.groupsOfOnePart = threads == 1 ? .max : 2
    return try execution.collect().flatMap(\.allRows)
  }

  /// A scan of all columns of a table in memory, cut into batches of a number of rows, of which two
  /// are a morsel.
  static func table(
    _ schema: Schema, _ rows: [[Value]], batchRows: Int = 2048, random: inout SeededRandom
  ) throws -> Plan {
    var batches: [Batch] = []
    var start = 0
    while start < rows.count {
      let part = rows[start..<min(start + batchRows, rows.count)]
      start += part.count
      let spoilt = random.chance(2)
      // Now and then rows that do not belong to the batch lie between those that do.
      var padded: [[Value]] = []
      var selected: [UInt32] = []
      for row in part {
        if spoilt, random.chance(2) { padded.append(schema.fields.map { random.value($0.type) }) }
        selected.append(UInt32(padded.count))
        padded.append(row)
      }
      let columns = try schema.fields.indices.map { index in
        try random.vector(schema.fields[index].type, padded.map { $0[index] })
      }
      batches.append(
        Batch(
          columns: columns, rowCount: padded.count,
          selection: spoilt ? try selection(selected) : nil))
    }
    return scan(MemoryTableSource(batches, morselRows: 2 * batchRows), schema)
  }

  static func selection(_ rows: [UInt32]) throws -> Selection {
    let buffer = try Buffer(byteCount: rows.count * 4)
    for (index, row) in rows.enumerated() { buffer.pointer(as: UInt32.self)[index] = row }
    return Selection(rows: buffer, count: rows.count)
  }

  static func scan(
    _ source: any TableSource, _ schema: Schema, columns: [ScanPlan.Column]? = nil,
    predicate: BoundExpression? = nil
  ) -> Plan {
    let table = BoundTable(name: nil, label: "t", schema: schema, source: source)
    return .scan(
      ScanPlan(
        table: table, columns: columns ?? schema.fields.indices.map { .table($0) },
        predicate: predicate))
  }
}

extension Batch {
  /// The rows that belong to the batch, as values.
  var allRows: [[Value]] {
    let rows = selection.map { $0.indices.map(Int.init) } ?? Array(0..<rowCount)
    return rows.map { row in columns.map { $0.value(at: row) } }
  }
}

/// Whether two tables are the same to the last bit, in the same order.
func areSameRows(_ a: [[Value]], _ b: [[Value]]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { areSame($0, $1) }
}
