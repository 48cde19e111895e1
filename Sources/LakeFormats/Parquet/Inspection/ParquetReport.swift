import LakeCore

/// What a Parquet file says of itself: everything in its footer, for people who look into files.
///
/// It says as much as can be said: what is damaged is a fault beside what is not. Only a file
/// without a footer that can be read has no report.
package struct ParquetReport: Sendable {
  /// An element of the schema, in the order of the file.
  package struct Element: Sendable {
    package var name: String
    /// Columns have 0.
    package var depth: Int
    /// `optional`, `required` or `repeated`.
    package var repetition: String
    /// Nil for groups.
    package var physicalType: String?
    package var logicalType: String?
    package var fieldID: Int?
  }

  /// A leaf of the schema in one row group.
  package struct Chunk: Sendable {
    /// The names on the way to the leaf, with dots between.
    package var path: String
    /// As values are read; nil where the schema cannot be understood.
    package var type: DataType?
    package var encodings: [String]
    package var codec: String
    package var offset: Int
    /// Nulls included.
    package var valueCount: Int
    package var nullCount: Int?
    package var uncompressedBytes: Int
    package var compressedBytes: Int
    package var minimum: Value?
    package var maximum: Value?
    /// Whether the bounds are values of the column; nil where the file does not say.
    package var isMinimumExact: Bool?
    package var isMaximumExact: Bool?
    package var hasColumnIndex: Bool
    package var hasOffsetIndex: Bool
    package var hasBloomFilter: Bool
  }

  package struct RowGroup: Sendable {
    package var rowCount: Int
    package var compressedBytes: Int
    package var uncompressedBytes: Int
    /// `name`, or `name descending`.
    package var sorting: [String]
    package var chunks: [Chunk]
  }

  package var path: String
  package var fileBytes: Int
  package var footerBytes: Int
  package var version: Int
  package var createdBy: String?
  package var rowCount: Int
  package var keyValueMetadata: [(String, String)]
  package var elements: [Element]
  /// The columns as they are read; nil where the schema cannot be understood.
  package var schema: Schema?
  package var rowGroups: [RowGroup]
  /// What is wrong with the file, as far as it was looked at.
  package var faults: [LakeError] = []
}

extension ParquetReport {
  /// Reads the footer of a file.
  package static func read(
    _ file: any ReadableFile, tracker: MemoryTracker?
  ) throws(LakeError) -> ParquetReport {
    try ParquetReportReader(file, tracker: tracker).report
  }
}

/// Makes a report of a footer; keeps what is needed to look at the pages.
struct ParquetReportReader {
  private(set) var report: ParquetReport
  let metadata: ParquetFileMetadata
  /// Empty where the schema cannot be understood.
  let leaves: [LeafColumn]

  init(_ file: any ReadableFile, tracker: MemoryTracker?) throws(LakeError) {
    let size = try file.status().size
    do throws(LakeError) {
      (metadata, report) = try ParquetReportReader.footer(file, size: size, tracker: tracker)
    } catch {
      throw error.located(at: .file(file.path))
    }
    do throws(LakeError) {
      let reading = try SchemaReading(metadata.schema)
      report.schema = Schema(reading.fields)
      leaves = reading.nodes.flatMap(\.leaves)
    } catch {
      report.faults.append(error)
      leaves = []
    }
    report.elements = ParquetReportReader.elements(metadata.schema)
    for (index, group) in metadata.rowGroups.enumerated() { add(group, index) }
    let total = metadata.rowGroups.reduce(0) {
      $0.addingReportingOverflow($1.rowCount).partialValue
    }
    if total != metadata.rowCount {
      report.faults.append(
        LakeError.parquetDamage(
          "the row groups have \(total) rows and the file says \(metadata.rowCount)"))
    }
  }

  private static func footer(
    _ file: any ReadableFile, size: Int, tracker: MemoryTracker?
  ) throws(LakeError) -> (ParquetFileMetadata, ParquetReport) {
    let metadata = try ParquetFooter.read(file, size: size, tracker: tracker)
    let length = try Buffer(byteCount: 8)
    let got = try file.read(into: length.base, count: 8, at: size - 8)
    let footerBytes = got == 8 ? length.base.loadUnaligned(as: UInt32.self) : 0
    let report = ParquetReport(
      path: file.path, fileBytes: size, footerBytes: Int(footerBytes), version: metadata.version,
      createdBy: metadata.createdBy, rowCount: metadata.rowCount,
      keyValueMetadata: metadata.keyValueMetadata, elements: [], rowGroups: [])
    return (metadata, report)
  }

  /// The tree without its root, as far as its counts of children go.
  private static func elements(_ schema: [ParquetSchemaElement]) -> [ParquetReport.Element] {
    var found: [ParquetReport.Element] = []
    // How many children each open group still has.
    var open: [Int] = []
    for element in schema.dropFirst() {
      while let last = open.last, last <= 0 { open.removeLast() }
      found.append(
        ParquetReport.Element(
          name: element.name, depth: open.count, repetition: element.repetition?.name ?? "required",
          physicalType: element.physicalName, logicalType: element.logicalName,
          fieldID: element.fieldID))
      if let last = open.indices.last { open[last] -= 1 }
      if let count = element.childCount { open.append(count) }
    }
    return found
  }

  private mutating func add(_ group: ParquetRowGroupMetadata, _ index: Int) {
    var summary = ParquetReport.RowGroup(
      rowCount: group.rowCount, compressedBytes: 0, uncompressedBytes: 0, sorting: [], chunks: [])
    if !leaves.isEmpty, leaves.count != group.columns.count {
      report.faults.append(
        LakeError.parquetDamage(
          "row group \(index) has \(group.columns.count) columns and the schema \(leaves.count)"))
    }
    for (place, chunk) in group.columns.enumerated() {
      let leaf = leaves.count == group.columns.count ? leaves[place] : nil
      let found = self.chunk(chunk, leaf)
      summary.compressedBytes.addCapped(found.compressedBytes)
      summary.uncompressedBytes.addCapped(found.uncompressedBytes)
      if let fault = fault(of: chunk, in: index) { report.faults.append(fault) }
      summary.chunks.append(found)
    }
    summary.sorting = group.sortingColumns.map { sorting in
      let isKnown = group.columns.indices.contains(sorting.leaf)
      let name = isKnown ? summary.chunks[sorting.leaf].path : "column \(sorting.leaf)"
      return name + (sorting.isDescending ? " descending" : "")
    }
    report.rowGroups.append(summary)
  }

  private func chunk(
    _ chunk: ParquetChunkMetadata, _ leaf: LeafColumn?
  ) -> ParquetReport.Chunk {
    var bounds: (minimum: Value?, maximum: Value?) = (nil, nil)
    if let leaf, let statistics = chunk.statistics, leaf.physical == chunk.type {
      bounds = StatisticsValue.bounds(statistics, leaf: leaf, hasTypeOrder: metadata.hasTypeOrder)
    }
    return ParquetReport.Chunk(
      path: chunk.path.joined(separator: "."), type: leaf?.type,
      encodings: chunk.encodings.map(\.specificationName),
      codec: chunk.codec?.specificationName ?? "unknown", offset: chunk.firstPageOffset,
      valueCount: chunk.valueCount, nullCount: chunk.statistics?.nullCount,
      uncompressedBytes: chunk.totalUncompressedSize, compressedBytes: chunk.totalCompressedSize,
      minimum: bounds.minimum, maximum: bounds.maximum,
      isMinimumExact: chunk.statistics?.isMinimumExact,
      isMaximumExact: chunk.statistics?.isMaximumExact,
      hasColumnIndex: chunk.columnIndex != nil, hasOffsetIndex: chunk.offsetIndex != nil,
      hasBloomFilter: chunk.bloomFilterOffset != nil)
  }

  /// Whether the pages lie in the file at all.
  private func fault(of chunk: ParquetChunkMetadata, in group: Int) -> LakeError? {
    let (start, count) = (chunk.firstPageOffset, chunk.totalCompressedSize)
    let isInside = start >= 4 && start <= report.fileBytes && count <= report.fileBytes - start
    if isInside || chunk.isEncrypted || chunk.filePath != nil { return nil }
    return LakeError.parquetDamage(
      "column \(chunk.path.joined(separator: ".")) of row group \(group): its \(count) bytes from "
        + "\(start) on do not lie in the file of \(report.fileBytes)")
  }
}

extension Int {
  /// For sums of numbers that a damaged file says: they end at the greatest one.
  fileprivate mutating func addCapped(_ other: Int) {
    let (sum, hasOverflow) = addingReportingOverflow(other)
    self = hasOverflow ? .max : sum
  }
}
