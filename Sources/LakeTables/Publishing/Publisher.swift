import LakeCore

/// The step from one version to the next, under the table's publish lock:
///
/// 1. Refuse what lacks the proof of its checks.
/// 2. Take the lock; look whether somebody else made the version meanwhile.
/// 3. Rename the files into the table's root, where no reader sees them: the log does not name
///    them. Make the names durable.
/// 4. Write the log entry under a temporary name and make it durable. Look at the subjects' tables
///    once more. Link the entry to its name, which must not be there yet, and make that durable:
///    *this is the moment of truth*.
/// 5. Refresh the published directory; remove what has expired and what dead writers left. What
///    fails here is a warning: the version stands, and the next command does the rest.
///
/// What fails before the link is undone.
struct Publisher {
  let table: ManagedTable
  let staged: StagedFiles
  let request: PublishRequest

  private var fileSystem: any FileSystem { table.fileSystem }

  func run() throws -> PublishOutcome {
    try requireProof()
    let lock = try fileSystem.lock(
      table.publishLock, waitingMilliseconds: table.options.lockWaitMilliseconds)
    defer { lock.release() }
    if try table.log.contains(version: staged.version) {
      return .conflicted(latestVersion: try table.latestVersion() ?? staged.version)
    }
    try requireFolder()
    try table.published.requireReplaceable()
    let actions = try makeActions()
    switch try commit(actions) {
    case .done: break
    case .lost: return .conflicted(latestVersion: try table.latestVersion() ?? staged.version)
    case .stale: return .stale
    }
    return .committed(completed(actions))
  }

  // MARK: - Before

  private func requireProof() throws(LakeError) {
    guard let contract = staged.request.contract else {
      if let old = staged.base?.contract, old.isGoverned {
        throw LakeError(
          .consentViolation,
          "\(table.name) is under a consent policy, and the new version declares none")
      }
      return
    }
    guard let proof = staged.proof, proof.contract == contract else {
      throw LakeError(
        .invalidInput, "the rows for \(table.name) were not checked against what it declares",
        hint: "Nothing was published. This is a bug: please report it.")
    }
    guard proof.rowsOut == staged.rowsWritten else {
      throw LakeError(
        .internal,
        "\(proof.rowsOut) rows for \(table.name) were checked and "
          + "\(staged.rowsWritten) were written")
    }
    if contract.isGoverned, request.revalidate == nil {
      throw LakeError(
        .internal, "the consent for \(table.name) would not be looked at before the commit")
    }
  }

  /// A table that was dropped took the staged files with it.
  private func requireFolder() throws(LakeError) {
    if try fileSystem.status(of: staged.folder.path, followLinks: false) == nil {
      throw LakeError(
        .conflict, "\(table.name) was dropped while its next version was made",
        hint: "Run it again to make it anew.")
    }
  }

  // MARK: - The commit

  private enum Step {
    case done, lost, stale
  }

  /// Steps 3 and 4. Leaves nothing behind unless it is done.
  private func commit(_ actions: [Action]) throws -> Step {
    let temporary = TemporaryName.random(in: table.log.directory)
    do {
      try moveFiles()
      try write(Action.entry(actions), to: temporary)
      if try request.revalidate?() == false {
        undo(temporary)
        return .stale
      }
      guard try link(temporary) else {
        undo(temporary)
        return .lost
      }
    } catch {
      undo(temporary)
      throw error
    }
    // From here on the version is there, and nothing of it is taken back.
    try? fileSystem.removeFile(temporary)
    do {
      try fileSystem.syncDirectory(table.log.directory)
    } catch {
      throw LakeError(
        error.code,
        "version \(staged.version) of \(table.name) is written, but may not survive a "
          + "loss of power: \(error.message)", at: error.place, hint: error.hint, cause: error)
    }
    return .done
  }

  private func moveFiles() throws(LakeError) {
    for file in staged.files {
      try fileSystem.rename(
        Path.join(staged.folder.path, file.name), to: Path.join(table.root, file.name))
    }
    try fileSystem.syncDirectory(staged.folder.path)
    try fileSystem.syncDirectory(table.root)
  }

  private func write(_ bytes: [UInt8], to path: String) throws(LakeError) {
    let file = try fileSystem.create(path)
    var failure: LakeError?
    bytes.withUnsafeBytes { bytes in
      do throws(LakeError) {
        try file.write(bytes)
        try file.sync()
        try file.close()
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Puts the entry under its name, if there is none. False where there is.
  private func link(_ temporary: String) throws(LakeError) -> Bool {
    let entry = table.log.path(ofVersion: staged.version)
    do {
      try fileSystem.link(temporary, to: entry)
      return true
    } catch {
      // A server may do what it was asked and then report a failure. What counts is whose file
      // bears the name.
      guard let there = try fileSystem.status(of: entry, followLinks: false) else {
        if error.code == .unsupported || error.code == .permissionDenied {
          throw noLinks(error)
        }
        throw error
      }
      let ours = try fileSystem.status(of: temporary, followLinks: false)
      return ours.map { there.isSameFile(as: $0) } ?? false
    }
  }

  private func noLinks(_ error: LakeError) -> LakeError {
    LakeError(
      error.code, "cannot commit: the file system has no hard links", at: error.place,
      hint: "Put the workspace on a local file system such as ext4, xfs, btrfs or tmpfs.",
      cause: error)
  }

  /// Takes back what was done before the link. Whatever cannot be taken back now is tidied later,
  /// since the log does not name it. If the disk does not say whether the entry is there, nothing
  /// is touched.
  private func undo(_ temporary: String) {
    try? fileSystem.removeFile(temporary)
    let entry = table.log.path(ofVersion: staged.version)
    do throws(LakeError) {
      if try fileSystem.status(of: entry, followLinks: false) == nil {
        for file in staged.files {
          let path = Path.join(table.root, file.name)
          if try fileSystem.status(of: path, followLinks: false) != nil {
            try fileSystem.removeFile(path)
          }
        }
      }
    } catch {}
  }

  // MARK: - After

  /// Step 5.
  private func completed(_ actions: [Action]) -> CommitReport {
    let snapshot = staged.makeSnapshot(actions)
    var report = CommitReport(
      snapshot: snapshot, rows: staged.rowsWritten, bytes: staged.byteCount,
      files: staged.files.count, rowsBefore: staged.base?.rowCount, expiredFiles: 0,
      proof: staged.proof, warnings: [])
    func note(_ body: () throws(LakeError) -> Void) {
      do throws(LakeError) { try body() } catch { report.warnings.append(error) }
    }
    note { () throws(LakeError) in try table.published.refresh(to: snapshot) }
    note { () throws(LakeError) in
      report.expiredFiles = try table.removeExpiredFiles(after: snapshot)
    }
    staged.folder.remove()
    note { () throws(LakeError) in try table.tidy() }
    return report
  }
}
