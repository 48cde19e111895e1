import LakeCore

extension Publisher {
  /// The lines of the new entry. They are read back before anything is committed: what the log says
  /// must be what was written.
  func makeActions() throws(LakeError) -> [Action] {
    let base = staged.base
    let now = max(table.options.clock(), base.map { $0.timestamp + 1 } ?? 0)
    var actions: [Action] = [.commitInfo(commitInfo(at: now))]
    if base == nil { actions.append(.tableProtocol(.ours)) }
    let metadata = makeMetadata(at: now)
    if metadata != base?.metadata { actions.append(.metadata(metadata)) }
    if let transaction = request.transaction { actions.append(.transaction(transaction)) }
    for file in base?.files ?? [] {
      actions.append(
        .remove(
          RemovedFile(
            path: file.path, deletionTimestamp: now, dataChange: true, size: file.size,
            partitionValues: file.partitionValues)))
    }
    for file in staged.files { actions.append(.add(added(file, at: now))) }
    try requireSameRows(actions)
    return actions
  }

  private func makeMetadata(at now: Int) -> TableMetadata {
    let wanted = staged.request
    var configuration = staged.base?.metadata.configuration ?? [:]
    configuration[TableContract.key] = wanted.contract?.text
    return TableMetadata(
      id: staged.base?.metadata.id ?? table.options.makeUUID(), name: table.name.suffixed,
      comment: wanted.comment,
      schema: DeltaSchema(wanted.schema, fieldMetadata: wanted.fieldMetadata),
      configuration: configuration, createdTime: staged.base?.metadata.createdTime ?? now)
  }

  private func added(_ file: StagedFile, at now: Int) -> AddedFile {
    AddedFile(
      path: file.name, size: file.summary.byteCount, modificationTime: now, dataChange: true,
      statistics: FileStatistics(
        file.summary, schema: staged.request.schema,
        hidesText: staged.request.contract?.isGoverned == true))
  }

  private func commitInfo(at now: Int) -> CommitInfo {
    let base = staged.base
    let proof = staged.proof
    let parameters = JSONValue.object([
      "mode": .string("Overwrite"), "partitionBy": .string("[]"),
    ])
    // Delta has metrics as texts.
    let metrics = JSONValue.object([
      "numFiles": .string("\(staged.files.count)"),
      "numOutputRows": .string("\(staged.rowsWritten)"),
      "numOutputBytes": .string("\(staged.byteCount)"),
    ])
    let known = JSONValue.object([
      "timestamp": .int(now), "operation": .string(request.operation),
      "operationParameters": parameters, "readVersion": base.map { .int($0.version) },
      "isBlindAppend": .bool(false), "operationMetrics": metrics,
      "engineInfo": .string(table.options.engine),
      "lake.job": request.job.map { .string($0) }, "lake.run": request.runID.map { .string($0) },
      "lake.fingerprint": request.fingerprint.map { .string($0) },
      "lake.contractHash": proof.map { .string($0.contract.hash) },
      "lake.policyHash": proof.map { .string($0.policyHash) },
      "lake.consentEpoch": proof.map { .string($0.consentEpoch) },
      "lake.rowsIn": proof.map { .int($0.rowsIn) },
      "lake.rowsRejected": proof.map { .int($0.rejectedRows) },
      "lake.rowsWithheld": proof.map { .int($0.withheldRows) },
    ])
    return CommitInfo(members: (known.members ?? []) + request.details)
  }

  private func requireSameRows(_ actions: [Action]) throws(LakeError) {
    var rows = 0
    var read: [Action] = []
    for line in Action.entry(actions).split(separator: UInt8(ascii: "\n")) {
      guard let action = try Action.parse(line: line) else { continue }
      read.append(action)
      if case .add(let file) = action { rows += file.rowCount ?? -1 }
    }
    guard read == actions, rows == staged.rowsWritten else {
      throw LakeError(
        .internal, "the log entry of \(table.name) does not say what was written",
        hint: "Nothing was published. This is a bug: please report it.")
    }
  }
}

extension StagedFiles {
  /// The state of the table after an entry with these actions.
  func makeSnapshot(_ actions: [Action]) -> Snapshot {
    var metadata = base?.metadata
    var files: [AddedFile] = []
    var tombstones = base?.tombstones ?? []
    var transactions = base?.transactions ?? [:]
    var info = CommitInfo(members: [])
    for action in actions {
      switch action {
      case .metadata(let body): metadata = body
      case .add(let file): files.append(file)
      case .remove(let file): tombstones.append(.init(file: file, version: version))
      case .transaction(let body): transactions[body.application] = body
      case .commitInfo(let body): info = body
      case .tableProtocol: break
      }
    }
    return Snapshot(
      version: version, timestamps: (base?.timestamps ?? []) + [info.timestamp ?? 0],
      tableProtocol: base?.tableProtocol ?? .ours,
      metadata: metadata ?? TableMetadata(id: "", schema: DeltaSchema(request.schema)),
      files: files, tombstones: tombstones, transactions: transactions, commitInfo: info,
      uncheckedSince: nil, root: table.root)
  }
}
