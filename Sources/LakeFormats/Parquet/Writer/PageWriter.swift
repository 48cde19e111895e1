import LakeCore

/// Makes the pages of one column chunk: levels, values, compression, header.
final class PageWriter {
  private let leaf: LeafColumn
  private let libraries: CodecLibraries
  private let compressor: PageCompressor
  private var header: ThriftWriter
  private var compressed: ByteSink
  /// The pages so far.
  private(set) var out: ByteSink
  private(set) var uncompressedSize = 0
  /// Where the data pages are.
  private(set) var locations: [ParquetPageLocation] = []
  private var index: ColumnIndexBuilder

  init(
    _ leaf: LeafColumn, options: ParquetWriteOptions, libraries: CodecLibraries,
    tracker: MemoryTracker?
  ) throws(LakeError) {
    self.leaf = leaf
    self.libraries = libraries
    index = ColumnIndexBuilder(leaf)
    compressor = try PageCompressor(options, libraries: libraries)
    header = try ThriftWriter(tracker: tracker)
    compressed = try ByteSink(tracker: tracker)
    out = try ByteSink(capacity: 4096, tracker: tracker)
  }

  /// The levels of some slots, each with its length before it, at the beginning of a page.
  func appendLevels(
    _ input: LeafInput, slots: Range<Int>, to page: inout ByteSink
  ) throws(LakeError) {
    if leaf.maxRepetition > 0, let levels = input.repetitionLevels {
      try appendLevels(levels, slots, max: leaf.maxRepetition, &page)
    }
    if leaf.maxDefinition > 0 {
      if let levels = input.definitionLevels {
        try appendLevels(levels, slots, max: leaf.maxDefinition, &page)
      } else {
        try appendSized(&page) { (page) throws(LakeError) in
          try HybridEncoder.appendRun(
            UInt8(truncatingIfNeeded: leaf.maxDefinition), count: slots.count,
            width: BitPacking.width(forCount: leaf.maxDefinition + 1), &page)
        }
      }
    }
  }

  private func appendLevels(
    _ levels: UnsafePointer<UInt8>, _ slots: Range<Int>, max: Int, _ page: inout ByteSink
  ) throws(LakeError) {
    try appendSized(&page) { (page) throws(LakeError) in
      try HybridEncoder.encode(
        levels + slots.lowerBound, count: slots.count,
        width: BitPacking.width(forCount: max + 1), into: &page)
    }
  }

  /// Puts the length of what `body` appends before it.
  private func appendSized(
    _ page: inout ByteSink, _ body: (inout ByteSink) throws(LakeError) -> Void
  ) throws(LakeError) {
    let start = page.count
    try page.append(littleEndian: 0)
    try body(&page)
    let length = UInt32(truncatingIfNeeded: page.count - start - 4)
    UnsafeMutableRawPointer(page.cursor - (page.count - start))
      .storeBytes(of: length.littleEndian, as: UInt32.self)
  }

  /// Appends the page of the dictionary.
  func appendDictionary(_ page: borrowing ByteSink, valueCount: Int) throws(LakeError) {
    try append(.dictionary, page, valueCount: valueCount, encoding: .plain)
  }

  /// Appends a page of data, of whose values the statistics are.
  func append(
    _ page: borrowing ByteSink, _ part: PagePlan.Page, _ encoding: ParquetEncoding,
    _ statistics: LeafStatistics
  ) throws(LakeError) {
    let start = out.count
    try append(.data, page, valueCount: part.slots.count, encoding: encoding)
    locations.append(
      ParquetPageLocation(
        offset: start, compressedSize: out.count - start, firstRow: part.firstRow))
    index.add(
      statistics, valueCount: part.values.count,
      nullCount: part.slots.count - part.values.count)
  }

  /// Compresses a page and appends it with its header.
  private func append(
    _ type: ParquetPageType, _ page: borrowing ByteSink, valueCount: Int,
    encoding: ParquetEncoding
  ) throws(LakeError) {
    guard page.count <= BlockCompressor.blockBytesMax else {
      throw LakeError(
        .limitExceeded, "column \(leaf.name): a page of \(page.count) bytes is more than 1 GiB",
        hint: "A page holds at least one value, which has to be shorter.")
    }
    compressed.removeAll()
    try compressor.compress(page.view, into: &compressed)
    var fields = ParquetPageHeader()
    fields.type = type
    fields.uncompressedSize = page.count
    fields.compressedSize = compressed.count
    fields.checksum = libraries.checksum(compressed.view)
    fields.valueCount = valueCount
    fields.encoding = encoding
    header.removeAll()
    try fields.write(to: &header)
    try out.append(header.sink.view)
    try out.append(compressed.view)
    uncompressedSize += header.sink.count + page.count
  }

  /// Nil where a page with values has no bounds.
  var columnIndex: ParquetColumnIndex? { index.finish() }

  /// The pages; the writer is not used afterwards.
  func takeBytes() throws(LakeError) -> ByteSink {
    var taken = try ByteSink(capacity: 0)
    swap(&taken, &out)
    return taken
  }
}
