import LakeCore
import LakeFormats
import LakeTestSupport

/// A file that is written to memory.
final class MemoryTarget: OutputTarget {
  let name = "memory"
  private(set) var bytes: [UInt8] = []

  func write(_ more: UnsafeRawBufferPointer) { bytes += more }
  func commit() {}
}

/// Writing and reading small Parquet files.
enum ParquetTrip {
  /// Random columns of a type that Parquet has, with unequal names.
  static func schema(_ random: inout SeededRandom, columns: Int, depth: Int = 2) -> Schema {
    Schema(
      (0..<columns).map { index in
        while true {
          let type = random.type(depth: depth)
          if isWritable(type) { return Field("c\(index)", type) }
        }
      })
  }

  static func isWritable(_ type: DataType) -> Bool {
    switch type {
    case .intervalYearToMonth, .intervalDayToSecond: false
    case .array(let element): isWritable(element)
    case .map(let key, let value): isWritable(key) && isWritable(value)
    case .row(let fields): !fields.isEmpty && fields.allSatisfy { isWritable($0.type) }
    default: true
    }
  }

  /// The type that a column comes back as.
  static func readType(_ type: DataType) -> DataType {
    switch type {
    case .unseen: .varchar
    case .array(let element): .array(readType(element))
    case .map(let key, let value): .map(key: readType(key), value: readType(value))
    case .row(let fields): .row(fields.map { Field($0.name, readType($0.type)) })
    default: type
    }
  }

  static func write(
    _ schema: Schema, _ batches: [Batch], _ options: ParquetWriteOptions = .init(),
    threads: Int = 2, codecs: Codecs = .withOptional
  ) throws -> (bytes: [UInt8], summary: ParquetFileSummary) {
    let target = MemoryTarget()
    let tracker = MemoryTracker(name: "test")
    do {
      let writer = try ParquetWriter(
        schema: schema, target: target, options: options,
        pool: try ThreadPool(threadCount: threads), libraries: codecs.libraries,
        tracker: tracker)
      for batch in batches { try writer.append(batch) }
      let summary = try writer.finish()
      return (target.bytes, summary)
    }
  }

  /// The rows of a file by column, read with all promises of vectors tested.
  static func read(_ path: String, codecs: Codecs = .withOptional) throws
    -> (schema: Schema, columns: [[Value]])
  {
    let file = try ParquetFile.open(
      path, in: LocalFileSystem(), libraries: codecs.libraries, tracker: nil)
    var columns: [[Value]] = file.schema.fields.map { _ in [] }
    for group in file.rowGroups.indices {
      try file.read(rowGroup: group, columns: Array(columns.indices)) { batch in
        for (index, column) in batch.columns.enumerated() {
          try column.checkInvariants()
          columns[index] += column.allValues
        }
      }
    }
    return (file.schema, columns)
  }
}
