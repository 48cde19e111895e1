import LakeCore

/// The directory that readers without a log are given: exactly the files of one version, as second
/// names of the table's own files, in the directories of their partitions.
///
/// The next one is built in the table proper, where no pattern of a reader looks, and takes the old
/// one's place in one step; the old one is set aside as it is. One thing only is done in place: one
/// file is added to those that are there, which is one step too.
/// Everything here but `state` runs under the table's publish lock.
struct PublishedDirectory {
  let path: String
  let root: String
  let superseded: SupersededDirectories

  var fileSystem: any FileSystem { superseded.fileSystem }
  /// The next directory while it is made.
  var workshop: String { Path.join(root, "_publishing") }
}

extension ManagedTable {
  var published: PublishedDirectory {
    PublishedDirectory(
      path: publishedDirectory, root: root,
      superseded: SupersededDirectories(
        root: root, fileSystem: fileSystem, clock: options.clock,
        graceMilliseconds: options.readerGraceMilliseconds))
  }
}

/// How the published directory stands to the log.
package enum PublishedDirectoryState: Sendable, Hashable {
  /// It holds exactly the files of the latest version.
  case current
  case missing
  /// It holds other files: those of an older version, or some that somebody put there.
  case lagging
  /// Something else bears its name: a file, or a symbolic link.
  case blocked
}

extension PublishedDirectory {
  func state(for snapshot: Snapshot) throws(LakeError) -> PublishedDirectoryState {
    guard let status = try fileSystem.status(of: path, followLinks: false) else {
      return .missing
    }
    guard status.kind == .directory else { return .blocked }
    guard let names = try names(of: snapshot.files) else { return .lagging }
    for file in PublishedDirectory.sample(snapshot.files) {
      if try !isSame(file, names[file.path], snapshot) { return .lagging }
    }
    return .current
  }

  /// The names of files here, by their paths in the table; nil where these are not all files, or
  /// not the only ones. A name means one content for ever; so whoever only writes names of ours has
  /// the right files under them.
  private func names(of files: [AddedFile]) throws(LakeError) -> [String: String]? {
    let names = PublishedName.all(in: try fileSystem.tree(path), of: files)
    return names?.count == files.count ? names : nil
  }

  /// The files that are looked at closely: all of them while they are few. Opening a table must not
  /// take longer the more files it has, and names alone tell what we ever do.
  private static func sample(_ files: [AddedFile]) -> [AddedFile] {
    files.count <= closeLooksMax ? files : Array(files.suffix(closeLooksMax))
  }

  private static let closeLooksMax = 64

  /// Whether a published file is the table's: by its identity, or, where the file system gives no
  /// second names, by its size.
  private func isSame(
    _ file: AddedFile, _ name: String?, _ snapshot: Snapshot
  ) throws(LakeError) -> Bool {
    guard let name else { return false }
    let published = try fileSystem.status(of: Path.join(path, name), followLinks: false)
    let own = try fileSystem.status(of: snapshot.path(of: file), followLinks: false)
    guard let published, let own else { return false }
    if published.isSameFile(as: own) { return true }
    return published.size == own.size && !canLink(snapshot.path(of: file))
  }

  /// Tries it. Whoever may not write here cannot mend anything either.
  private func canLink(_ file: String) -> Bool {
    let second = TemporaryName.random(in: root)
    do throws(LakeError) {
      try fileSystem.link(file, to: second)
      try fileSystem.removeFile(second)
      return true
    } catch {
      return false
    }
  }

  /// Refuses to make a table where somebody keeps files of his own.
  func requireOurs() throws(LakeError) {
    try requireReplaceable()
    guard try fileSystem.status(of: path, followLinks: false) != nil else { return }
    let foreign = try fileSystem.tree(path).first {
      DataFileName.version(of: Path.lastComponent(of: PublishedName.path(of: $0))) == nil
    }
    if let foreign {
      throw LakeError(
        .alreadyExists,
        "the directory of the table holds files that are not the table's: \(foreign)",
        at: .file(path), hint: "Move them to a table of the landing zone.")
    }
  }

  func requireReplaceable() throws(LakeError) {
    guard let status = try fileSystem.status(of: path, followLinks: false) else { return }
    if status.kind != .directory {
      throw LakeError(
        .alreadyExists, "the place of the table's published directory is taken by something else",
        at: .file(path), hint: "Move it away; a symbolic link too.")
    }
  }
}

// MARK: - Refreshing

extension PublishedDirectory {
  /// Makes the published directory that of a snapshot, which was just made of another one by adding
  /// files, and perhaps by removing some.
  func follow(
    _ snapshot: Snapshot, from base: Snapshot?, adding added: [AddedFile]
  ) throws(LakeError) {
    if let base, base.files.count + added.count == snapshot.files.count, added.count <= 1,
      try fileSystem.status(of: path, followLinks: false)?.kind == .directory,
      try names(of: base.files) != nil, try canBeAdded(added.first)
    {
      for file in added { try add(file, of: snapshot) }
      return try tidy()
    }
    try refresh(to: snapshot)
  }

  /// A directory that is new would be seen before its file.
  private func canBeAdded(_ file: AddedFile?) throws(LakeError) -> Bool {
    guard let file else { return true }
    let directory = Path.directory(of: Path.join(path, file.path))
    return try fileSystem.status(of: directory, followLinks: false)?.kind == .directory
  }

  private func add(_ file: AddedFile, of snapshot: Snapshot) throws(LakeError) {
    let target = Path.join(path, PublishedName.make(of: file, in: snapshot))
    do {
      try fileSystem.link(snapshot.path(of: file), to: target)
    } catch {
      // A copy is not there in one step.
      return try refresh(to: snapshot)
    }
    try fileSystem.syncDirectory(Path.directory(of: target))
  }

  /// Makes the published directory that of a snapshot, which is the latest.
  func refresh(to snapshot: Snapshot) throws(LakeError) {
    try requireReplaceable()
    try superseded.setAside(workshop)
    try build(snapshot)
    let zone = Path.directory(of: path)
    try fileSystem.makeDurableDirectories(zone)
    try putInPlace()
    // What is set aside next has its replacement on the disk.
    try fileSystem.syncDirectory(zone)
    try fileSystem.syncDirectory(root)
    try tidy()
  }

  /// Sets aside what a refresh has left, this one or one that was killed, and removes what was set
  /// aside before and nobody lists any more.
  func tidy() throws(LakeError) {
    try superseded.setAside(workshop)
    try superseded.removeOld()
  }

  /// Whether `tidy` would find something to do.
  var isUntidy: Bool {
    get throws(LakeError) {
      if try fileSystem.status(of: workshop, followLinks: false) != nil { return true }
      return try !superseded.old().isEmpty
    }
  }

  private func build(_ snapshot: Snapshot) throws(LakeError) {
    try fileSystem.makeDirectory(workshop)
    var directories: Set = [workshop]
    let kept = try namesToKeep(for: snapshot)
    for file in snapshot.files {
      let name = kept[file.path] ?? PublishedName.make(of: file, in: snapshot)
      let (source, target) = (snapshot.path(of: file), Path.join(workshop, name))
      try makeDirectories(Path.directory(of: target), noting: &directories)
      do {
        try fileSystem.link(source, to: target)
      } catch {
        // No second names here, or no more of them: then a copy.
        guard [.unsupported, .permissionDenied, .limitExceeded].contains(error.code) else {
          throw error
        }
        try fileSystem.copy(source, to: target)
      }
    }
    for directory in directories.sorted(by: >) { try fileSystem.syncDirectory(directory) }
  }

  /// Names stay where all of them stay.
  private func namesToKeep(for snapshot: Snapshot) throws(LakeError) -> [String: String] {
    guard try fileSystem.status(of: path, followLinks: false)?.kind == .directory else {
      return [:]
    }
    return PublishedName.all(in: try fileSystem.tree(path), of: snapshot.files) ?? [:]
  }

  private func makeDirectories(
    _ path: String, noting directories: inout Set<String>
  ) throws(LakeError) {
    if directories.contains(path) { return }
    try makeDirectories(Path.directory(of: path), noting: &directories)
    try fileSystem.makeDirectory(path)
    directories.insert(path)
  }

  /// The one step in which readers get the new generation. Where two directories cannot be
  /// exchanged, there is a moment with none; there is never one with both.
  private func putInPlace() throws(LakeError) {
    if try fileSystem.status(of: path, followLinks: false) == nil {
      return try fileSystem.rename(workshop, to: path)
    }
    do {
      try fileSystem.exchange(workshop, with: path)
    } catch {
      guard error.code == .unsupported else { throw error }
      try superseded.setAside(path)
      try fileSystem.rename(workshop, to: path)
    }
  }
}
