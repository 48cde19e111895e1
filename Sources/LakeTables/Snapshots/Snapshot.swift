import LakeCore

/// The state of a table after the commit of one version. It never changes, and its files stay for
/// their retention whatever is published meanwhile.
package struct Snapshot: Sendable {
  package let version: Int
  /// When the version was made, in milliseconds since 1970: later than the one before, as far as
  /// the log was read for it.
  package let timestamp: Int
  package let tableProtocol: TableProtocol
  package let metadata: TableMetadata
  /// The files of the table, in the order in which they were added.
  package let files: [AddedFile]
  /// The files that belonged to an earlier version: see `LoggedTable.tombstones(of:)`.
  let removals: Removals
  package let transactions: [String: TableTransaction]
  /// What the version's commit says of itself.
  package let commitInfo: CommitInfo
  /// The version since which a table under consent holds rows that no check of ours has seen: some
  /// other program made it. Nil where all rows were checked, and for tables without consent.
  package let uncheckedSince: Int?
  /// The absolute path of the table proper.
  package let root: String

  /// A file that belonged to an earlier version.
  package struct Tombstone: Sendable, Hashable {
    package var file: RemovedFile
    /// The version that removed it, or a later one: a checkpoint does not say which it was.
    package var version: Int
  }

  /// The version of a table that is not there yet.
  package static let unborn = -1

  package var schema: Schema { metadata.schema.schema }

  /// The rows of all files; nil where a file does not say how many it has.
  package var rowCount: Int? {
    var sum = 0
    for file in files {
      guard let rows = file.rowCount else { return nil }
      let (next, overflow) = sum.addingReportingOverflow(rows)
      if overflow { return nil }
      sum = next
    }
    return sum
  }

  package var byteCount: Int {
    files.reduce(0) { $0 &+ $1.size }
  }

  /// What the table's metadata declares about its rows.
  package var contract: TableContract? {
    metadata.configuration[TableContract.key].map { TableContract(text: $0) }
  }

  /// Throws where rows must be kept from readers, since another program put them under a consent
  /// policy without a check.
  package func requireChecked(_ name: TableName) throws(LakeError) {
    guard let version = uncheckedSince else { return }
    throw LakeError(
      .conflict,
      "version \(version) of \(name) was made by another program, and its rows were not checked "
        + "for consent", at: .file(root),
      hint: "Make the table anew (lake run), or audit it first (lake audit).")
  }

  /// The absolute path of a file.
  package func path(of file: AddedFile) -> String { Path.join(root, file.path) }
}
