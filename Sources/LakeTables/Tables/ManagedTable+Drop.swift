import LakeCore

extension ManagedTable {
  /// The place to which dropped tables of a workspace go.
  private var droppedTables: String {
    Path.join(Path.directory(of: Path.directory(of: root)), "_trash")
  }

  /// Takes the table away: history, data and published directory go to the workspace's trash as
  /// they are, from where they can be moved back. Returns the place there.
  ///
  /// The move of the table proper is what counts: killed before it, the table is still there, and
  /// its published directory is made anew.
  @discardableResult
  package func drop() throws(LakeError) -> String {
    guard try exists else { throw noTable }
    let lock = try fileSystem.lock(
      publishLock, waitingMilliseconds: options.lockWaitMilliseconds)
    defer { lock.release() }
    try published.tidy()
    try fileSystem.makeDurableDirectories(droppedTables)
    let grave = Path.join(droppedTables, "\(name)-\(options.makeUUID())")
    try published.superseded.setAside(publishedDirectory)
    // Readers without a log do not get the table back when the power fails.
    if try fileSystem.status(of: Path.directory(of: publishedDirectory), followLinks: true) != nil {
      try fileSystem.syncDirectory(Path.directory(of: publishedDirectory))
    }
    try fileSystem.rename(root, to: grave)
    try fileSystem.syncDirectory(droppedTables)
    try fileSystem.syncDirectory(Path.directory(of: root))
    return grave
  }
}
