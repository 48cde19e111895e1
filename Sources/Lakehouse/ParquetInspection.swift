import LakeCore
import LakeFormats

/// What a Parquet file says of itself, to its columns, row groups and, if asked for, its pages.
/// A damaged file is described as far as it can be, with its faults.
package struct ParquetInspection: Sendable {
  /// A bound as text, and whether it is a value of the column; nil where the file does not say.
  package struct Bound: Sendable {
    package var text: String
    package var isExact: Bool?
  }

  /// A leaf of the schema, in all row groups together.
  package struct Leaf: Sendable {
    package var path: String
    /// As values are read; nil where the schema cannot be understood.
    package var type: DataType?
    package var encodings: [String] = []
    package var codecs: [String] = []
    package var uncompressedBytes = 0
    package var compressedBytes = 0
    /// Nil where a row group does not say.
    package var nullCount: Int? = 0
    /// Nil where a row group with values has none.
    package var minimum: Bound?
    package var maximum: Bound?
    /// In all row groups.
    package var hasPageIndex = true
    package var hasBloomFilter = true
  }

  package var report: ParquetReport
  package var leaves: [Leaf]
  /// Nil where they were not asked for.
  package var pages: [ParquetPage]?
  package var faults: [LakeError]
}

extension Lake {
  /// The files of a name that are Parquet; nil where the first one is none.
  package func inspectParquet(
    _ name: String, isForced: Bool = false, withPages: Bool = false, activity: Activity? = nil
  ) throws -> [ParquetInspection]? {
    if name == InputFiles.standardInput { return nil }
    let paths = try FileNames.expand(name, in: fileSystem)
    guard let first = paths.first else { return nil }
    if !isForced, try !InputFiles.isParquet(try fileSystem.openForReading(first)) { return nil }
    return try paths.map { path in
      let file = try fileSystem.openForReading(path)
      let report = try ParquetReport.read(file, tracker: memory)
      var inspection = ParquetInspection(report)
      if withPages {
        let walk = try ParquetPageWalk(
          file, libraries: libraries, tracker: memory, cancellation: activity?.cancellation)
        inspection.pages = walk.pages
        inspection.faults += walk.faults
      }
      return inspection
    }
  }
}

extension ParquetInspection {
  init(_ report: ParquetReport) {
    self.report = report
    faults = report.faults
    leaves = []
    var bounds: [LeafBounds] = []
    for (number, group) in report.rowGroups.enumerated() {
      for (index, chunk) in group.chunks.enumerated() {
        if number == 0 {
          leaves.append(Leaf(path: chunk.path, type: chunk.type))
          bounds.append(LeafBounds(type: chunk.type))
        }
        // A damaged file may have more columns in a later row group.
        guard leaves.indices.contains(index) else { continue }
        leaves[index].add(chunk)
        bounds[index].add(chunk)
      }
    }
    for index in leaves.indices {
      leaves[index].minimum = bounds[index].text(of: bounds[index].minimum)
      leaves[index].maximum = bounds[index].text(of: bounds[index].maximum)
    }
  }

  /// The leaf that a column is, where it is one.
  package func leaf(ofColumn name: String) -> Leaf? { leaves.first { $0.path == name } }
}

extension ParquetInspection.Leaf {
  fileprivate mutating func add(_ chunk: ParquetReport.Chunk) {
    for encoding in chunk.encodings where !encodings.contains(encoding) {
      encodings.append(encoding)
    }
    if !codecs.contains(chunk.codec) { codecs.append(chunk.codec) }
    uncompressedBytes = uncompressedBytes.addingCapped(chunk.uncompressedBytes)
    compressedBytes = compressedBytes.addingCapped(chunk.compressedBytes)
    nullCount = nullCount.flatMap { sum in chunk.nullCount.map { sum.addingCapped($0) } }
    hasPageIndex = hasPageIndex && chunk.hasColumnIndex && chunk.hasOffsetIndex
    hasBloomFilter = hasBloomFilter && chunk.hasBloomFilter
  }
}

/// The bounds of a column over its row groups.
private struct LeafBounds {
  let type: DataType?
  var minimum: (value: Value, isExact: Bool?)?
  var maximum: (value: Value, isExact: Bool?)?
  private var isKnown = true

  init(type: DataType?) {
    self.type = type
  }

  mutating func add(_ chunk: ParquetReport.Chunk) {
    guard let type, chunk.valueCount > 0, chunk.nullCount != chunk.valueCount else { return }
    guard isKnown, let low = chunk.minimum, let high = chunk.maximum else {
      isKnown = false
      (minimum, maximum) = (nil, nil)
      return
    }
    if minimum.map({ !ValueOrder.isAscending($0.value, low, type: type) }) ?? true {
      minimum = (low, chunk.isMinimumExact)
    }
    if maximum.map({ !ValueOrder.isAscending(high, $0.value, type: type) }) ?? true {
      maximum = (high, chunk.isMaximumExact)
    }
  }

  func text(of bound: (value: Value, isExact: Bool?)?) -> ParquetInspection.Bound? {
    guard let bound, let type else { return nil }
    return ParquetInspection.Bound(
      text: ValueFormat.text(of: bound.value, type: type), isExact: bound.isExact)
  }
}

extension ParquetPage {
  /// The bounds of the page as text.
  package var bounds: (minimum: String?, maximum: String?) {
    guard let type else { return (nil, nil) }
    return (
      minimum.map { ValueFormat.text(of: $0, type: type) },
      maximum.map { ValueFormat.text(of: $0, type: type) }
    )
  }
}

extension Int {
  /// For sums of numbers that a damaged file says.
  fileprivate func addingCapped(_ other: Int) -> Int {
    let (sum, hasOverflow) = addingReportingOverflow(other)
    return hasOverflow ? .max : sum
  }
}
