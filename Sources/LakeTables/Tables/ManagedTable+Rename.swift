import LakeCore

extension ManagedTable {
  /// Gives the table another name in its zone: history, data and published directory move with it.
  ///
  /// The move of the table proper is what counts. Killed before it, the table is there under its
  /// old name, killed after it under the new one, and opening it makes the published directory.
  package func rename(to new: TableName) throws(LakeError) {
    let target = try ManagedTable(new, in: layout, fileSystem: fileSystem, options: options)
    let isSame = target.name.name.lowercased() == name.name.lowercased()
    if !isSame, try target.exists {
      throw LakeError(.alreadyExists, "there is a table \(target.name) already")
    }
    try target.published.requireOurs()
    let lock = try fileSystem.lock(
      publishLock, waitingMilliseconds: options.lockWaitMilliseconds)
    defer { lock.release() }
    guard let snapshot = try latestSnapshot() else { throw noTable }
    try published.tidy()
    try published.superseded.setAside(publishedDirectory)
    let moved = layout.tableRoot(of: new)
    try fileSystem.rename(root, to: moved)
    try fileSystem.syncDirectory(Path.directory(of: moved))
    let table = try ManagedTable(new, in: layout, fileSystem: fileSystem, options: options)
    if snapshot.uncheckedSince == nil { try table.published.refresh(to: try table.snapshot()) }
  }
}
