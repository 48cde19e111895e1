import LakeCore

/// A page as its header and the page index describe it.
package struct ParquetPage: Sendable {
  package enum Checksum: String, Sendable {
    case none, right, wrong
  }

  package var rowGroup: Int
  /// The names on the way to the leaf, with dots between.
  package var column: String
  package var type: DataType?
  /// `dictionary`, `data`, `data v2` or `index`.
  package var kind: String
  /// Of its header in the file.
  package var offset: Int
  package var headerBytes: Int
  package var compressedBytes: Int
  package var uncompressedBytes: Int
  /// Nulls included.
  package var valueCount: Int
  package var nullCount: Int?
  package var encoding: String
  /// In its row group.
  package var firstRow: Int?
  package var minimum: Value?
  package var maximum: Value?
  package var checksum: Checksum
}

/// Walks over all pages of a file, one column of a row group after the other. Every page is read,
/// for its checksum, and none is decompressed.
package struct ParquetPageWalk {
  package private(set) var pages: [ParquetPage] = []
  /// Where the walk could not go on; it went on with the next column.
  package private(set) var faults: [LakeError] = []
  private let reader: ParquetReportReader
  private let file: any ReadableFile
  private let libraries: CodecLibraries
  private let tracker: MemoryTracker?

  /// Enough for every file that is looked at page by page, and no more than fits into memory.
  private static let pagesMax = 1 << 22

  package init(
    _ file: any ReadableFile, libraries: CodecLibraries, tracker: MemoryTracker?,
    cancellation: CancellationFlag?
  ) throws(LakeError) {
    self.file = file
    self.libraries = libraries
    self.tracker = tracker
    reader = try ParquetReportReader(file, tracker: tracker)
    for (group, metadata) in reader.metadata.rowGroups.enumerated() {
      for (place, chunk) in metadata.columns.enumerated() {
        try cancellation?.check()
        var current = Place(
          group: group, chunk: chunk, offset: chunk.firstPageOffset,
          valuesLeft: chunk.valueCount)
        if reader.leaves.count == metadata.columns.count { current.leaf = reader.leaves[place] }
        do throws(LakeError) {
          try walk(&current)
        } catch {
          faults.append(
            LakeError(
              error.code, "column \(current.name) of row group \(group): \(error.message)",
              at: .file(file.path, offset: current.offset)))
        }
      }
    }
  }

  /// How far the walk has come in a column of a row group.
  private struct Place {
    let group: Int
    let chunk: ParquetChunkMetadata
    var leaf: LeafColumn?
    var offset: Int
    var dataPages = 0
    var valuesLeft: Int
    /// Nil where it is not known: in lists, without an index.
    var row: Int? = 0
    var columnIndex: ParquetColumnIndex?
    var offsetIndex: ParquetOffsetIndex?

    var name: String { chunk.path.joined(separator: ".") }
  }

  private mutating func walk(_ place: inout Place) throws(LakeError) {
    let chunk = place.chunk
    guard !chunk.isEncrypted else { throw LakeError(.unsupported, "it is encrypted") }
    guard chunk.filePath == nil else { throw LakeError(.unsupported, "it lies in another file") }
    let size = reader.report.fileBytes
    let input = try ChunkInput(chunk, of: file, fileSize: size, tracker: tracker)
    place.offsetIndex = try chunk.offsetIndex.map { (part) throws(LakeError) in
      try index(part) { (thrift) throws(LakeError) in try ParquetOffsetIndex(&thrift) }
    }
    place.columnIndex = try chunk.columnIndex.map { (part) throws(LakeError) in
      try index(part) { (thrift) throws(LakeError) in try ParquetColumnIndex(&thrift) }
    }
    var at = 0
    // Where the values end, the pages do, whatever the chunk is said to have.
    while at < input.byteCount, place.valuesLeft > 0 {
      place.offset = input.fileOffset + at
      let (header, length) = try input.pageHeader(at: at)
      let body = try input.bytes(at: at + length, count: header.compressedSize)
      try append(header, length, body.view, &place)
      withExtendedLifetime(body.owner) {}
      at += length + header.compressedSize
    }
  }

  private mutating func append(
    _ header: ParquetPageHeader, _ length: Int, _ body: ByteView, _ place: inout Place
  ) throws(LakeError) {
    guard pages.count < Self.pagesMax else {
      throw LakeError(.limitExceeded, "the file has more than \(Self.pagesMax) pages")
    }
    var page = ParquetPage(
      rowGroup: place.group, column: place.name, type: place.leaf?.type, kind: header.type.name,
      offset: place.offset, headerBytes: length, compressedBytes: header.compressedSize,
      uncompressedBytes: header.uncompressedSize, valueCount: header.valueCount,
      encoding: header.encoding.specificationName, checksum: checksum(header, body))
    if header.type == .data || header.type == .dataV2 { describe(header, &page, &place) }
    pages.append(page)
  }

  private func checksum(_ header: ParquetPageHeader, _ body: ByteView) -> ParquetPage.Checksum {
    guard let said = header.checksum else { return .none }
    return libraries.checksum(body) == said ? .right : .wrong
  }

  /// What is known of a data page beside its header.
  private func describe(
    _ header: ParquetPageHeader, _ page: inout ParquetPage, _ place: inout Place
  ) {
    let number = place.dataPages
    place.dataPages += 1
    place.valuesLeft -= header.valueCount
    page.firstRow = place.row
    page.nullCount = header.nullCount
    if let index = place.offsetIndex, index.pages.indices.contains(number) {
      page.firstRow = index.pages[number].firstRow
    }
    let isInList = place.leaf.map { $0.maxRepetition > 0 } ?? true
    let rows = header.rowCount ?? (isInList ? nil : header.valueCount)
    place.row = page.firstRow.flatMap { first in
      rows.flatMap { count in
        let (sum, hasOverflow) = first.addingReportingOverflow(count)
        return hasOverflow ? nil : sum
      }
    }
    guard let index = place.columnIndex else { return }
    if let counts = index.nullCounts, counts.indices.contains(number) {
      page.nullCount = counts[number]
    }
    guard let leaf = place.leaf, index.isNullPage.indices.contains(number),
      !index.isNullPage[number], index.minimums.indices.contains(number),
      index.maximums.indices.contains(number)
    else { return }
    page.minimum = StatisticsValue.value(index.minimums[number], leaf: leaf)
    page.maximum = StatisticsValue.value(index.maximums[number], leaf: leaf)
  }

  /// Reads a part of the page index.
  private func index<R>(
    _ part: ParquetFilePart, _ read: (inout ThriftReader) throws(LakeError) -> R
  ) throws(LakeError) -> R {
    let size = reader.report.fileBytes
    guard part.offset >= 0, part.length >= 0, part.offset <= size,
      part.length <= size - part.offset
    else { throw LakeError.parquetDamage("its page index does not lie in the file") }
    let buffer = try Buffer(byteCount: part.length, tracker: tracker)
    defer { withExtendedLifetime(buffer) {} }
    let got = try file.read(into: buffer.base, count: part.length, at: part.offset)
    guard got == part.length else { throw LakeError.parquetDamage("the file became shorter") }
    var thrift = ThriftReader(ByteView(buffer))
    return try read(&thrift)
  }
}
