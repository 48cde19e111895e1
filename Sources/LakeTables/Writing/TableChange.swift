import LakeCore

/// What becomes of the rows that a table has when new ones are published.
package enum TableChange: Sendable, Hashable {
  /// The table is made; or all its rows go, and its columns may be other ones.
  case overwrite
  /// All rows stay.
  case append
  /// The rows of those partitions go into which new rows fall.
  case overwritePartitions
  /// The rows of the files with these paths go: the new rows stand for theirs.
  case rewrite(Set<String>)
  /// As `rewrite`; the new files hold the same rows. Whoever follows the changes of the table sees
  /// none.
  case rearrange(Set<String>)

  /// Whether the rows of the table are others afterwards.
  var changesRows: Bool {
    if case .rearrange = self { false } else { true }
  }

  /// Whether all rows that are there stay, in whatever files.
  var keepsRows: Bool {
    switch self {
    case .append, .rearrange: true
    case .overwrite, .overwritePartitions, .rewrite: false
    }
  }

  /// How Delta calls it in `operationParameters.mode`.
  var mode: String {
    switch self {
    case .append: "Append"
    default: "Overwrite"
    }
  }
}
