import LakeCore

/// Tables of others are written by the same steps as ours: files are staged, put into the table and
/// named by an entry that is linked to a name which must not be there. Others do no more than that,
/// and no less, so that a version is made by one of all writers.
///
/// Nothing but rows is changed: what the table is stays word for word what others wrote. There is
/// no published directory, no file of others is ever removed, and checkpoints are theirs to write.
extension ForeignTable {
  package var isForeign: Bool { true }

  /// All that is ours beside the data files. Readers and other writers pass over such names.
  private var ownDirectory: String { Path.join(root, "_lake") }
  package var stagingDirectory: String { Path.join(ownDirectory, "staging") }
  package var publishLock: String { Path.join(ownDirectory, "publish.lock") }

  package func beginWrite(
    _ request: WriteRequest, format: any DataFileFormat, kernels: Kernels = Kernels()
  ) throws(LakeError) -> StagedWrite {
    let latest = try snapshot()
    try requireUnchanged(latest, since: request.basedOnVersion)
    try requireSameTable(latest, as: request.base)
    let base = request.base ?? latest
    try requireWritable(base, keepingRows: request.change.keepsRows)
    try requireColumns(request, of: base)
    if request.change == .overwritePartitions { try requirePlainPartitions(of: base) }
    if request.checker == nil, !base.declaredChecks.isEmpty {
      throw LakeError(
        .internal, "\(label) declares checks, and nothing was given to hold rows to them")
    }
    return try StagedWrite(request, to: self, base: base, format: format, kernels: kernels)
  }

  /// Refuses what the table asks of writers and is not done here, by its name.
  package func requireWritable(_ base: Snapshot, keepingRows: Bool) throws(LakeError) {
    do throws(LakeError) {
      try WriterDemands(base).requireMet(keepingRows: keepingRows)
    } catch {
      throw LakeError(
        error.code, "\(label) is not written: \(error.message)", at: error.place, hint: error.hint)
    }
  }

  private func requireColumns(
    _ request: WriteRequest, of base: Snapshot
  ) throws(LakeError) {
    let (known, given) = (base.schema.fields, request.schema.fields)
    let begins =
      given.count >= known.count
      && zip(known, given).allSatisfy { $0.name == $1.name && $0.type == $1.type }
    if begins, given.count > known.count {
      throw LakeError(
        .unsupported,
        "\(label) has no column '\(given[known.count].name)', and others say what columns it has",
        hint: "Add the column with the program that made the table, or leave it away.")
    }
    guard begins, request.partitionColumns == base.metadata.partitionColumns else {
      throw LakeError(
        .internal, "rows for \(label) come in other columns than it has: \(request.schema)")
    }
  }

  /// Partitions are told by what the log says of their values, and of some types writers spell one
  /// value in several ways.
  private func requirePlainPartitions(of base: Snapshot) throws(LakeError) {
    for column in base.metadata.partitionColumns {
      guard let index = base.schema.index(of: column) else { continue }
      switch base.schema.fields[index].type {
      case .varchar, .boolean, .tinyint, .smallint, .integer, .bigint, .date: continue
      case let type:
        throw LakeError(
          .unsupported,
          "\(label) is partitioned by '\(column)', a \(type), which writers spell in several ways",
          hint: "Write INSERT INTO … REPLACE WHERE, which looks at the values.")
      }
    }
  }

  package func restore(
    to earlier: Snapshot, _ request: PublishRequest
  ) throws -> PublishOutcome {
    let base = try snapshot()
    try requireWritable(base, keepingRows: false)
    guard earlier.metadata == base.metadata else {
      throw LakeError(
        .unsupported,
        "\(label) had other columns or settings at version \(earlier.version), and others say what "
          + "it is", hint: "Restore it with the program that made it.")
    }
    for file in earlier.files {
      guard try fileSystem.status(of: earlier.path(of: file), followLinks: true) == nil else {
        continue
      }
      throw LakeError(
        .notFound, "the files of version \(earlier.version) of \(label) are gone",
        at: .file(earlier.path(of: file)), hint: historyHint)
    }
    let folder = try StagingFolder(in: self)
    defer { folder.remove() }
    let change = ProposedChange(base: base, kind: .restore(earlier), folder: folder)
    return try Publisher(table: self, change: change, request: request).run()
  }

  package func requirePublishable() throws(LakeError) {}

  /// Takes away what dead writers of ours were writing. What they had put into the table already is
  /// named by nobody, and goes with the next vacuum of those whose table it is.
  package func follow(_ commit: ProposedCommit, _ report: inout CommitReport) {
    commit.change.folder.remove()
    do throws(LakeError) {
      _ = try StagingFolder.tidy(self)
    } catch {
      report.warnings.append(error)
    }
  }
}
