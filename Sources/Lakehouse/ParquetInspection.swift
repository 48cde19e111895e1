import LakeCore
import LakeFormats

/// What a Parquet file says of itself, to its columns and row groups. Only the footer is read.
package struct ParquetInspection: Sendable {
  package struct Column: Sendable {
    package var name: String
    package var type: DataType
    package var nullCount: Int?
    package var minimum: String?
    package var maximum: String?
  }

  /// A leaf of the schema in all row groups.
  package struct Leaf: Sendable {
    package var path: String
    package var encodings: [String]
    package var codecs: [String]
    package var uncompressedBytes: Int
    package var compressedBytes: Int
  }

  package var path: String
  package var fileBytes: Int
  package var createdBy: String?
  package var rowCount: Int
  package var rowGroups: [(rows: Int, bytes: Int)]
  package var columns: [Column]
  package var leaves: [Leaf]
}

extension Lake {
  /// The files of a name that are Parquet; nil where the first one is none.
  package func inspectParquet(_ name: String) throws -> [ParquetInspection]? {
    if name == InputFiles.standardInput { return nil }
    let paths = try FileNames.expand(name, in: fileSystem)
    guard let first = paths.first, try isParquet(first) else { return nil }
    return try paths.map { path in
      let file = try ParquetFile.open(
        path, in: fileSystem, libraries: libraries, tracker: memory)
      let bytes = try fileSystem.status(of: path, followLinks: true)?.size ?? 0
      return ParquetInspection(file, bytes: bytes)
    }
  }

  private func isParquet(_ path: String) throws(LakeError) -> Bool {
    let file = try fileSystem.openForReading(path)
    let head = try Buffer(byteCount: 4)
    return try file.read(into: head.base, count: 4, at: 0) == 4
      && ByteView(head, count: 4).text == "PAR1"
  }
}

extension ParquetInspection {
  init(_ file: ParquetFile, bytes: Int) {
    path = file.path
    fileBytes = bytes
    createdBy = file.createdBy
    rowCount = file.rowCount
    rowGroups = file.rowGroups.map { ($0.rowCount, $0.totalBytes) }
    columns = file.schema.fields.indices.map { ParquetInspection.column($0, of: file) }
    leaves = []
    for (number, group) in file.rowGroups.enumerated() {
      for (index, chunk) in group.chunks.enumerated() {
        if number == 0 {
          leaves.append(
            Leaf(
              path: chunk.path, encodings: [], codecs: [], uncompressedBytes: 0,
              compressedBytes: 0))
        }
        leaves[index].add(chunk)
      }
    }
  }

  private static func column(_ index: Int, of file: ParquetFile) -> Column {
    let field = file.schema.fields[index]
    var column = Column(name: field.name, type: field.type)
    var (low, high, nulls): (Value?, Value?, Int?) = (nil, nil, 0)
    var isKnown = true
    for group in file.rowGroups where group.rowCount > 0 {
      let part = group.statistics(column: index)
      nulls = nulls.flatMap { sum in part.nullCount.map { sum + $0 } }
      if part.nullCount == group.rowCount { continue }
      guard let minimum = part.minimum, let maximum = part.maximum else {
        isKnown = false
        continue
      }
      if low.map({ ValueOrder.isAscending(minimum, $0, type: field.type) }) ?? true {
        low = minimum
      }
      if high.map({ ValueOrder.isAscending($0, maximum, type: field.type) }) ?? true {
        high = maximum
      }
    }
    column.nullCount = nulls
    guard isKnown else { return column }
    column.minimum = low.map { ValueFormat.text(of: $0, type: field.type) }
    column.maximum = high.map { ValueFormat.text(of: $0, type: field.type) }
    return column
  }
}

extension ParquetInspection.Leaf {
  fileprivate mutating func add(_ chunk: ParquetChunkSummary) {
    for encoding in chunk.encodings where !encodings.contains(encoding) {
      encodings.append(encoding)
    }
    if !codecs.contains(chunk.codec) { codecs.append(chunk.codec) }
    uncompressedBytes += chunk.uncompressedBytes
    compressedBytes += chunk.compressedBytes
  }
}
