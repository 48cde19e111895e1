import LakeCatalog
import LakeCore

/// Goes over the landing zone and groups its files into tables.
///
/// - Each directory directly in landing is a table, with everything that is below it; `x_landing`
///   is the table `x`.
/// - A file directly in landing is a table of its own, by its name up to the first point.
/// - The location of a definition is that table, whatever the rules above say of it.
/// - Names that begin with a point or an underscore are passed over: bookkeeping of tools.
/// - A directory with a log in Delta's format is no table of files: the log says which files count.
/// - Links are followed where they lead to something inside of the lake.
struct LandingWalk {
  private let workspace: Workspace
  private let fileSystem: any FileSystem
  private let definitions: [TableDefinition]
  /// The lake without links, against which the targets of links are held.
  private let lake: String
  private var tables: [DiscoveredTable] = []
  private(set) var warnings: [String] = []
  /// Absolute paths of directories that belong to definitions.
  private var claimed: Set<String> = []
  /// Nesting of directories that is followed.
  private static let depthMax = 64

  init(
    _ workspace: Workspace, _ fileSystem: any FileSystem, definitions: [TableDefinition]
  ) throws(LakeError) {
    self.workspace = workspace
    self.fileSystem = fileSystem
    self.definitions = definitions.filter { $0.name.zone == .landing }
    lake =
      try fileSystem.status(of: workspace.layout.lake, followLinks: true) == nil
      ? workspace.layout.lake : try fileSystem.resolve(workspace.layout.lake)
  }

  /// The tables of landing in the order of their names. `wanted` says which of them are looked
  /// into.
  mutating func run(
    where wanted: (DiscoveredTable) -> Bool
  ) throws(LakeError) -> [DiscoveredTable] {
    try addDefinedTables()
    try addFolders()
    var found: [DiscoveredTable] = []
    for var table in tables where wanted(table) {
      try collect(&table)
      // A folder whose files all belong to definitions below it is no table.
      let isShell = table.definition == nil && table.files.isEmpty && holdsClaims(table)
      if !isShell { found.append(table) }
    }
    return found.sorted { $0.name < $1.name }
  }

  private func holdsClaims(_ table: DiscoveredTable) -> Bool {
    let path = workspace.path(of: table.location)
    return claimed.contains { PathSafety.isInside($0, path) && $0 != path }
  }

  private mutating func addDefinedTables() throws(LakeError) {
    for definition in definitions where definition.format != .delta {
      var table = DiscoveredTable(definition.name, location: "")
      if let location = definition.location {
        let path = try PathSafety.resolve(
          workspace.path(of: location), inside: workspace.root, in: fileSystem)
        table.location = workspace.location(of: path)
        table.reasons.append("its definition says that it is in \(table.location)")
      } else {
        table.location = try usualLocation(of: definition.name)
        table.reasons.append("it is defined, and is in the usual place, \(table.location)")
      }
      table.definition = definition
      claimed.insert(workspace.path(of: table.location))
      tables.append(table)
    }
  }

  /// The folder of a table that is declared without one: `x`, or `x_landing` if only that is there.
  private func usualLocation(of name: TableName) throws(LakeError) -> String {
    let path = workspace.layout.directory(of: name)
    let suffixed = Path.join(workspace.layout.zone(name.zone), name.suffixed)
    if try fileSystem.status(of: path, followLinks: true) == nil,
      try fileSystem.status(of: suffixed, followLinks: true) != nil
    {
      return workspace.location(of: suffixed)
    }
    return workspace.location(of: path)
  }

  private mutating func addFolders() throws(LakeError) {
    let landing = workspace.layout.zone(.landing)
    guard try fileSystem.status(of: landing, followLinks: true)?.kind == .directory else {
      warnings.append("there is no lake/landing")
      return
    }
    for entry in try fileSystem.list(landing) {
      let path = Path.join(landing, entry)
      if LandingWalk.isHidden(entry) || claimed.contains(path) { continue }
      guard let status = try followed(path) else { continue }
      if status.kind == .directory, try hasLog(path) { continue }
      if status.kind == .directory, PartitionPath.value(of: entry) != nil {
        warnings.append(
          "lake/landing/\(entry) looks like a partition and is in no table; it is passed over")
        continue
      }
      add(entry, path, isDirectory: status.kind == .directory)
    }
  }

  /// Whether a directory is a table with a log. Of its files some may belong to it no more.
  private mutating func hasLog(_ path: String) throws(LakeError) -> Bool {
    let log = Path.join(path, "_delta_log")
    guard try fileSystem.status(of: log, followLinks: true)?.kind == .directory else {
      return false
    }
    let location = workspace.location(of: path)
    if try !isRegistered(path) {
      let name = Path.lastComponent(of: path)
      warnings.append(
        "\(location) has a log in Delta's format, and is passed over: CREATE EXTERNAL TABLE "
          + "landing.\(name) LOCATION '\(location)' TBLPROPERTIES ('table_type' = 'DELTA') makes "
          + "it a table")
    }
    return true
  }

  private func isRegistered(_ path: String) throws(LakeError) -> Bool {
    let resolved = try fileSystem.resolve(path)
    for definition in definitions where definition.format == .delta {
      let location = workspace.path(of: definition.location ?? "")
      guard try fileSystem.status(of: location, followLinks: true) != nil else { continue }
      if try fileSystem.resolve(location) == resolved { return true }
    }
    return false
  }

  private mutating func add(_ entry: String, _ path: String, isDirectory: Bool) {
    let location = workspace.location(of: path)
    var name = TableName(.landing, isDirectory ? entry : LandingWalk.stem(of: entry))
    var reason =
      isDirectory
      ? "the folder \(location) is a table" : "the file \(location) is a table by itself"
    if let short = TableName(suffixed: name.name), short.zone == .landing, !isTaken(short) {
      reason += ", called \(short) since its name ends with _landing"
      name = short
    }
    if isTaken(name) {
      warnings.append(
        "\(location) would be \(name), which is another table already; it is passed over")
      return
    }
    var table = DiscoveredTable(name, location: location)
    table.reasons.append(reason)
    tables.append(table)
  }

  private func isTaken(_ name: TableName) -> Bool {
    tables.contains { $0.name == name }
      || definitions.contains { $0.format == .delta && $0.name == name }
  }

  static func isHidden(_ name: String) -> Bool { name.hasPrefix(".") || name.hasPrefix("_") }

  /// `orders` of `orders.json.gz`.
  private static func stem(of name: String) -> String {
    String(name.prefix { $0 != "." })
  }

  // MARK: - Files

  private mutating func collect(_ table: inout DiscoveredTable) throws(LakeError) {
    let path = workspace.path(of: table.location)
    guard let status = try followed(path) else {
      table.warnings.append("there is nothing in \(table.location)")
      return
    }
    if status.kind == .file {
      table.files = [DiscoveredFile(path: "", absolutePath: path, status: status)]
      return
    }
    try collect(path, "", [], depth: 0, &table)
    reportPartitions(&table)
  }

  private mutating func collect(
    _ directory: String, _ relative: String, _ values: [PartitionValue], depth: Int,
    _ table: inout DiscoveredTable
  ) throws(LakeError) {
    guard depth <= LandingWalk.depthMax else {
      table.warnings.append("\(relative) is nested too deep; it is passed over")
      return
    }
    for entry in try fileSystem.list(directory) where !LandingWalk.isHidden(entry) {
      let path = Path.join(directory, entry)
      let name = relative.isEmpty ? entry : "\(relative)/\(entry)"
      guard let status = try followed(path) else { continue }
      if status.kind == .file {
        table.files.append(
          DiscoveredFile(
            path: name, absolutePath: path, status: status, partitionValues: values))
        continue
      }
      if claimed.contains(path), path != workspace.path(of: table.location) { continue }
      let added = PartitionPath.value(of: entry)
      try collect(path, name, values + (added.map { [$0] } ?? []), depth: depth + 1, &table)
    }
  }

  private func reportPartitions(_ table: inout DiscoveredTable) {
    let keys = table.partitionKeys
    if keys.isEmpty { return }
    table.reasons.append(
      "its directories give the partition columns " + keys.joined(separator: ", "))
    let partial = table.files.count { $0.partitionValues.count < keys.count }
    if partial > 0 {
      table.warnings.append(
        "\(partial) of \(table.files.count) files are outside of some partition directory "
          + "(\(keys.joined(separator: ", "))); the values that they lack are null")
    }
  }

  /// What a path names, if it is a file or a directory. A link counts as what it leads to where
  /// that is inside of the lake, and no directory that the link is in.
  private mutating func followed(_ path: String) throws(LakeError) -> FileStatus? {
    guard let status = try fileSystem.status(of: path, followLinks: false) else { return nil }
    switch status.kind {
    case .file, .directory: return status
    case .symbolicLink: return try target(of: path)
    case .fifo, .socket, .device:
      warnings.append("\(workspace.location(of: path)) is no file; it is passed over")
      return nil
    }
  }

  private mutating func target(of path: String) throws(LakeError) -> FileStatus? {
    let name = workspace.location(of: path)
    guard let status = try fileSystem.status(of: path, followLinks: true) else {
      warnings.append("the link \(name) leads nowhere; it is passed over")
      return nil
    }
    let resolved = try fileSystem.resolve(path)
    guard PathSafety.isInside(resolved, lake), !PathSafety.isInside(path, resolved) else {
      warnings.append("the link \(name) leads out of the lake, or in a circle; it is passed over")
      return nil
    }
    switch status.kind {
    case .file, .directory: return status
    default: return nil
    }
  }
}
