import LakeCore

extension ManagedTable {
  /// Begins to write rows for the table, which need not be there yet if they are to be all of its
  /// rows. Nothing of it can be seen until `publish`.
  package func beginWrite(
    _ request: WriteRequest, format: any DataFileFormat, kernels: Kernels = Kernels()
  ) throws(LakeError) -> StagedWrite {
    for field in request.schema.fields {
      if let obstacle = DeltaSchema.obstacle(to: field) { throw obstacle }
    }
    let latest = try latestSnapshot()
    try requireUnchanged(latest, since: request.basedOnVersion)
    try requireSameTable(latest, as: request.base)
    let base = request.base ?? latest
    if let base {
      try ProtocolSupport.requireWritable(
        base.tableProtocol, base.metadata, appending: request.change.keepsRows)
    }
    try requireContract(request, over: base)
    try requireColumns(request, over: base)
    if let latest {
      repair(latest)
    } else {
      try published.requireOurs()
      try fileSystem.makeDurableDirectories(log.directory, below: layout.root)
    }
    return try StagedWrite(request, to: self, base: base, format: format, kernels: kernels)
  }

  /// Columns and partitions are the table's, unless all of its rows go.
  private func requireColumns(
    _ request: WriteRequest, over base: Snapshot?
  ) throws(LakeError) {
    if request.change == .overwrite { return }
    guard let base else { throw noTable }
    let (known, given) = (base.schema.fields, request.schema.fields)
    let isSame =
      (request.addsColumns ? given.count >= known.count : given.count == known.count)
      && zip(known, given).allSatisfy { $0.name == $1.name && $0.type == $1.type }
    guard isSame, request.partitionColumns == base.metadata.partitionColumns else {
      throw LakeError(
        .internal, "rows for \(name) come in other columns than it has: \(request.schema)")
    }
  }

  /// What is certain to be refused at the publish is refused before any work is done.
  private func requireContract(
    _ request: WriteRequest, over base: Snapshot?
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
}
