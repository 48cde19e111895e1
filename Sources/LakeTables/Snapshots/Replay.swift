import LakeCore

/// The log played from its beginning or from a checkpoint: the latest protocol and metadata win,
/// and a file is there if its last action is `add`.
struct Replay {
  private var version = -1
  private var timestamp: Int?
  private var tableProtocol: TableProtocol?
  private var metadata: TableMetadata?
  private var files: [String: (file: AddedFile, order: Int)] = [:]
  private var tombstones: [String: Snapshot.Tombstone] = [:]
  private var checkpointed: Removals.Checkpointed?
  private var transactions: [String: TableTransaction] = [:]
  private var commitInfo = CommitInfo(members: [])
  private var addCount = 0
  private var uncheckedSince: Int?
  private var silentCheckpoint: Int?
  private let log: DeltaLog

  init(_ log: DeltaLog) {
    self.log = log
  }

  /// Goes on behind a version that is known.
  init(_ log: DeltaLog, behind snapshot: Snapshot) {
    self.log = log
    version = snapshot.version
    timestamp = snapshot.timestamp
    tableProtocol = snapshot.tableProtocol
    metadata = snapshot.metadata
    for file in snapshot.files {
      files[file.key] = (file, addCount)
      addCount += 1
    }
    for tombstone in snapshot.removals.recent { tombstones[tombstone.file.key] = tombstone }
    checkpointed = snapshot.removals.checkpointed
    transactions = snapshot.transactions
    uncheckedSince = snapshot.uncheckedSince
  }

  // MARK: - Entries

  /// Plays the entries behind the version that was reached.
  mutating func apply(entriesThrough last: Int) throws(LakeError) {
    while version < last { try apply(entry: version + 1) }
  }

  /// Plays the entry of the next version.
  private mutating func apply(entry version: Int) throws(LakeError) {
    let actions = try log.actions(ofVersion: version)
    self.version = version
    commitInfo = CommitInfo(members: [])
    let before = (contract: contract, addCount: addCount)
    var seen = Seen(place: .file(log.path(ofVersion: version)))
    for action in actions {
      switch action {
      case .tableProtocol(let body):
        try seen.note("protocol", "")
        tableProtocol = body
      case .metadata(let body):
        try seen.note("metaData", "")
        metadata = body
      case .add(let file):
        try seen.note("add", file.key)
        files[file.key] = (file, addCount)
        addCount += 1
        tombstones[file.key] = nil
      case .remove(let file):
        try seen.note("remove", file.key)
        // One entry may remove a file and add it again; the order of its lines means nothing.
        if seen.contains("add", file.key) { continue }
        files[file.key] = nil
        tombstones[file.key] = Snapshot.Tombstone(file: file, version: version)
      case .transaction(let body):
        try seen.note("txn", body.application)
        transactions[body.application] = body
      case .commitInfo(let body): commitInfo = body
      }
    }
    noteChecks(before.contract, addCount: before.addCount, actions)
    let time = try log.timestamp(ofVersion: version, commitInfo)
    timestamp = timestamp.map { max(time, $0 &+ 1) } ?? time
  }

  // MARK: - Checkpoints

  /// Begins with the state that a checkpoint holds.
  mutating func apply(_ checkpoint: LogCheckpoint) throws(LakeError) {
    version = checkpoint.version
    var reader = CheckpointReader(log, wanting: CheckpointReader.lasting)
    for name in checkpoint.names {
      try reader.read(name) { action throws(LakeError) in try apply(checkpointed: action) }
    }
    checkpointed = Removals.Checkpointed(
      checkpoint: checkpoint, count: reader.skippedCount, oldest: reader.oldestRemoval)
    guard tableProtocol != nil, metadata != nil else {
      throw LakeError(
        .corruptData,
        "the checkpoint has no \(tableProtocol == nil ? "protocol" : "metaData")",
        at: .file(Path.join(log.directory, checkpoint.names[0])))
    }
    try noteEntry(of: checkpoint)
    guard contract?.isGoverned == true else { return }
    if let checks = reader.checks {
      uncheckedSince = checks.uncheckedSince
    } else {
      (uncheckedSince, silentCheckpoint) = (version, version)
    }
  }

  /// Whether rows count as unchecked for no other reason than that the checkpoint does not say what
  /// checks they went through: another program wrote it.
  var lacksChecks: Bool { silentCheckpoint != nil && uncheckedSince == silentCheckpoint }

  private mutating func apply(checkpointed action: Action) throws(LakeError) {
    switch action {
    case .tableProtocol(let body): tableProtocol = body
    case .metadata(let body): metadata = body
    case .add(let file):
      guard files.updateValue((file, addCount), forKey: file.key) == nil else {
        throw LakeError(.corruptData, "the checkpoint has the file \(file.path) twice")
      }
      addCount += 1
    case .transaction(let body): transactions[body.application] = body
    case .remove, .commitInfo: break
    }
  }

  /// When the version was made and by whom is only in its entry, which may be gone.
  private mutating func noteEntry(of checkpoint: LogCheckpoint) throws(LakeError) {
    if try log.contains(version: version) {
      commitInfo = try HistoryEntry(version, in: log).info
      timestamp = try log.timestamp(ofVersion: version, commitInfo)
      return
    }
    let path = Path.join(log.directory, checkpoint.names[0])
    timestamp = try log.fileSystem.status(of: path, followLinks: true)
      .map { $0.modified / 1_000_000 }
  }

  // MARK: - Checks

  private var contract: TableContract? {
    metadata?.configuration[TableContract.key].map { TableContract(text: $0) }
  }

  /// Keeps account of rows under consent that came without the proof that our commits carry. A
  /// commit of ours that replaces all files ends it.
  private mutating func noteChecks(_ old: TableContract?, addCount: Int, _ actions: [Action]) {
    guard old?.isGoverned == true || contract?.isGoverned == true else { return }
    let isChecked = contract != nil && commitInfo.contractHash == contract?.hash
    if isChecked, files.values.allSatisfy({ $0.order >= addCount }) {
      uncheckedSince = nil
      return
    }
    let bringsRows = actions.contains { action in
      switch action {
      case .add, .metadata: true
      case .remove, .tableProtocol, .transaction, .commitInfo: false
      }
    }
    if bringsRows, !isChecked, uncheckedSince == nil { uncheckedSince = version }
  }

  // MARK: - The end

  func finish(root: String) throws(LakeError) -> Snapshot {
    guard let tableProtocol, let metadata else {
      throw LakeError(
        .corruptData, "the log has no \(metadata == nil ? "metaData" : "protocol")",
        at: .file(log.directory), hint: "The first entry must say what the table is.")
    }
    do throws(LakeError) {
      try ProtocolSupport.requireReadable(tableProtocol)
      _ = try metadata.columnMapping
    } catch {
      throw error.located(at: .file(log.directory))
    }
    return Snapshot(
      version: version, timestamp: timestamp ?? 0, tableProtocol: tableProtocol,
      metadata: metadata, files: files.values.sorted { $0.order < $1.order }.map(\.file),
      removals: Removals(recent: Array(tombstones.values), checkpointed: checkpointed),
      transactions: transactions, commitInfo: commitInfo, uncheckedSince: uncheckedSince,
      root: root)
  }
}

/// What stood in one entry already: most things may stand there once.
private struct Seen {
  let place: LakeError.Place
  private var names: [String: Set<String>] = [:]

  init(place: LakeError.Place) {
    self.place = place
  }

  mutating func note(_ action: String, _ name: String) throws(LakeError) {
    guard names[action, default: []].insert(name).inserted else {
      throw LakeError(
        .corruptData, "the entry has '\(action)' twice\(name.isEmpty ? "" : " for \(name)")",
        at: place, hint: "The table's log is damaged; restore it from a copy.")
    }
  }

  func contains(_ action: String, _ name: String) -> Bool {
    names[action]?.contains(name) == true
  }
}
