import LakeCore

extension Snapshot {
  /// The state of a table after an entry with these actions on top of a version. The entry is ours:
  /// it names no file twice, and its rows were checked.
  init(_ base: Snapshot?, applying actions: [Action], as version: Int, root: String) {
    var metadata = base?.metadata
    var removals = base?.removals ?? Removals()
    var transactions = base?.transactions ?? [:]
    var info = CommitInfo(members: [])
    var added: [AddedFile] = []
    var removed: Set<String> = []
    for action in actions {
      switch action {
      case .metadata(let body): metadata = body
      case .add(let file): added.append(file)
      case .remove(let file):
        removed.insert(file.key)
        removals.recent.append(.init(file: file, version: version))
      case .transaction(let body): transactions[body.application] = body
      case .commitInfo(let body): info = body
      case .tableProtocol: break
      }
    }
    let again = Set(added.map(\.key))
    removals.recent.removeAll { again.contains($0.file.key) }
    let kept = (base?.files ?? []).filter { !removed.contains($0.key) }
    let isUnchecked = base?.uncheckedSince != nil && !kept.isEmpty
    self.init(
      version: version, timestamp: info.timestamp ?? 0,
      tableProtocol: base?.tableProtocol ?? .ours,
      metadata: metadata ?? TableMetadata(id: "", schema: DeltaSchema(Schema([]))),
      files: kept + added,
      removals: removals, transactions: transactions, commitInfo: info,
      uncheckedSince: isUnchecked ? base?.uncheckedSince : nil, root: root)
  }
}

extension LoggedTable {
  /// A table that is to be made: what it will be, without a version and without rows.
  package func unborn(_ metadata: TableMetadata) -> Snapshot {
    Snapshot(nil, applying: [.metadata(metadata)], as: Snapshot.unborn, root: root)
  }
}

extension Snapshot {
  /// The same version with some of its files only: for whoever reads those and no others.
  package func holding(_ paths: Set<String>) -> Snapshot {
    Snapshot(
      version: version, timestamp: timestamp, tableProtocol: tableProtocol, metadata: metadata,
      files: files.filter { paths.contains($0.path) }, removals: Removals(),
      transactions: transactions,
      commitInfo: commitInfo, uncheckedSince: uncheckedSince, root: root)
  }
}
