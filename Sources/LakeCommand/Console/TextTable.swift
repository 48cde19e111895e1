/// Rows for people: a box on a terminal, aligned words everywhere else.
///
/// On a terminal, columns of text are narrowed until the table fits and a last line says that
/// something was cut. Anywhere else nothing is ever cut. Numbers stand to the right, grouped on a
/// terminal and as plain digits elsewhere.
package struct TextTable: Sendable {
  package struct Column: Sendable {
    package var title: String
    package var isNumeric: Bool

    package static func text(_ title: String) -> Column { Column(title: title, isNumeric: false) }
    package static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }
  }

  package enum Cell: Sendable {
    case text(String)
    case number(Int)
    case empty
  }

  /// A column is not made narrower than this.
  private static let narrowest = 6

  private let columns: [Column]
  private var rows: [[Cell]] = []

  package init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row; cells that are missing are empty.
  package mutating func append(_ cells: [Cell]) {
    rows.append(Array(cells.prefix(columns.count)))
  }

  package func rendered(for traits: SinkTraits) -> String {
    traits.isTerminal ? boxed(traits) : aligned()
  }

  private func texts(grouped: Bool) -> [[String]] {
    rows.map { row in
      columns.indices.map { index in
        guard index < row.count else { return "" }
        switch row[index] {
        case .text(let text): return SafeText.escaped(text)
        case .number(let number): return grouped ? Quantity.grouped(number) : String(number)
        case .empty: return ""
        }
      }
    }
  }

  private func widths(of texts: [[String]]) -> [Int] {
    columns.indices.map { index in
      texts.reduce(DisplayWidth.of(columns[index].title)) {
        max($0, DisplayWidth.of($1[index]))
      }
    }
  }

  private func pad(_ text: String, _ width: Int, _ column: Int) -> String {
    let fill = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
    return columns[column].isNumeric ? fill + text : text + fill
  }
}

extension TextTable {
  /// Two spaces between columns, no blanks at the ends of lines.
  private func aligned() -> String {
    let texts = texts(grouped: false)
    let widths = widths(of: texts)
    var result = ""
    for row in [columns.map(\.title)] + texts {
      var line = ""
      for index in columns.indices {
        line += (index > 0 ? "  " : "") + pad(row[index], widths[index], index)
      }
      while line.last == " " { line.removeLast() }
      result += line + "\n"
    }
    return result
  }

  private func boxed(_ traits: SinkTraits) -> String {
    let style = Style(traits)
    let texts = texts(grouped: true)
    let natural = widths(of: texts)
    let widths = fit(natural, into: traits.width - 3 * columns.count - 1)
    func rule(_ left: String, _ middle: String, _ right: String) -> String {
      let parts = widths.map { String(repeating: "─", count: $0 + 2) }
      return style.dim(left + parts.joined(separator: middle) + right) + "\n"
    }
    func line(_ row: [String], bold: Bool = false) -> String {
      let bar = style.dim("│")
      let cells = columns.indices.map { index in
        let text = pad(DisplayWidth.cut(row[index], to: widths[index]), widths[index], index)
        return " " + (bold ? style.bold(text) : text) + " "
      }
      return bar + cells.joined(separator: bar) + bar + "\n"
    }
    var result = rule("┌", "┬", "┐") + line(columns.map(\.title), bold: true)
    result += rule("├", "┼", "┤")
    for row in texts { result += line(row) }
    result += rule("└", "┴", "┘")
    if widths != natural {
      result += style.dim("Columns are cut to fit the terminal; --json shows them whole.") + "\n"
    }
    return result
  }

  /// Takes columns from the widest text until the sum fits, or nothing more can be taken.
  private func fit(_ natural: [Int], into available: Int) -> [Int] {
    var widths = natural
    var excess = widths.reduce(0, +) - available
    while excess > 0 {
      let candidates = columns.indices.filter {
        !columns[$0].isNumeric && widths[$0] > TextTable.narrowest
      }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
