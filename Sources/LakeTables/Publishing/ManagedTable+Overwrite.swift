import LakeCore

extension ManagedTable {
  /// Begins to replace all rows of the table, which need not be there yet. Nothing of it can be
  /// seen until `publish`.
  package func beginOverwrite(
    _ request: OverwriteRequest, format: any DataFileFormat, kernels: Kernels = Kernels()
  ) throws(LakeError) -> StagedWrite {
    for field in request.schema.fields {
      if let obstacle = DeltaSchema.obstacle(to: field) { throw obstacle }
    }
    let base = try latestSnapshot()
    try requireUnchanged(base, since: request.basedOnVersion)
    if let base { try ProtocolSupport.requireWritable(base.tableProtocol, base.metadata) }
    try requireContract(request, over: base)
    if let base {
      repair(base)
    } else {
      try published.requireOurs()
      try fileSystem.makeDurableDirectories(log.directory)
    }
    return try StagedWrite(request, to: self, base: base, format: format, kernels: kernels)
  }

  private func requireUnchanged(_ base: Snapshot?, since version: Int?) throws(LakeError) {
    guard let version, base?.version != version else { return }
    throw LakeError(
      .conflict,
      "\(name) is at version \(base.map { String($0.version) } ?? "none"), and no more at "
        + "\(version)",
      hint: "Somebody else published meanwhile: run it again.")
  }

  /// What is certain to be refused at the publish is refused before any work is done.
  private func requireContract(
    _ request: OverwriteRequest, over base: Snapshot?
  ) throws(LakeError) {
    if let old = base?.contract, old.isGoverned, request.contract == nil {
      throw LakeError(
        .consentViolation, "\(name) is under a consent policy, and the new version declares none",
        hint: "Declare CONSENT … BY for it, or drop the table first.")
    }
    if request.contract != nil, request.checker == nil {
      throw LakeError(
        .internal, "\(name) declares constraints, and nothing was given to check them")
    }
  }

  /// Makes the staged files the next version of the table. See `Publisher`.
  package func publish(
    _ staged: StagedFiles, _ request: PublishRequest
  ) throws -> PublishOutcome {
    precondition(staged.table.root == root, "the files were staged for another table")
    defer { staged.discard() }
    return try Publisher(table: self, staged: staged, request: request).run()
  }
}
