/// How a Parquet file is written. The same options and rows give the same bytes.
package struct ParquetWriteOptions: Sendable {
  package enum Codec: Sendable, Hashable {
    case none
    case gzip
  }

  package var codec = Codec.gzip
  /// From 1, the fastest, to 9, the smallest.
  package var level = 1
  package var rowGroupRowsMax = 1 << 19
  /// About the size of a page before it is compressed.
  package var pageBytes = 1 << 20
  /// A page ends at the latest behind so many rows.
  package var pageRowsMax = 1 << 16
  /// Whether pages have bounds and places in the end of the file, so that readers can skip them.
  package var hasPageIndex = true
  /// Full row groups that are encoded while the next one fills: each of them is in memory.
  package var rowGroupsInFlight = 2
  package var keyValueMetadata: [(String, String)] = []
  /// Whether fields carry ids, 1 and up in the order of the schema, parents before children.
  package var hasFieldIDs = true
  /// The program that writes, as the footer names it.
  package var createdBy = "lake version 0.1.0 (build lake)"

  package init() {}
}
