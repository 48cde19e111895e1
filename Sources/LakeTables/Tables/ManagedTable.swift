import LakeCore

/// A table whose files are ours: a log of versions, the data files that they name, and the
/// published directory with the files of the latest one.
///
/// The value is a name and a place; every question is answered by the disk at the time of asking,
/// though what the log said before is not read again.
///
///     lake/.tables/<zone>/<table>/          the table proper
///       _delta_log/<version>.json           the log
///       part-<n>-v<version>.gz.parquet      data files of all kept versions
///       _staging/<uuid>/, <uuid>.lock       files that are being written
///       _publish.lock                       held while a version is published
///       _publishing/                        the next published directory, while it is made
///       _superseded/<milliseconds>/         published directories of the last minute
///       _trash/                             what was in the published directory and not ours
///     lake/<zone>/<table>/                  the published directory
package struct ManagedTable: Sendable {
  package let name: TableName
  package let layout: WorkspaceLayout
  package let fileSystem: any FileSystem
  package let options: TableOptions

  /// The absolute path of the table proper.
  package let root: String
  /// The absolute path of the published directory.
  package let publishedDirectory: String

  /// The table of a name, whether it is there or not. A table that is there is found whatever the
  /// case of the name.
  package init(
    _ name: TableName, in layout: WorkspaceLayout, fileSystem: any FileSystem,
    options: TableOptions = TableOptions()
  ) throws(LakeError) {
    try ManagedTable.requireSafe(name)
    let name = try ManagedTable.nameOnDisk(name, in: layout, fileSystem)
    self.name = name
    self.layout = layout
    self.fileSystem = fileSystem
    self.options = options
    root = layout.tableRoot(of: name)
    publishedDirectory = layout.directory(of: name)
  }

  /// The same table with other options.
  init(_ table: ManagedTable, options: TableOptions) {
    name = table.name
    layout = table.layout
    fileSystem = table.fileSystem
    root = table.root
    publishedDirectory = table.publishedDirectory
    self.options = options
  }

  /// The names beside the data files.
  package var stagingDirectory: String { Path.join(root, "_staging") }
  package var publishLock: String { Path.join(root, "_publish.lock") }

  private static func requireSafe(_ table: TableName) throws(LakeError) {
    let name = table.name
    if table.zone == .landing {
      throw LakeError(
        .invalidInput, "\(table) is in the landing zone, whose files belong to their users",
        hint: "Managed tables are in the trusted and the curated zone.")
    }
    let first = name.utf8.first
    if first == nil || first == UInt8(ascii: ".") || first == UInt8(ascii: "_")
      || name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 < 0x20 || $0 == 0x7F })
      || name.utf8.count > 200
    {
      throw LakeError(
        .invalidInput, "'\(name)' cannot be the name of a table",
        hint: "A name does not begin with a point or an underscore, and holds no slash.")
    }
  }

  private static func nameOnDisk(
    _ name: TableName, in layout: WorkspaceLayout, _ fileSystem: any FileSystem
  ) throws(LakeError) -> TableName {
    let root = layout.tableRoot(of: name)
    if try fileSystem.status(of: root, followLinks: false) != nil { return name }
    let zone = Path.directory(of: root)
    guard try fileSystem.status(of: zone, followLinks: true) != nil else { return name }
    let folded = name.name.lowercased()
    let found = try fileSystem.list(zone).first { $0.lowercased() == folded }
    return found.map { TableName(name.zone, $0) } ?? name
  }
}

// MARK: - Reading

extension ManagedTable: LoggedTable {
  package var label: String { name.description }
  package var historyHint: String { "See lake history \(name)." }
  package var isForeign: Bool { false }

  package var exists: Bool {
    get throws(LakeError) { try latestVersion() != nil }
  }

  /// The state of the table after a version; by default the latest. An older version whose files
  /// are gone already is `notFound`.
  package func snapshot(version: Int?) throws(LakeError) -> Snapshot {
    guard let version else {
      guard let latest = try latestSnapshot() else { throw noTable }
      return latest
    }
    guard let latest = try latestVersion() else { throw noTable }
    guard version >= 0, version <= latest else {
      throw LakeError(
        .notFound, "\(name) has no version \(version)",
        hint: "Its versions are 0 to \(latest): see lake history \(name).")
    }
    let snapshot = try reader.snapshot(version: version)
    if version == latest { return snapshot }
    for file in snapshot.files {
      if try fileSystem.status(of: snapshot.path(of: file), followLinks: true) == nil {
        throw LakeError(
          .notFound, "the files of version \(version) of \(name) have expired",
          hint: "Newer versions are kept for their retention: see lake history \(name).")
      }
    }
    return snapshot
  }

  var noTable: LakeError {
    LakeError(.notFound, "there is no table \(name)", hint: "See lake tables.")
  }
}

// MARK: - All tables

extension ManagedTable {
  /// The managed tables that are on the disk, by name.
  package static func all(
    in layout: WorkspaceLayout, fileSystem: any FileSystem, options: TableOptions = TableOptions()
  ) throws(LakeError) -> [ManagedTable] {
    var tables: [ManagedTable] = []
    for zone in Zone.allCases where zone != .landing {
      let directory = Path.directory(of: layout.tableRoot(of: TableName(zone, "a")))
      guard try fileSystem.status(of: directory, followLinks: true) != nil else { continue }
      for name in try fileSystem.list(directory) where !name.hasPrefix(".") && !name.hasPrefix("_")
      {
        let table = try ManagedTable(
          TableName(zone, name), in: layout, fileSystem: fileSystem, options: options)
        let log = try fileSystem.status(of: table.log.directory, followLinks: true)
        if log?.kind == .directory, try table.exists { tables.append(table) }
      }
    }
    return tables.sorted { $0.name < $1.name }
  }
}
