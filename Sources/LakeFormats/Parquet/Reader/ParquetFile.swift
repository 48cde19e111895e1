import LakeCore

/// A Parquet file that is open: its schema, what is known of its row groups, and their rows.
///
/// Reading a row group reads the bytes of the wanted columns and no others. Any thread may read any
/// row group. A damaged file is an error that names the file, the column, the row group and the
/// place; no size that it states is believed before the file has bytes for it.
package final class ParquetFile: Sendable {
  static let magic: [UInt8] = Array("PAR1".utf8)

  package let path: String
  package let schema: Schema
  package let rowCount: Int
  package let rowGroups: [ParquetRowGroup]
  package let keyValueMetadata: [(String, String)]
  package let createdBy: String?
  let nodes: [ColumnNode]
  let file: any ReadableFile
  let fileSize: Int
  let libraries: CodecLibraries
  let tracker: MemoryTracker?

  package static func open(
    _ path: String, in fileSystem: any FileSystem, libraries: CodecLibraries,
    tracker: MemoryTracker?
  ) throws -> ParquetFile {
    try open(
      try fileSystem.openForReading(path), libraries: libraries, tracker: tracker)
  }

  /// A file that is open already.
  package static func open(
    _ file: any ReadableFile, libraries: CodecLibraries, tracker: MemoryTracker?
  ) throws -> ParquetFile {
    let path = file.path
    do throws(LakeError) {
      let size = try file.status().size
      let metadata = try ParquetFooter.read(file, size: size, tracker: tracker)
      return try ParquetFile(
        path, file, size: size, metadata, libraries: libraries, tracker: tracker)
    } catch {
      throw error.located(at: .file(path))
    }
  }

  private init(
    _ path: String, _ file: any ReadableFile, size: Int, _ metadata: ParquetFileMetadata,
    libraries: CodecLibraries, tracker: MemoryTracker?
  ) throws(LakeError) {
    let reading = try SchemaReading(metadata.schema)
    nodes = reading.nodes
    schema = Schema(reading.fields)
    self.path = path
    self.file = file
    fileSize = size
    self.libraries = libraries
    self.tracker = tracker
    keyValueMetadata = metadata.keyValueMetadata
    createdBy = metadata.createdBy
    var groups: [ParquetRowGroup] = []
    var total = 0
    for (index, group) in metadata.rowGroups.enumerated() {
      groups.append(
        try ParquetRowGroup(
          index, group, nodes: nodes, hasTypeOrder: metadata.hasTypeOrder, fileSize: size))
      // No overflow: fewer than 2^31 groups of fewer than 2^31 rows.
      total += group.rowCount
    }
    guard total == metadata.rowCount else {
      throw LakeError.parquetDamage(
        "the row groups have \(total) rows and the file says \(metadata.rowCount)")
    }
    rowGroups = groups
    rowCount = total
  }

  /// Hands out the rows of a row group in order, in batches of about `Batch.rowTarget`. `columns`
  /// are positions in the schema, and what batches have, in that order; none are allowed.
  package func read(
    rowGroup: Int, columns: [Int], emit: (Batch) throws -> Void
  ) throws {
    try read(
      rowGroup: rowGroup, columns: columns, rows: [0..<rowGroups[rowGroup].rowCount], emit: emit)
  }

  /// Hands out some rows of a row group: ascending ranges that do not overlap. No batch has rows of
  /// two of them. Pages without a wanted row are not decompressed, as far as that can be told.
  package func read(
    rowGroup: Int, columns: [Int], rows: [Range<Int>], emit: (Batch) throws -> Void
  ) throws {
    let reader = try open(rowGroup: rowGroup, columns: columns)
    var at = 0
    for range in rows where !range.isEmpty {
      precondition(range.lowerBound >= at && range.upperBound <= reader.rowCount)
      reader.skip(range.lowerBound - at)
      at = range.lowerBound
      while at < range.upperBound {
        let count = min(range.upperBound - at, Batch.rowTarget)
        try emit(try reader.read(count))
        at += count
      }
    }
  }

  /// Columns of a row group to be read independently of one another. Nothing is read yet.
  package func open(rowGroup: Int, columns: [Int]) throws -> ParquetRowGroupReader {
    let group = rowGroups[rowGroup]
    let readers = try columns.map { column in
      try locating(column, rowGroup, nil) { () throws(LakeError) in
        try reader(column, group)
      }
    }
    return ParquetRowGroupReader(self, rowGroup: rowGroup, columns: columns, readers: readers)
  }

  private func reader(_ column: Int, _ group: ParquetRowGroup) throws(LakeError) -> ColumnReader {
    var leaves: [LeafReader] = []
    for leaf in nodes[column].leaves {
      let chunk = group.metadata.columns[leaf.index]
      guard chunk.filePath == nil, !chunk.isEncrypted else {
        throw LakeError(
          .unsupported, chunk.isEncrypted ? "it is encrypted" : "it lies in another file")
      }
      let source = try PageSource(
        chunk, file: file, fileSize: fileSize, libraries: libraries, tracker: tracker)
      leaves.append(LeafReader(leaf, source: source, tracker: tracker))
    }
    return try ColumnReader(nodes[column], leaves: leaves, tracker: tracker)
  }

  /// Says where an error was met.
  func locating<R>(
    _ column: Int, _ rowGroup: Int, _ reader: ColumnReader?,
    _ body: () throws(LakeError) -> R
  ) throws -> R {
    do throws(LakeError) {
      return try body()
    } catch {
      guard error.code == .corruptData || error.code == .unsupported else { throw error }
      throw LakeError(
        error.code,
        "column \(schema.fields[column].name) of row group \(rowGroup): \(error.message)",
        at: .file(path, offset: reader?.place), hint: error.hint, cause: error.cause)
    }
  }
}

/// The end of a file.
enum ParquetFooter {
  static func read(
    _ file: any ReadableFile, size: Int, tracker: MemoryTracker?
  ) throws(LakeError) -> ParquetFileMetadata {
    guard size >= 12 else {
      throw LakeError.parquetDamage("it is no Parquet file: it has \(size) bytes")
    }
    let tail = try bytes(of: file, 8, at: size - 8, tracker: tracker)
    let magic = ByteView(tail).dropFirst(4)
    if magic.equals("PARE") { throw LakeError(.unsupported, "it is encrypted") }
    guard magic.equals("PAR1") else {
      throw LakeError.parquetDamage("it is no Parquet file: it does not end with PAR1")
    }
    let length = Int(UnsafeRawPointer(tail.base).loadUnaligned(as: UInt32.self))
    guard length <= size - 12 else {
      throw LakeError.parquetDamage(
        "its metadata has \(length) bytes, more than the file of \(size)")
    }
    let footer = try bytes(of: file, length, at: size - 8 - length, tracker: tracker)
    var reader = ThriftReader(ByteView(footer))
    return try ParquetFileMetadata(&reader)
  }

  private static func bytes(
    of file: any ReadableFile, _ count: Int, at offset: Int, tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer {
    let buffer = try Buffer(byteCount: count, tracker: tracker)
    let got = try file.read(into: buffer.base, count: count, at: offset)
    guard got == count else { throw LakeError.parquetDamage("it became shorter") }
    return buffer
  }
}
