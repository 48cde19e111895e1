/// Draws the lines that are being edited, and draws them anew in the same place after a change.
///
/// Lines are broken here and not by the terminal, one column before its edge, since terminals do
/// not agree on where the cursor is behind the last column.
struct LineScreen {
  /// A line as it is drawn: a prompt, then the text.
  struct Line {
    var prompt: String
    var text: ArraySlice<Character>
  }

  /// Lines of the terminal.
  private struct Layout {
    var lines = [""]
    var cursor = (line: 0, column: 0)
  }

  private let style: Style
  /// How far below the first line the cursor was left.
  private var cursorLine = 0

  init(_ style: Style) {
    self.style = style
  }

  /// What to write so that the lines are seen, with the cursor at an offset of one of them.
  mutating func draw(
    _ lines: [Line], cursorLine: Int, offset: Int, width: Int, height: Int
  ) -> String {
    var layout = layout(lines, cursorLine, offset, limit: max(width - 1, 8))
    LineScreen.crop(&layout, to: max(height, 2))
    var text = "\u{1B}[?25l" + toTop() + "\u{1B}[J"
    text += layout.lines.joined(separator: "\r\n")
    text += LineScreen.up(layout.lines.count - 1 - layout.cursor.line) + "\r"
    if layout.cursor.column > 0 { text += "\u{1B}[\(layout.cursor.column)C" }
    self.cursorLine = layout.cursor.line
    return text + "\u{1B}[?25h"
  }

  /// What to write so that the next drawing begins on a new screen.
  mutating func clear() -> String {
    cursorLine = 0
    return "\u{1B}[H\u{1B}[2J"
  }

  /// The next drawing begins where the cursor is.
  mutating func begin() { cursorLine = 0 }

  private func toTop() -> String { LineScreen.up(cursorLine) + "\r" }

  private static func up(_ count: Int) -> String { count > 0 ? "\u{1B}[\(count)A" : "" }

  private func layout(
    _ lines: [Line], _ cursorLine: Int, _ offset: Int, limit: Int
  ) -> Layout {
    var layout = Layout(lines: [], cursor: (0, 0))
    for (number, line) in lines.enumerated() {
      var column = DisplayWidth.of(line.prompt)
      layout.lines.append(style.bold(line.prompt))
      for (index, character) in line.text.enumerated() {
        let shown = character == "\t" ? "  " : SafeText.escaped(String(character))
        let width = DisplayWidth.of(shown)
        if column + width > limit {
          layout.lines.append("")
          column = 0
        }
        if number == cursorLine, index == offset {
          layout.cursor = (layout.lines.count - 1, column)
        }
        layout.lines[layout.lines.count - 1] += shown
        column += width
      }
      if number == cursorLine, offset >= line.text.count {
        layout.cursor = (layout.lines.count - 1, column)
      }
    }
    return layout
  }

  /// Keeps the lines around the cursor where there are more than the terminal has.
  private static func crop(_ layout: inout Layout, to height: Int) {
    guard layout.lines.count > height else { return }
    let last = min(layout.lines.count, max(height, layout.cursor.line + 1))
    let first = last - height
    layout.lines = Array(layout.lines[first..<last])
    layout.cursor.line -= first
  }
}
