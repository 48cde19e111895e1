import LakeCore

/// Writes the rows of one data file. Used by one thread at a time.
package protocol DataFileWriter: AnyObject {
  /// Appends the rows of a batch that has no selection.
  func append(_ batch: Batch) throws
  /// Writes what is left, and commits the target.
  func finish() throws -> DataFileSummary
}

/// What a finished file holds.
package struct DataFileSummary: Sendable {
  package struct Column: Sendable {
    /// Exact; nil where there is no value, or none that all readers order alike.
    package var minimum: Value?
    package var maximum: Value?
    /// Nil where the file's writer did not count.
    package var nullCount: Int?

    package init(minimum: Value?, maximum: Value?, nullCount: Int?) {
      self.minimum = minimum
      self.maximum = maximum
      self.nullCount = nullCount
    }
  }

  package var rowCount: Int
  package var byteCount: Int
  package var columns: [Column]

  package init(rowCount: Int, byteCount: Int, columns: [Column]) {
    self.rowCount = rowCount
    self.byteCount = byteCount
    self.columns = columns
  }
}

/// A format of data files: the seam between tables and Parquet.
package protocol DataFileFormat: Sendable {
  /// What has reached the target after so many rows must follow from the rows alone, at every
  /// multiple of this.
  var rowsPerStep: Int { get }

  /// The types of vectors may differ from those of the schema in name, as text and json do; they
  /// lie in memory alike.
  func makeWriter(schema: Schema, target: any OutputTarget) throws -> any DataFileWriter
}
