/// The functions of a Swift file, found by keyword and matching braces in scrubbed code.
struct FunctionSpan: Equatable {
  var name: String
  /// Zero-based, of the line with the keyword and of the line with the closing brace.
  var lines: ClosedRange<Int>

  var lineCount: Int { lines.count }

  static func all(in file: SourceFile) -> [FunctionSpan] {
    var spans: [FunctionSpan] = []
    for (index, line) in file.code.enumerated() {
      guard let (name, column) = declaration(in: line) else { continue }
      if let end = end(of: file.code, line: index, column: column) {
        spans.append(FunctionSpan(name: name, lines: index...end))
      }
    }
    return spans
  }

  /// The name of a function that a line declares, and where its signature begins.
  private static func declaration(in line: Substring) -> (name: String, column: Substring.Index)? {
    guard line.has(["func ", "init", "subscript"]) else { return nil }
    let pattern =
      #/(^|[^\w.`])(?:func\s+(?<name>[^\s(<]+)|(?<other>init|deinit|subscript)(?=[\s(<?!{]))/#
    guard let match = line.firstMatch(of: pattern) else { return nil }
    return (String(match.name ?? match.other ?? ""), match.range.upperBound)
  }

  /// The line of the brace that closes the body; nil for a declaration without one.
  private static func end(of code: [Substring], line: Int, column: Substring.Index) -> Int? {
    var parentheses = 0
    var braces = 0
    for index in line..<code.count {
      let text = index == line ? code[index][column...] : code[index]
      if braces == 0, index > line, parentheses == 0, startsAnother(text) { return nil }
      for character in text {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{" where parentheses == 0 || braces > 0: braces += 1
        case "}" where braces > 0:
          braces -= 1
          if braces == 0 { return index }
        case "}" where parentheses == 0: return nil
        default: break
        }
      }
    }
    return nil
  }

  /// Whether a line after a signature begins something else: the signature was a requirement's.
  private static func startsAnother(_ line: Substring) -> Bool {
    let first = line.drop { $0 == " " }
    return first.isEmpty || first.hasPrefix("@")
      || [
        "func", "var", "let", "init", "static", "mutating", "case", "package", "public", "private",
        "associatedtype", "subscript",
      ].contains { first.hasPrefix("\($0) ") || first.hasPrefix("\($0)(") }
  }
}
