/// What a word could be completed to, in columns.
enum CandidateList {
  private static let linesMax = 20

  static func text(_ candidates: [String], width: Int) -> String {
    let shown = candidates.map { SafeText.escaped($0) }
    let column = (shown.map { DisplayWidth.of($0) }.max() ?? 0) + 2
    let perLine = max(1, (width - 1) / column)
    let lineCount = min(linesMax, (shown.count + perLine - 1) / perLine)
    var text = ""
    for line in 0..<lineCount {
      var row = ""
      for index in stride(from: line, to: min(shown.count, lineCount * perLine), by: lineCount) {
        row += shown[index]
        row += String(repeating: " ", count: column - DisplayWidth.of(shown[index]))
      }
      while row.last == " " { row.removeLast() }
      text += row + "\r\n"
    }
    let rest = shown.count - lineCount * perLine
    return rest > 0 ? text + "… and \(rest) more\r\n" : text
  }
}
