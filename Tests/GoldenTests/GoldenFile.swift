import Foundation

/// A golden file: what to put into a folder, what to type there, and what is to be seen.
///
/// The format is described in `Tests/Golden/README.md`. The parser keeps every line that it does
/// not own, so that rewriting changes expectations and nothing else.
struct GoldenFile {
  enum Part: Equatable {
    /// Comments and blank lines between the others, as they stand.
    case remark([String])
    case file(name: String, content: [UInt8], lines: [String])
    case command(Command)
  }

  struct Command: Equatable {
    /// What the shell is given; lines after the first stood behind `> `.
    var text: String
    var expected: Expectation
    /// One-based, of the `$`.
    var line: Int
    /// Blank lines that stood between this command and what follows.
    var blankLinesAfter: Int
  }

  struct Expectation: Equatable {
    var output: [UInt8] = []
    var error: [UInt8] = []
    var exitCode: Int32 = 0
  }

  struct FormatError: Error, CustomStringConvertible {
    var line: Int
    var message: String
    var description: String { "line \(line): \(message)" }
  }

  var conditions: [Condition] = []
  var parts: [Part] = []

  /// When a file is not to be run.
  enum Condition: String, CaseIterable {
    case withoutCodecs = "[skip-if codecs=none]"
    case withCodecs = "[skip-unless codecs=none]"
    case asRoot = "[skip-if user=root]"
  }

  /// Whether a line of a command's output has to be escaped, since it would end the expectation.
  static func isDirective(_ line: Substring) -> Bool {
    line.hasPrefix("$ ") || line.hasPrefix("> ") || line.hasPrefix("# ") || line == "#"
      || line.hasPrefix("file ") || line.hasPrefix("exit: ") || line == "stderr:"
      || line.hasPrefix("[skip-")
  }
}

extension GoldenFile {
  init(parsing text: String) throws(FormatError) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    var next = 0
    while next < lines.count {
      let line = lines[next]
      if line.hasPrefix("file ") {
        parts.append(try Self.parseFile(lines, &next))
      } else if line.hasPrefix("$ ") {
        parts.append(try Self.parseCommand(lines, &next))
      } else if line.isEmpty || line.hasPrefix("#") || line.hasPrefix("[skip-") {
        if line.hasPrefix("[") { conditions.append(try Self.parseCondition(line, next + 1)) }
        appendRemark(String(line))
        next += 1
      } else {
        throw FormatError(
          line: next + 1, message: "'\(line)' is no directive, and no command stands before it")
      }
    }
    guard parts.contains(where: { if case .command = $0 { true } else { false } }) else {
      throw FormatError(line: lines.count, message: "the file has no command")
    }
  }

  private mutating func appendRemark(_ line: String) {
    if case .remark(let lines) = parts.last {
      parts[parts.count - 1] = .remark(lines + [line])
    } else {
      parts.append(.remark([line]))
    }
  }

  private static func parseCondition(
    _ line: Substring, _ number: Int
  ) throws(FormatError) -> Condition {
    if let condition = Condition(rawValue: String(line)) { return condition }
    let known = Condition.allCases.map(\.rawValue).joined(separator: ", ")
    throw FormatError(line: number, message: "'\(line)' is none of \(known)")
  }

  private static func parseFile(_ lines: [Substring], _ next: inout Int) throws(FormatError) -> Part
  {
    let start = next
    let name = String(lines[start].dropFirst("file ".count))
    guard !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
      throw FormatError(line: start + 1, message: "a file's name stays below the test's folder")
    }
    next += 1
    var content: [UInt8] = []
    var kept: [String] = []
    while next < lines.count, lines[next] != "----" {
      content += try decode(lines[next], next + 1)
      kept.append(String(lines[next]))
      next += 1
    }
    guard next < lines.count else {
      throw FormatError(line: start + 1, message: "the content of \(name) does not end with ----")
    }
    next += 1
    return .file(name: name, content: content, lines: kept)
  }

  private static func parseCommand(
    _ lines: [Substring], _ next: inout Int
  ) throws(FormatError) -> Part {
    let line = next + 1
    var text = String(lines[next].dropFirst(2))
    next += 1
    while next < lines.count, lines[next].hasPrefix("> ") {
      text += "\n" + lines[next].dropFirst(2)
      next += 1
    }
    var expected = Expectation()
    expected.output = try parseBlock(lines, &next)
    if next < lines.count, lines[next] == "stderr:" {
      next += 1
      expected.error = try parseBlock(lines, &next)
    }
    if next < lines.count, lines[next].hasPrefix("exit: ") {
      guard let code = Int32(lines[next].dropFirst("exit: ".count)) else {
        throw FormatError(line: next + 1, message: "'\(lines[next])' has no number")
      }
      expected.exitCode = code
      next += 1
    }
    var blankLinesAfter = 0
    while next < lines.count, lines[next].isEmpty {
      blankLinesAfter += 1
      next += 1
    }
    return .command(
      Command(text: text, expected: expected, line: line, blankLinesAfter: blankLinesAfter))
  }

  /// The lines up to the next directive. Blank lines before that separate; they are not output.
  private static func parseBlock(
    _ lines: [Substring], _ next: inout Int
  ) throws(FormatError) -> [UInt8] {
    var end = next
    while end < lines.count, !isDirective(lines[end]) { end += 1 }
    while end > next, lines[end - 1].isEmpty { end -= 1 }
    var bytes: [UInt8] = []
    for index in next..<end { bytes += try decode(lines[index], index + 1) }
    next = end
    return bytes
  }

  private static func decode(_ line: Substring, _ number: Int) throws(FormatError) -> [UInt8] {
    if let bytes = GoldenLine.decode(line) { return bytes }
    throw FormatError(line: number, message: "'\(line)' has an unknown escape")
  }
}

extension GoldenFile {
  /// The file as text. Parsing it gives the same parts.
  var text: String {
    var lines: [String] = []
    for part in parts {
      switch part {
      case .remark(let remark): lines += remark
      case .file(let name, _, let content): lines += ["file \(name)"] + content + ["----"]
      case .command(let command): lines += Self.lines(of: command)
      }
    }
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(of command: Command) -> [String] {
    let typed = command.text.split(separator: "\n", omittingEmptySubsequences: false)
    var lines = typed.enumerated().map { $0.offset == 0 ? "$ \($0.element)" : "> \($0.element)" }
    lines += GoldenLine.encode(command.expected.output, isDirective: isDirective)
    if !command.expected.error.isEmpty {
      lines.append("stderr:")
      lines += GoldenLine.encode(command.expected.error, isDirective: isDirective)
    }
    if command.expected.exitCode != 0 { lines.append("exit: \(command.expected.exitCode)") }
    return lines + Array(repeating: "", count: command.blankLinesAfter)
  }
}
