import LakeCore

/// What a file's page index says of a data page.
package struct ParquetPageBounds: Sendable {
  /// Rows of the row group.
  package var rows: Range<Int>
  /// Where the page is in the file, and its bytes there, header included.
  package var offset: Int
  package var compressedBytes: Int
  /// Bounds of all values but NaN, which need not be values; nil where nothing is known.
  package var minimum: Value?
  package var maximum: Value?
  /// Nil where the file does not say.
  package var nullCount: Int?
  /// Whether there are nothing but nulls; of a column in lists, nulls and empty lists.
  package var isAllNull: Bool
}

extension ParquetFile {
  /// The pages of a column of a row group, if the file has an index of them; nil where it has none,
  /// and for nested columns. Reads some bytes of the file.
  package func pages(rowGroup: Int, column: Int) throws -> [ParquetPageBounds]? {
    guard case .leaf(let leaf) = nodes[column].kind else { return nil }
    return try locating(column, rowGroup, nil) { () throws(LakeError) in
      try pages(rowGroup: rowGroup, leaf)
    }
  }

  /// The same for a leaf, which may be nested, by its number in the file.
  package func pages(rowGroup: Int, leaf: Int) throws -> [ParquetPageBounds]? {
    var column = 0
    var leaves = nodes[0].leaves
    while leaves.last.map({ $0.index < leaf }) ?? true, column + 1 < nodes.count {
      column += 1
      leaves = nodes[column].leaves
    }
    guard let found = leaves.first(where: { $0.index == leaf }) else { return nil }
    return try locating(column, rowGroup, nil) { () throws(LakeError) in
      try pages(rowGroup: rowGroup, found)
    }
  }

  /// How many pages of data a column of a row group has, if the file has an index of them; of a
  /// nested column those of all leaves. Reads some bytes of the file.
  package func pageCount(rowGroup: Int, column: Int) throws -> Int? {
    var total = 0
    for leaf in nodes[column].leaves {
      guard let place = rowGroups[rowGroup].metadata.columns[leaf.index].offsetIndex else {
        return nil
      }
      total += try locating(column, rowGroup, nil) { () throws(LakeError) in
        let buffer = try bytes(place)
        var reader = ThriftReader(ByteView(buffer))
        return try ParquetOffsetIndex(&reader).pages.count
      }
    }
    return total
  }

  private func pages(
    rowGroup: Int, _ leaf: LeafColumn
  ) throws(LakeError) -> [ParquetPageBounds]? {
    let group = rowGroups[rowGroup]
    let chunk = group.metadata.columns[leaf.index]
    guard !chunk.isEncrypted, let place = chunk.offsetIndex else { return nil }
    let buffer = try bytes(place)
    var reader = ThriftReader(ByteView(buffer))
    let offsets = try ParquetOffsetIndex(&reader)
    guard !offsets.pages.isEmpty else { return nil }
    var known: ParquetColumnIndex?
    if let place = chunk.columnIndex {
      let buffer = try bytes(place)
      var reader = ThriftReader(ByteView(buffer))
      known = try ParquetColumnIndex(&reader)
    }
    return try PageIndexReading(group, leaf, offsets, known).pages()
  }

  func bytes(_ part: ParquetFilePart) throws(LakeError) -> Buffer {
    guard part.offset >= 4, part.length >= 0, part.offset <= fileSize,
      part.length <= fileSize - part.offset
    else {
      throw LakeError.parquetDamage(
        "its index of \(part.length) bytes at \(part.offset) does not lie in the file of "
          + "\(fileSize)")
    }
    let buffer = try Buffer(byteCount: part.length, tracker: tracker)
    let got = try file.read(into: buffer.base, count: part.length, at: part.offset)
    guard got == part.length else { throw LakeError.parquetDamage("it became shorter") }
    return buffer
  }
}

/// Puts the two indexes of a chunk together, and tests what they say.
private struct PageIndexReading {
  private let group: ParquetRowGroup
  private let leaf: LeafColumn
  private let offsets: ParquetOffsetIndex
  private let known: ParquetColumnIndex?

  init(
    _ group: ParquetRowGroup, _ leaf: LeafColumn, _ offsets: ParquetOffsetIndex,
    _ known: ParquetColumnIndex?
  ) {
    self.group = group
    self.leaf = leaf
    self.offsets = offsets
    self.known = known
  }

  func pages() throws(LakeError) -> [ParquetPageBounds] {
    let count = offsets.pages.count
    if let known {
      let hasAll =
        known.isNullPage.count == count && known.minimums.count == count
        && known.maximums.count == count && (known.nullCounts.map { $0.count == count } ?? true)
      guard hasAll else {
        throw LakeError.parquetDamage("its index has bounds of another number of pages")
      }
    }
    var pages: [ParquetPageBounds] = []
    for (number, page) in offsets.pages.enumerated() {
      let end = number + 1 < count ? offsets.pages[number + 1].firstRow : group.rowCount
      guard page.firstRow <= end, number == 0 ? page.firstRow == 0 : page.firstRow > 0,
        page.offset >= 0, page.compressedSize >= 0
      else {
        throw LakeError.parquetDamage("its index puts page \(number) at row \(page.firstRow)")
      }
      pages.append(bounds(number, page, rows: page.firstRow..<end))
    }
    return pages
  }

  private func bounds(
    _ number: Int, _ page: ParquetPageLocation, rows: Range<Int>
  ) -> ParquetPageBounds {
    var found = ParquetPageBounds(
      rows: rows, offset: page.offset, compressedBytes: page.compressedSize, isAllNull: false)
    guard let known else { return found }
    found.isAllNull = known.isNullPage[number]
    if let count = known.nullCounts?[number], count >= 0 { found.nullCount = count }
    guard !found.isAllNull, group.hasTypeOrder else { return found }
    let low = StatisticsValue.value(known.minimums[number], leaf: leaf)
    let high = StatisticsValue.value(known.maximums[number], leaf: leaf)
    // Bounds the wrong way round bound nothing.
    if let low, let high, !ValueOrder.isAscending(low, high, type: leaf.type) { return found }
    (found.minimum, found.maximum) = (low, high)
    return found
  }
}
