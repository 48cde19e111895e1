import LakeCore

/// The step from one version to the next, under the table's publish lock:
///
/// 1. Refuse what lacks the proof of its checks.
/// 2. Take the lock; look whether somebody else made the version meanwhile. If the change holds on
///    top of what they did, it is put there; else it is a conflict.
/// 3. Rename the files into the table's root, where no reader sees them: the log does not name
///    them. Make the names durable.
/// 4. Write the log entry in the staging folder and make it durable. Look at the subjects' tables
///    once more. Link the entry to its name in the log, which must not be there yet, and make that
///    durable: *this is the moment of truth*.
/// 5. What comes behind: refresh the published directory, remove what has expired and what dead
///    writers left. What fails here is a warning: the version stands, and the next command does
///    the rest.
///
/// What fails before the link is undone.
struct Publisher {
  let table: any LoggedTable
  let change: ProposedChange
  let request: PublishRequest

  private var fileSystem: any FileSystem { table.fileSystem }

  /// Other programs commit without our lock, and may be faster so many times in a row.
  private static let racesMax = 16

  func run() throws -> PublishOutcome {
    try change.requireProof(of: table, revalidates: request.revalidate != nil)
    let lock = try fileSystem.lock(
      table.publishLock, waitingMilliseconds: table.options.lockWaitMilliseconds)
    defer { lock.release() }
    var change = change
    for _ in 0..<Publisher.racesMax {
      if try table.log.contains(version: change.version) {
        guard let rebased = try change.rebased(table) else {
          return .conflicted(try conflict(since: change.version))
        }
        change = rebased
      }
      try requireFolder(change)
      try table.requirePublishable()
      let commit = try change.commit(of: table, request)
      switch try make(commit) {
      case .done: return .committed(completed(commit))
      case .stale: return .stale
      case .lost: continue
      }
    }
    return .conflicted(try conflict(since: change.version))
  }

  /// Who made the versions that stand in the way.
  private func conflict(since version: Int) throws(LakeError) -> PublishConflict {
    let latest = try table.latestVersion() ?? version
    var info = CommitInfo(members: [])
    for action in try table.log.actions(ofVersion: min(version, latest)) {
      if case .commitInfo(let body) = action { info = body }
    }
    return PublishConflict(latestVersion: latest, winner: min(version, latest), info: info)
  }

  /// A table that was dropped took the staged files with it.
  private func requireFolder(_ change: ProposedChange) throws(LakeError) {
    if try fileSystem.status(of: change.folder.path, followLinks: false) == nil {
      throw LakeError(
        .conflict, "\(table.label) was dropped while its next version was made",
        hint: "Run it again to make it anew.")
    }
  }

  // MARK: - The commit

  private enum Step {
    case done, lost, stale
  }

  /// Steps 3 and 4. Leaves everything in the staging folder unless it is done.
  private func make(_ commit: ProposedCommit) throws -> Step {
    let entry = Path.join(commit.change.folder.path, ProposedCommit.entryName)
    do {
      try commit.change.staged?.requireUntouched()
      try moveFiles(of: commit)
      try write(Action.entry(commit.actions), to: entry)
      if try request.revalidate?() == false {
        undo(commit)
        return .stale
      }
      guard try link(entry, version: commit.version) else {
        undo(commit)
        return .lost
      }
    } catch {
      undo(commit)
      throw error
    }
    // From here on the version is there, and nothing of it is taken back.
    try? fileSystem.removeFile(entry)
    do {
      try fileSystem.syncDirectory(table.log.directory)
    } catch {
      throw LakeError(
        error.code,
        "version \(commit.version) of \(table.label) is written, but may not survive a "
          + "loss of power: \(error.message)", at: error.place, hint: error.hint, cause: error)
    }
    return .done
  }

  private func moveFiles(of commit: ProposedCommit) throws(LakeError) {
    if commit.moves.isEmpty { return }
    var directories: Set = [table.root]
    for move in commit.moves {
      let path = Path.join(table.root, move.path)
      try makeDirectories(Path.directory(of: path), noting: &directories)
      try fileSystem.rename(move.staged, to: path)
    }
    try fileSystem.syncDirectory(commit.change.folder.path)
    for directory in directories.sorted(by: >) { try fileSystem.syncDirectory(directory) }
  }

  /// Directories that are there may be those of a killed process, and not durable: all on the way
  /// to a file are noted.
  private func makeDirectories(
    _ path: String, noting directories: inout Set<String>
  ) throws(LakeError) {
    guard directories.insert(path).inserted else { return }
    try makeDirectories(Path.directory(of: path), noting: &directories)
    try fileSystem.makeDirectories(path)
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
  private func link(_ entry: String, version: Int) throws(LakeError) -> Bool {
    let target = table.log.path(ofVersion: version)
    do {
      try fileSystem.link(entry, to: target)
      return true
    } catch {
      // A server may do what it was asked and then report a failure. What counts is whose file
      // bears the name.
      guard let there = try fileSystem.status(of: target, followLinks: false) else {
        if error.code == .unsupported || error.code == .permissionDenied {
          throw noLinks(error)
        }
        throw error
      }
      let ours = try fileSystem.status(of: entry, followLinks: false)
      return ours.map { there.isSameFile(as: $0) } ?? false
    }
  }

  private func noLinks(_ error: LakeError) -> LakeError {
    LakeError(
      error.code, "cannot commit: the file system has no hard links", at: error.place,
      hint: "Put the workspace on a local file system such as ext4, xfs, btrfs or tmpfs.",
      cause: error)
  }

  /// Puts the files back into the staging folder, from where they are committed under another
  /// version or removed. Whatever cannot be taken back now is tidied later, since the log does not
  /// name it. If the disk does not say whether our entry is there, nothing is touched.
  private func undo(_ commit: ProposedCommit) {
    let entry = Path.join(commit.change.folder.path, ProposedCommit.entryName)
    do throws(LakeError) {
      let target = table.log.path(ofVersion: commit.version)
      if let there = try fileSystem.status(of: target, followLinks: false),
        let ours = try fileSystem.status(of: entry, followLinks: false),
        there.isSameFile(as: ours)
      {
        return
      }
      for move in commit.moves {
        let path = Path.join(table.root, move.path)
        if try fileSystem.status(of: path, followLinks: false) != nil,
          try fileSystem.status(of: move.staged, followLinks: false) == nil
        {
          try fileSystem.rename(path, to: move.staged)
        }
      }
      if try fileSystem.status(of: entry, followLinks: false) != nil {
        try fileSystem.removeFile(entry)
      }
    } catch {}
  }

  // MARK: - After

  /// Step 5.
  private func completed(_ commit: ProposedCommit) -> CommitReport {
    let change = commit.change
    let snapshot = commit.snapshot
    var report = CommitReport(
      snapshot: snapshot, rows: change.rowsWritten, bytes: change.byteCount,
      files: commit.addedFiles.count, filesRemoved: commit.removedFileCount,
      rowsBefore: change.base?.rowCount, expiredFiles: 0,
      proof: change.proof, warnings: [])
    table.follow(commit, &report)
    return report
  }
}
