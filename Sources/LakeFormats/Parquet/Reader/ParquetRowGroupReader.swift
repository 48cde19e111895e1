import LakeCore

/// Columns of a row group, each read from its first row to its last at its own pace.
///
/// So a condition can be tested on the columns that it needs, and the others are read only where a
/// row fulfils it:
///
///     let reader = try file.open(rowGroup: 0, columns: [2, 5])
///     let vector = try reader.read(2048, column: 0)       // of column 2 of the file
///     if isWanted(vector) { … reader.read(2048, column: 1) } else { reader.skip(2048, column: 1) }
///
/// What is passed over costs nothing before a later row of the column is read. Used by one thread
/// at a time; several columns may be read by several threads, each by one.
// @unchecked Sendable: each column is used by one thread at a time, and columns share nothing.
package final class ParquetRowGroupReader: @unchecked Sendable {
  package let rowCount: Int
  /// Positions in the schema. Everything else here counts in this list.
  package let columns: [Int]
  private let file: ParquetFile
  private let rowGroup: Int
  private let readers: [ColumnReader]
  /// For each column the rows that were read or passed over.
  private let positions: UnsafeMutablePointer<Int>

  init(_ file: ParquetFile, rowGroup: Int, columns: [Int], readers: [ColumnReader]) {
    self.file = file
    self.rowGroup = rowGroup
    self.columns = columns
    self.readers = readers
    rowCount = file.rowGroups[rowGroup].rowCount
    positions = .allocate(capacity: columns.count)
    positions.initialize(repeating: 0, count: columns.count)
  }

  deinit {
    positions.deallocate()
  }

  /// How many rows of the column were read or passed over.
  package func position(column: Int) -> Int { positions[column] }

  /// What was read so far.
  package var work: ParquetReadWork {
    readers.reduce(into: ParquetReadWork()) { $0.add($1.work) }
  }

  /// The next `count` rows of one column.
  package func read(_ count: Int, column: Int) throws -> ColumnVector {
    advance(count, column)
    let reader = readers[column]
    return try file.locating(columns[column], rowGroup, reader) { () throws(LakeError) in
      try reader.read(count)
    }
  }

  /// Passes over the next `count` rows of one column.
  package func skip(_ count: Int, column: Int) {
    guard count > 0 else { return }
    advance(count, column)
    readers[column].skip(count)
  }

  /// The next `count` rows of all columns, which have to stand at the same row.
  package func read(_ count: Int) throws -> Batch {
    var vectors: [ColumnVector] = []
    vectors.reserveCapacity(columns.count)
    for column in columns.indices { vectors.append(try read(count, column: column)) }
    return Batch(columns: vectors, rowCount: count)
  }

  /// Passes over the next `count` rows of all columns.
  package func skip(_ count: Int) {
    for column in columns.indices { skip(count, column: column) }
  }

  private func advance(_ count: Int, _ column: Int) {
    precondition(count >= 0 && count <= rowCount - positions[column], "rows behind the last")
    positions[column] += count
  }
}

/// What the reading of some columns came to.
package struct ParquetReadWork: Sendable, Equatable {
  /// Pages of data that were decompressed.
  package var pages = 0
  /// Pages that were met and left as they lie in the file. Those behind the last row that was asked
  /// for are not met.
  package var pagesPassed = 0
  /// The bytes of the pages that were decompressed, as they lie in the file.
  package var bytes = 0

  mutating func add(_ other: ParquetReadWork) {
    pages += other.pages
    pagesPassed += other.pagesPassed
    bytes += other.bytes
  }
}
