/// What was written, and what a right pipeline makes of it.
package struct StediReport: Sendable, Equatable {
  package struct Landing: Sendable, Equatable {
    package var table: StediTable
    package var files = 0
    /// What a right reader finds in them.
    package var records = 0
    package var rejects = 0
    package var bytes = 0
    /// Files in the table's directory that are not from here.
    package var strangers = 0

    package init(table: StediTable) {
      self.table = table
    }
  }

  package var options: StediOptions
  /// The directory that holds the tables' directories.
  package var root: String
  package var landing: [Landing]
  package var truth: StediTruth
}
