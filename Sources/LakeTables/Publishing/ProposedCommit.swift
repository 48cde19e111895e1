import LakeCore

/// A change in the words of the log: the entry of one certain version, and where its files go.
package struct ProposedCommit {
  /// What the entry is called while it is in the staging folder.
  static let entryName = "commit.json"

  let change: ProposedChange
  let actions: [Action]
  /// From the staging folder to a path below the table's root.
  let moves: [(staged: String, path: String)]
  /// The table after the commit.
  let snapshot: Snapshot

  var version: Int { change.version }

  var addedFiles: [AddedFile] {
    actions.compactMap { if case .add(let file) = $0 { file } else { nil } }
  }

  var removedFileCount: Int {
    actions.count { if case .remove = $0 { true } else { false } }
  }
}

extension ProposedChange {
  /// The entry is read back before anything is committed: what the log says must be what was
  /// written.
  func commit(of table: any LoggedTable, _ request: PublishRequest) throws(LakeError)
    -> ProposedCommit
  {
    let now = max(table.options.clock(), base.map { $0.timestamp + 1 } ?? 0)
    let moves = self.moves
    let removed = self.removed
    let added = self.added(moves.map(\.path), at: now)
    var actions: [Action] = [
      .commitInfo(commitInfo(of: table, request, added: added, removed: removed, at: now))
    ]
    if base == nil { actions.append(.tableProtocol(.ours)) }
    let metadata = makeMetadata(of: table, at: now)
    if metadata != base?.metadata { actions.append(.metadata(metadata)) }
    if let transaction = request.transaction { actions.append(.transaction(transaction)) }
    actions += removed.map { file in .remove(RemovedFile(file, at: now, dataChange: changesRows)) }
    actions += added.map { .add($0) }
    try requireSame(actions, table)
    return ProposedCommit(
      change: self, actions: actions,
      moves: zip(staged?.files ?? [], moves).map {
        (Path.join(folder.path, $0.name), $1.path)
      },
      snapshot: Snapshot(base, applying: actions, as: version, root: table.root))
  }

  private var changesRows: Bool {
    if case .rows(let staged) = kind {
      // Rows that a check took out are gone, whatever was intended.
      let isFewer = staged.proof.map { $0.rowsIn != $0.rowsOut } ?? false
      return staged.request.change.changesRows || isFewer
    }
    return true
  }

  private var moves: [(file: StagedFile, path: String)] {
    let writeID = staged.flatMap { $0.table.isForeign ? folder.id : nil }
    return (staged?.files ?? []).enumerated().map {
      ($1, $1.path(part: $0, version: version, writeID: writeID))
    }
  }

  /// The files that belong to the table no more.
  private var removed: [AddedFile] {
    let files = base?.files ?? []
    switch kind {
    case .metadata: return []
    case .restore(let snapshot):
      let wanted = Set(snapshot.files.map(\.key))
      return files.filter { !wanted.contains($0.key) }
    case .rows(let staged):
      switch staged.request.change {
      case .overwrite: return files
      case .append: return []
      case .rewrite(let paths), .rearrange(let paths):
        return files.filter { paths.contains($0.path) }
      case .overwritePartitions:
        let touched = Set(staged.files.map { $0.partition?.logged ?? [:] })
        return files.filter { touched.contains(Partition.normalized($0.partitionValues)) }
      }
    }
  }

  private func added(_ paths: [String], at now: Int) -> [AddedFile] {
    switch kind {
    case .metadata: return []
    case .restore(let snapshot):
      let there = Set((base?.files ?? []).map(\.key))
      return snapshot.files.filter { !there.contains($0.key) }.map { file in
        var file = file
        file.dataChange = true
        return file
      }
    case .rows(let staged):
      let columns = staged.request.partitionColumns.map { $0.lowercased() }
      let schema = Schema(
        staged.request.schema.fields.filter { !columns.contains($0.name.lowercased()) })
      let hidesText = staged.request.contract?.isGoverned == true
      return zip(staged.files, paths).map { file, path in
        AddedFile(
          path: path, partitionValues: file.partition?.logged ?? [:],
          size: file.summary.byteCount, modificationTime: now, dataChange: changesRows,
          statistics: FileStatistics(file.summary, schema: schema, hidesText: hidesText),
          of: schema)
      }
    }
  }

  // MARK: - Metadata

  private func makeMetadata(of table: any LoggedTable, at now: Int) -> TableMetadata {
    if table.isForeign, let metadata = base?.metadata { return metadata }
    switch kind {
    case .metadata(let metadata): return metadata
    case .restore(let snapshot): return snapshot.metadata
    case .rows(let staged):
      let wanted = staged.request
      if var metadata = base?.metadata, wanted.change != .overwrite {
        if wanted.addsColumns {
          metadata.schema = DeltaSchema(wanted.schema, fieldMetadata: wanted.fieldMetadata)
        }
        return metadata
      }
      var configuration = base?.metadata.configuration ?? [:]
      configuration.merge(wanted.properties) { _, new in new }
      configuration[TableContract.key] = wanted.contract?.text
      return TableMetadata(
        id: base?.metadata.id ?? table.options.makeUUID(),
        name: (table as? ManagedTable)?.name.suffixed,
        comment: wanted.comment,
        schema: DeltaSchema(wanted.schema, fieldMetadata: wanted.fieldMetadata),
        partitionColumns: wanted.partitionColumns.map { column in
          wanted.schema.index(of: column).map { wanted.schema.fields[$0].name } ?? column
        },
        configuration: configuration, createdTime: base?.metadata.createdTime ?? now)
    }
  }

  // MARK: - Who, how and why

  private func commitInfo(
    of table: any LoggedTable, _ request: PublishRequest, added: [AddedFile], removed: [AddedFile],
    at now: Int
  ) -> CommitInfo {
    let partitions = staged?.request.partitionColumns ?? []
    // Tables of others are held to what others declared, and there is no contract to speak of.
    let proof = table.isForeign ? nil : proof
    let parameters = JSONValue.object([
      "mode": .string(staged?.request.change.mode ?? "Overwrite"),
      "partitionBy": .string(JSONValue.array(partitions.map { .string($0) }).description),
    ])
    // Delta has metrics as texts.
    let metrics = JSONValue.object([
      "numFiles": .string("\(added.count)"), "numRemovedFiles": .string("\(removed.count)"),
      "numOutputRows": .string("\(rowsWritten)"), "numOutputBytes": .string("\(byteCount)"),
    ])
    let known = JSONValue.object([
      "timestamp": .int(now), "operation": .string(request.operation),
      "operationParameters": parameters, "readVersion": base.map { .int($0.version) },
      "isBlindAppend": .bool(isBlindAppend), "operationMetrics": metrics,
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

  private var isBlindAppend: Bool {
    guard let request = staged?.request else { return false }
    return request.change == .append && !request.dependsOnRows
  }

  private func requireSame(_ actions: [Action], _ table: any LoggedTable) throws(LakeError) {
    var rows = 0
    var read: [Action] = []
    for line in Action.entry(actions).split(separator: UInt8(ascii: "\n")) {
      guard let action = try Action.parse(line: line) else { continue }
      read.append(action)
      if case .add(let file) = action { rows += file.rowCount ?? -1 }
    }
    guard read == actions, staged == nil || rows == rowsWritten else {
      throw LakeError(
        .internal, "the log entry of \(table.label) does not say what was written",
        hint: "Nothing was published. This is a bug: please report it.")
    }
  }
}

extension RemovedFile {
  /// A file of the table that goes.
  fileprivate init(_ file: AddedFile, at now: Int, dataChange: Bool) {
    self.init(
      path: file.path, deletionTimestamp: now, dataChange: dataChange, size: file.size,
      partitionValues: file.partitionValues, deletionVector: file.deletionVector)
    spelling = file.spelling
  }
}
