import LakeCore

/// The log played from its beginning: the latest protocol and metadata win, and a file is there if
/// its last action is `add`.
struct Replay {
  private var version = -1
  private var timestamps: [Int] = []
  private var tableProtocol: TableProtocol?
  private var metadata: TableMetadata?
  private var files: [String: (file: AddedFile, order: Int)] = [:]
  private var tombstones: [String: Snapshot.Tombstone] = [:]
  private var transactions: [String: TableTransaction] = [:]
  private var commitInfo = CommitInfo(members: [])
  private var addCount = 0
  private var uncheckedSince: Int?

  /// The state after a version. All versions up to it are read.
  static func snapshot(
    of log: DeltaLog, root: String, version: Int
  ) throws(LakeError) -> Snapshot {
    var replay = Replay()
    for version in 0...version {
      try replay.apply(try log.actions(ofVersion: version), of: version, in: log)
    }
    return try replay.finish(root: root, in: log)
  }

  private mutating func apply(
    _ actions: [Action], of version: Int, in log: DeltaLog
  ) throws(LakeError) {
    self.version = version
    commitInfo = CommitInfo(members: [])
    let before = (contract: contract, addCount: addCount)
    var seen = Seen(place: .file(log.path(ofVersion: version)))
    for action in actions {
      switch action {
      case .tableProtocol(let body):
        try seen.note("protocol", "")
        do {
          try ProtocolSupport.requireReadable(body)
        } catch {
          throw error.located(at: .file(log.path(ofVersion: version)))
        }
        tableProtocol = body
      case .metadata(let body):
        try seen.note("metaData", "")
        metadata = body
      case .add(let file):
        try seen.note("add", file.path)
        files[file.path] = (file, addCount)
        addCount += 1
        tombstones[file.path] = nil
      case .remove(let file):
        try seen.note("remove", file.path)
        // One entry may remove a file and add it again; the order of its lines means nothing.
        if seen.contains("add", file.path) { continue }
        files[file.path] = nil
        tombstones[file.path] = Snapshot.Tombstone(file: file, version: version)
      case .transaction(let body):
        try seen.note("txn", body.application)
        transactions[body.application] = body
      case .commitInfo(let body): commitInfo = body
      }
    }
    noteChecks(before.contract, addCount: before.addCount, actions)
    let time = try log.timestamp(ofVersion: version, commitInfo)
    timestamps.append(timestamps.last.map { max(time, $0 &+ 1) } ?? time)
  }

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

  private func finish(root: String, in log: DeltaLog) throws(LakeError) -> Snapshot {
    guard let tableProtocol, let metadata else {
      throw LakeError(
        .corruptData, "the log has no \(metadata == nil ? "metaData" : "protocol")",
        at: .file(log.directory), hint: "The first entry must say what the table is.")
    }
    try requireUnmappedColumns(tableProtocol, metadata, log)
    return Snapshot(
      version: version, timestamps: timestamps, tableProtocol: tableProtocol, metadata: metadata,
      files: files.values.sorted { $0.order < $1.order }.map(\.file),
      tombstones: tombstones.values.sorted { a, b in
        (a.version, a.file.path) < (b.version, b.file.path)
      },
      transactions: transactions, commitInfo: commitInfo, uncheckedSince: uncheckedSince,
      root: root)
  }

  /// Mapped columns have other names in the files; a log may say so under any protocol.
  private func requireUnmappedColumns(
    _ tableProtocol: TableProtocol, _ metadata: TableMetadata, _ log: DeltaLog
  ) throws(LakeError) {
    let mode = metadata.configuration["delta.columnMapping.mode"] ?? "none"
    if mode != "none" {
      throw LakeError(
        .unsupported, "the table uses columnMapping (mode \(mode)), which cannot be read",
        at: .file(log.directory))
    }
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
