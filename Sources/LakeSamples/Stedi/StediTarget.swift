import LakeCore

/// Where the data goes, and what of it is ours.
///
/// Below a plain directory the tables are `customer/`, `accelerometer/` and `step_trainer/`; below
/// a workspace they are the same in `lake/landing/`. Only files of our own naming
/// (`customer-00000.json`, and `README.md` if it begins as ours does) are ever replaced or removed.
struct StediTarget {
  /// What follows the name of a file that is not whole yet.
  static let unfinished = ".partial"

  /// The directory that holds the tables' directories and the README.
  let root: String
  let isWorkspace: Bool
  private let fileSystem: any FileSystem

  init(_ directory: String, fileSystem: any FileSystem) throws {
    self.fileSystem = fileSystem
    var base = directory
    while base.count > 1, base.hasSuffix("/") { base.removeLast() }
    let marker = base + "/catalog/workspace.json"
    isWorkspace = try fileSystem.status(of: marker, followLinks: true)?.kind == .file
    root = isWorkspace ? base + "/lake/landing" : base
  }

  var readme: String { root + "/README.md" }

  func directory(of table: StediTable) -> String { "\(root)/\(table.rawValue)" }

  func file(_ index: Int, of table: StediTable) -> String {
    "\(directory(of: table))/\(StediTarget.fileName(index, of: table))"
  }

  static func fileName(_ index: Int, of table: StediTable) -> String {
    let digits = String(index)
    let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
    return "\(table.rawValue)-\(zeros)\(digits).json"
  }

  /// Whether a name is one that `fileName` makes, finished or not.
  static func isOurs(_ name: String, of table: StediTable) -> Bool {
    var stem = name[...]
    if stem.hasSuffix(unfinished) { stem = stem.dropLast(unfinished.count) }
    guard stem.hasPrefix(table.rawValue + "-"), stem.hasSuffix(".json") else { return false }
    let digits = stem.dropFirst(table.rawValue.utf8.count + 1).dropLast(5)
    return digits.utf8.count == 5 && digits.utf8.allSatisfy { 48...57 ~= $0 }
  }
}

extension StediTarget {
  /// Refuses what is in the way, then makes the directories.
  func prepare(replacesExisting: Bool) throws {
    if !replacesExisting { try refuseContent() }
    try refuseForeignReadme(replacesExisting: replacesExisting)
    try fileSystem.makeDirectories(root)
    for table in StediTable.allCases {
      try refuseUnlessDirectory(directory(of: table))
      try fileSystem.makeDirectories(directory(of: table))
    }
  }

  /// Makes a file whose name says that it is not whole yet.
  func createUnfinished(_ path: String) throws -> any WritableFile {
    let unfinished = path + StediTarget.unfinished
    // What a killed process left.
    if try fileSystem.status(of: unfinished, followLinks: false) != nil {
      try fileSystem.removeFile(unfinished)
    }
    return try fileSystem.create(unfinished)
  }

  /// Gives a file that is whole its name.
  func finish(_ path: String) throws {
    try fileSystem.rename(path + StediTarget.unfinished, to: path)
  }

  /// Removes the files of ours that are not among those just written, and counts the strangers.
  func tidy(_ table: StediTable, keeping fileCount: Int) throws -> Int {
    let kept = Set((0..<fileCount).map { StediTarget.fileName($0, of: table) })
    var strangers = 0
    for name in try fileSystem.list(directory(of: table)) where !kept.contains(name) {
      if StediTarget.isOurs(name, of: table) {
        try fileSystem.removeFile("\(directory(of: table))/\(name)")
      } else {
        strangers += 1
      }
    }
    return strangers
  }

  /// Removes what a failed or interrupted generation left, and tables' directories that are empty.
  /// Does its best, since it is called with an error under way.
  func discardUnfinished() {
    try? fileSystem.removeFile(readme + StediTarget.unfinished)
    for table in StediTable.allCases {
      let names = (try? fileSystem.list(directory(of: table))) ?? []
      for name in names
      where name.hasSuffix(StediTarget.unfinished) && StediTarget.isOurs(name, of: table) {
        try? fileSystem.removeFile("\(directory(of: table))/\(name)")
      }
      try? fileSystem.removeDirectory(directory(of: table))
    }
  }

  /// In a workspace only the tables' own directories count: the landing zone may hold more.
  private func refuseContent() throws {
    let places =
      isWorkspace ? StediTable.allCases.map { directory(of: $0) } + [readme] : [root]
    for place in places {
      guard let status = try fileSystem.status(of: place, followLinks: true) else { continue }
      if status.kind == .directory, try fileSystem.list(place).isEmpty { continue }
      throw LakeError(
        .alreadyExists,
        status.kind == .directory
          ? "the directory is not empty" : "there is a file already",
        at: .file(place),
        hint: "Name another directory, or replace earlier data with --force.")
    }
  }

  private func refuseForeignReadme(replacesExisting: Bool) throws {
    guard replacesExisting,
      let status = try fileSystem.status(of: readme, followLinks: false)
    else { return }
    // Ours are a few kilobytes.
    let isSmallFile = status.kind == .file && status.size < 1 << 16
    let content = isSmallFile ? try fileSystem.readWhole(readme, limit: 1 << 16) : []
    if content.starts(with: Array(StediReadme.title.utf8)) { return }
    throw LakeError(
      .alreadyExists, "this file was not written by lake generate, and so is not replaced",
      at: .file(readme), hint: "Move it away, or name another directory.")
  }

  /// A table's directory that is a link could lead anywhere.
  private func refuseUnlessDirectory(_ path: String) throws {
    guard let status = try fileSystem.status(of: path, followLinks: false),
      status.kind != .directory
    else { return }
    throw LakeError(
      .alreadyExists, "a directory is wanted here, and something else is in the way",
      at: .file(path), hint: "Move it away, or name another directory.")
  }
}
