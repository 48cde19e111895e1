import Glibc
import LakeCore

/// Every change of names is one `NameOperation`: seen at once, durable later.
extension DiskImage {
  func list(_ path: String) throws(DiskFailure) -> [String] {
    let directory = try find(path)
    guard self[directory].kind == .directory else { throw DiskFailure(ENOTDIR) }
    return self[directory].entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Makes something new; there must be nothing of the name.
  mutating func create(_ kind: FileStatus.Kind, at path: String) throws(DiskFailure) -> Inode {
    let location = try locate(path, followLast: false)
    if location.inode != nil || location.name.isEmpty { throw DiskFailure(EEXIST) }
    let inode = make(kind)
    change([NameChange(location, to: inode)])
    return inode
  }

  mutating func removeFile(_ path: String) throws(DiskFailure) {
    let (location, inode) = try existing(path, orElse: EISDIR)
    if self[inode].kind == .directory { throw DiskFailure(EISDIR) }
    change([NameChange(location, to: nil)])
  }

  mutating func removeDirectory(_ path: String) throws(DiskFailure) {
    let (location, inode) = try existing(path, orElse: EINVAL)
    guard self[inode].kind == .directory else { throw DiskFailure(ENOTDIR) }
    guard self[inode].entries.isEmpty else { throw DiskFailure(ENOTEMPTY) }
    change([NameChange(location, to: nil)], removing: inode)
  }

  mutating func link(_ source: String, to target: String) throws(DiskFailure) {
    let inode = try find(source, followLast: false)
    let location = try locate(target, followLast: false)
    if location.inode != nil || location.name.isEmpty { throw DiskFailure(EEXIST) }
    if self[inode].kind == .directory { throw DiskFailure(EPERM) }
    change([NameChange(location, to: inode)])
  }

  mutating func rename(_ source: String, to target: String) throws(DiskFailure) {
    let (from, to) = try locateBoth(source, target)
    guard let inode = from.inode else { throw DiskFailure(ENOENT) }
    if isInside(to.directory, inode) { throw DiskFailure(EINVAL) }
    var removed: Inode?
    if let other = to.inode {
      if isInside(from.directory, other) { throw DiskFailure(ENOTEMPTY) }
      if other == inode { return }
      removed = try replaceable(other, by: inode)
    }
    change(
      [NameChange(from, to: nil), NameChange(to, to: inode)], removing: removed, movesInto: true)
  }

  mutating func exchange(_ a: String, with b: String) throws(DiskFailure) {
    let (from, to) = try locateBoth(a, b)
    guard let inode = from.inode, let other = to.inode else { throw DiskFailure(ENOENT) }
    if isInside(to.directory, inode) || isInside(from.directory, other) {
      throw DiskFailure(EINVAL)
    }
    if other == inode { return }
    change([NameChange(from, to: other), NameChange(to, to: inode)], movesInto: true)
  }

  // MARK: - Parts

  /// What bears a name; `number` is the failure where a path ends in no name, as `a/.` does.
  private func existing(
    _ path: String, orElse number: Int32
  ) throws(DiskFailure) -> (Location, Inode) {
    let location = try locate(path, followLast: false)
    if location.name.isEmpty { throw DiskFailure(number) }
    guard let inode = location.inode else { throw DiskFailure(ENOENT) }
    return (location, inode)
  }

  /// Whether a directory is `inode` or lies in it.
  private func isInside(_ directory: Inode, _ inode: Inode) -> Bool {
    self[inode].kind == .directory && isAbove(inode, directory)
  }

  /// The directory that goes when `inode` takes the place of `other`, if it is one.
  private func replaceable(_ other: Inode, by inode: Inode) throws(DiskFailure) -> Inode? {
    switch (self[inode].kind == .directory, self[other].kind == .directory) {
    case (true, false): throw DiskFailure(ENOTDIR)
    case (false, true): throw DiskFailure(EISDIR)
    case (false, false): return nil
    case (true, true):
      if !self[other].entries.isEmpty { throw DiskFailure(ENOTEMPTY) }
      return other
    }
  }

  private mutating func change(
    _ changes: [NameChange], removing removed: Inode? = nil, movesInto: Bool = false
  ) {
    for change in changes {
      self[change.directory].entries[change.name] = change.inode
      self[change.directory].modified = tick()
    }
    pending.append(
      NameOperation(changes: changes, removedDirectory: removed, isMove: movesInto))
    sweepIfLarge()
  }
}
