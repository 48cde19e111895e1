import LakeCore

/// Which files are to become a table's, and how.
package struct AdoptionRequest: Sendable, Equatable {
  package enum Mode: String, Sendable, CaseIterable {
    /// The table must not be there.
    case create
    case append
    /// All rows of the table go. It is made if it is not there.
    case overwrite
    /// The rows of the partitions go that the files are of.
    case overwritePartitions = "overwrite-partitions"
  }

  /// Files, and folders of files.
  package var paths: [String] = []
  package var mode = Mode.create
  /// Whether the files are given away: they are gone when they are the table's.
  package var isGiven = false
  /// Whether it is only said what would be done.
  package var isDryRun = false

  package init() {}
}
