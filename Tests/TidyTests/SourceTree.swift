import Foundation

/// The files that a rule looks at: those of this checkout, or a few made up for its own test.
struct SourceTree: Sendable {
  /// Sorted by path.
  let files: [SourceFile]
  /// Every file and folder, binary ones included.
  let paths: Set<String>

  /// Folders that hold products, data or other people's files.
  private static let skippedFolders: Set<String> = [
    ".git", ".build", ".swiftpm", ".venv", ".work", "__pycache__", "dist", "lake",
  ]

  /// Files whose content is data for a test, bad on purpose or by nature.
  static func isTestData(_ path: String) -> Bool {
    path.hasPrefix("Tests/Fixtures/") || path.hasPrefix("Fuzzing/FailCases/")
      || path.hasPrefix("Fuzzing/Seeds/") || path.hasSuffix(".test")
  }

  init(texts: [String: String]) {
    files = texts.map { SourceFile(path: $0.key, text: $0.value) }.sorted { $0.path < $1.path }
    paths = Set(texts.keys.flatMap(Self.pathAndFolders))
  }

  /// The checkout at `root`. Symbolic links are not followed.
  init(root: String) throws {
    var files: [SourceFile] = []
    var paths: Set<String> = []
    let enumerator = FileManager.default.enumerator(atPath: root)
    while let path = enumerator?.nextObject() as? String {
      let name = (path as NSString).lastPathComponent
      let type = enumerator?.fileAttributes?[.type] as? FileAttributeType
      if type == .typeDirectory {
        let isSkipped = Self.skippedFolders.contains(name) && path != "Sources/lake"
        if isSkipped { enumerator?.skipDescendants() } else { paths.insert(path) }
        continue
      }
      paths.insert(path)
      guard type == .typeRegular, name != ".git",
        let data = FileManager.default.contents(atPath: "\(root)/\(path)"),
        !data.contains(0), let text = String(data: data, encoding: .utf8)
      else { continue }
      files.append(SourceFile(path: path, text: text))
    }
    self.files = files.sorted { $0.path < $1.path }
    self.paths = paths
  }

  private static func pathAndFolders(_ path: String) -> [String] {
    let parts = path.split(separator: "/")
    return parts.indices.map { parts[...$0].joined(separator: "/") }
  }

  /// Swift files below a folder.
  func swift(in folder: String) -> [SourceFile] {
    files.filter { $0.path.hasPrefix("\(folder)/") && $0.isSwift }
  }

  func file(_ path: String) -> SourceFile? { files.first { $0.path == path } }

  /// Whether there is a file or folder of that name.
  func exists(_ path: String) -> Bool {
    paths.contains(path.hasSuffix("/") ? String(path.dropLast()) : path)
  }
}

/// A text file, as it stands and as a compiler sees it.
struct SourceFile: Sendable {
  let path: String
  let text: String
  let lines: [Substring]
  /// The lines of a Swift file with comments and the content of strings blanked out.
  let code: [Substring]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    code =
      path.hasSuffix(".swift")
      ? SwiftScrubber.scrub(text).split(separator: "\n", omittingEmptySubsequences: false) : lines
  }

  var isSwift: Bool { path.hasSuffix(".swift") }
  var isMarkdown: Bool { path.hasSuffix(".md") }
  var isC: Bool { path.hasSuffix(".c") || path.hasSuffix(".h") }
  var isScript: Bool { text.hasPrefix("#!") || path.hasSuffix(".bash") }
  var isShellScript: Bool { isScript && (path.hasSuffix(".bash") || lines[0].hasSuffix("sh")) }
  /// Lines, without the empty piece behind the last newline.
  var lineCount: Int { lines.last == "" ? lines.count - 1 : lines.count }

  /// The folder below `Sources` or `Tests` that the file is in: its module.
  var module: String? {
    let parts = path.split(separator: "/")
    guard parts.count >= 3, parts[0] == "Sources" || parts[0] == "Tests" else { return nil }
    return parts[1] == "System" ? (parts.count >= 4 ? String(parts[2]) : nil) : String(parts[1])
  }

  func finding(_ lineIndex: Int, _ message: String) -> Finding {
    Finding(path: path, line: lineIndex + 1, message: message)
  }
}

/// Something that a rule does not like.
struct Finding: Sendable, Equatable, CustomStringConvertible {
  var path: String
  /// One-based; nil where the file as a whole is meant.
  var line: Int?
  var message: String

  var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(message)" }
}
