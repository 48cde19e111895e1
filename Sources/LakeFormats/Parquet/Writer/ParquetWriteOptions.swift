import LakeCore

/// How a Parquet file is written. The same options and rows give the same bytes.
package struct ParquetWriteOptions: Sendable {
  package enum Codec: Sendable, Hashable {
    case none
    case gzip
    /// Where its library is installed.
    case zstd
  }

  /// How the values of a column lie in its pages, where that is not to be chosen by their sizes.
  /// Spark 3.5 and others cannot read the last three.
  package enum Encoding: Sendable, Hashable, CaseIterable {
    case plain
    /// Differences: integers, dates and times, and decimals of up to 18 digits.
    case deltaBinaryPacked
    /// Bytes by their significance: numbers of all kinds.
    case byteStreamSplit
    /// Lengths as differences, then all text.
    case deltaLengthByteArray
    /// Text without what it shares with the one before.
    case deltaByteArray
  }

  /// An order that the rows of each row group have, by what the caller knows.
  package struct SortingColumn: Sendable, Hashable {
    /// Its place in the schema; of a column that is not nested.
    package var column: Int
    package var isDescending: Bool
    package var putsNullsFirst: Bool

    package init(column: Int, isDescending: Bool = false, putsNullsFirst: Bool = false) {
      self.column = column
      self.isDescending = isDescending
      self.putsNullsFirst = putsNullsFirst
    }
  }

  package var codec = Codec.gzip
  /// From 1, the fastest, to 9, the smallest; of zstd to 19.
  package var level = 1
  package var rowGroupRowsMax = 1 << 19
  /// About the size of a page before it is compressed.
  package var pageBytes = 1 << 20
  /// A page ends at the latest behind so many rows.
  package var pageRowsMax = 1 << 15
  /// Whether pages have bounds and places in the end of the file, so that readers can skip them.
  package var hasPageIndex = true
  /// By the path of the leaf, with dots: `x`, or `readings.list.element.x`.
  package var encodings: [String: Encoding] = [:]
  /// Paths of leaves whose row groups get a filter that tells, for nearly all values that they do
  /// not have, that they do not have them. About ten bits for each distinct value.
  package var bloomFilters: Set<String> = []
  /// The first one counts most.
  package var sortingColumns: [SortingColumn] = []
  /// Full row groups that are encoded while the next one fills: each of them is in memory.
  package var rowGroupsInFlight = 2
  package var keyValueMetadata: [(String, String)] = []
  /// Whether fields carry ids, 1 and up in the order of the schema, parents before children.
  package var hasFieldIDs = true
  /// The program that writes, as the footer names it.
  package var createdBy = "lake version 0.1.0 (build lake)"

  package init() {}
}

extension ParquetWriteOptions {
  /// Tests what the options say of the columns of a schema.
  func check(_ nodes: [ColumnNode]) throws(LakeError) {
    let leaves = nodes.flatMap { $0.leaves }
    for name in (Array(encodings.keys) + bloomFilters).sorted()
    where !leaves.contains(where: { $0.name == name }) {
      throw LakeError(
        .invalidInput, "there is no column \(name) to be written",
        hint: "Columns are: \(leaves.prefix(20).map(\.name).joined(separator: ", ")).")
    }
    for leaf in leaves {
      if let encoding = encodings[leaf.name], !encoding.fits(leaf.physical) {
        throw LakeError(
          .invalidInput,
          "column \(leaf.name) of type \(leaf.type) cannot be written as "
            + encoding.parquet.specificationName)
      }
      if bloomFilters.contains(leaf.name), leaf.physical == .boolean {
        throw LakeError(.invalidInput, "column \(leaf.name) is boolean: a filter would say nothing")
      }
    }
    for sorting in sortingColumns {
      guard nodes.indices.contains(sorting.column), case .leaf = nodes[sorting.column].kind else {
        throw LakeError(
          .invalidInput, "column \(sorting.column) is none that rows can be sorted by")
      }
    }
  }
}

extension ParquetWriteOptions.Encoding {
  var parquet: ParquetEncoding {
    switch self {
    case .plain: .plain
    case .deltaBinaryPacked: .deltaBinaryPacked
    case .byteStreamSplit: .byteStreamSplit
    case .deltaLengthByteArray: .deltaLengthByteArray
    case .deltaByteArray: .deltaByteArray
    }
  }

  func fits(_ type: ParquetType) -> Bool {
    switch self {
    case .plain: true
    case .deltaBinaryPacked: type == .int32 || type == .int64
    case .byteStreamSplit: type != .boolean && type != .byteArray
    case .deltaLengthByteArray, .deltaByteArray: type == .byteArray
    }
  }
}
