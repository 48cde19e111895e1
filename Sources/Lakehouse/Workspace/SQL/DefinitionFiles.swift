import LakeCore
import LakePipelines
import LakeSQL

/// The files `catalog/*.sql`, as statements change them.
struct DefinitionFiles {
  private let session: WorkspaceSession

  private static let fileBytesMax = 16 << 20

  init(_ session: WorkspaceSession) {
    self.session = session
  }

  private var directory: String { session.layout.catalogDirectory }

  /// Writes a statement to a file of this name, or of this name and a number where there is one.
  /// Returns the path from the workspace.
  func save(_ statement: String, named name: String) throws(LakeError) -> String {
    let plain = String(
      name.unicodeScalars.map { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || 0x30...0x39 ~= scalar.value)
          || scalar == "_" ? Character(scalar) : "_"
      })
    var file = "\(plain).sql"
    var number = 2
    while try session.fileSystem.status(of: Path.join(directory, file), followLinks: false) != nil {
      file = "\(plain)_\(number).sql"
      number += 1
    }
    try session.fileSystem.makeDirectories(directory)
    try session.fileSystem.writeWhole(statement + ";\n", to: Path.join(directory, file))
    return "catalog/\(file)"
  }

  /// Takes statements out of their files; a file that holds nothing else goes with them. Returns
  /// the files' paths from the workspace.
  @discardableResult
  func remove(
    where isWanted: (Statement, SourceText) -> Bool
  ) throws(LakeError) -> [String] {
    let fileSystem = session.fileSystem
    var changed: [String] = []
    for (name, bytes, statements) in try files() {
      let path = Path.join(directory, name)
      let text = SourceText(String(decoding: bytes, as: UTF8.self), file: "catalog/\(name)")
      let going = statements.filter { isWanted($0, text) }
      if going.isEmpty { continue }
      changed.append("catalog/\(name)")
      if going.count == statements.count {
        try fileSystem.removeFile(path)
      } else {
        try fileSystem.writeWhole(DefinitionFiles.text(bytes, without: going), to: path)
      }
    }
    if !changed.isEmpty { try fileSystem.syncDirectory(directory) }
    return changed
  }

  /// The first definition of an external table that is wanted.
  func first(where isWanted: (Statement) -> Bool) throws(LakeError) -> CreateExternalTable? {
    for (_, _, statements) in try files() {
      for statement in statements where isWanted(statement) {
        if let create = statement.definedTable { return create }
      }
    }
    return nil
  }

  /// Puts a statement where another one stands. Returns the file's path from the workspace.
  func replace(
    with sql: String, where isWanted: (Statement) -> Bool
  ) throws(LakeError) -> String {
    for (name, bytes, statements) in try files() {
      guard let old = statements.first(where: isWanted) else { continue }
      let range = old.range.clamped(to: 0..<bytes.count)
      let text = Array(bytes[..<range.lowerBound]) + Array(sql.utf8) + bytes[range.upperBound...]
      try session.fileSystem.writeWhole(
        String(decoding: text, as: UTF8.self), to: Path.join(directory, name))
      try session.fileSystem.syncDirectory(directory)
      return "catalog/\(name)"
    }
    throw LakeError(.internal, "the definition that is to be changed is gone")
  }

  /// The files in the order of their names, with their statements.
  private func files() throws(LakeError) -> [(
    name: String, bytes: [UInt8], statements: [Statement]
  )] {
    let fileSystem = session.fileSystem
    guard try fileSystem.status(of: directory, followLinks: true) != nil else { return [] }
    var found: [(name: String, bytes: [UInt8], statements: [Statement])] = []
    for name in try fileSystem.list(directory)
    where name.lowercased().hasSuffix(".sql") && !name.hasPrefix(".") {
      let bytes = try fileSystem.readWhole(
        Path.join(directory, name), limit: DefinitionFiles.fileBytesMax)
      let sql = String(decoding: bytes, as: UTF8.self)
      found.append((name, bytes, try SQLParser.parse(sql, file: "catalog/\(name)")))
    }
    return found
  }

  /// What is left of a text without some of its statements and the semicolons behind them.
  private static func text(_ bytes: [UInt8], without statements: [Statement]) -> String {
    var kept: [UInt8] = []
    var position = 0
    for statement in statements.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      let range = statement.range.clamped(to: position..<bytes.count)
      kept += bytes[position..<range.lowerBound]
      let rest = bytes[range.upperBound...]
      let next = rest.first { $0 > 0x20 }
      position = range.upperBound
      if next == UInt8(ascii: ";"), let semicolon = rest.firstIndex(of: UInt8(ascii: ";")) {
        position = semicolon + 1
      }
    }
    return String(decoding: kept + bytes[position...], as: UTF8.self)
  }

  /// Keeps for good that a policy was dropped, and what it said.
  func log(dropped policy: ConsentPolicy, at moment: Int64) throws(LakeError) {
    let fileSystem = session.fileSystem
    let path = Path.join(session.layout.consentDirectory, ConsentStore.dropLog)
    try fileSystem.makeDirectories(session.layout.consentDirectory)
    var lines = ""
    if try fileSystem.status(of: path, followLinks: false) != nil {
      let bytes = try fileSystem.readWhole(path, limit: DefinitionFiles.fileBytesMax)
      lines = String(decoding: bytes, as: UTF8.self)
    }
    let entry = JSONValue.object([
      "dropped_at": .string(Timestamps.text(microseconds: moment)),
      "policy": .string(policy.name), "statement": .string(policy.text),
    ])
    try fileSystem.writeWhole(lines + entry.description + "\n", to: path)
  }
}
