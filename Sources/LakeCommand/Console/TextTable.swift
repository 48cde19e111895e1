/// Rows for people: a box on a terminal, aligned words everywhere else.
///
/// On a terminal, columns of text are narrowed until the table fits; where that is not enough,
/// columns in the middle are left out. A last line says so. Anywhere else nothing is ever cut.
/// Numbers stand to the right, grouped on a terminal and as plain digits elsewhere.
package struct TextTable: Sendable {
  package struct Column: Sendable {
    package var title: String
    /// What stands below the title on a terminal: a type.
    package var subtitle: String?
    package var isNumeric: Bool

    package static func text(_ title: String, _ subtitle: String? = nil) -> Column {
      Column(title: title, subtitle: subtitle, isNumeric: false)
    }
    package static func number(_ title: String, _ subtitle: String? = nil) -> Column {
      Column(title: title, subtitle: subtitle, isNumeric: true)
    }
  }

  package enum Cell: Sendable {
    case text(String)
    case number(Int)
    /// The value NULL, which is no text and looks like none.
    case null
    case empty
  }

  let columns: [Column]
  private var rows: [[Cell]] = []
  /// Where rows were left out: before the row of this number.
  package var gap: Int?
  /// What a column of text takes at most on a terminal.
  package var columnWidthMax: Int?
  /// How to see what was cut.
  package var wholeHint = "--json shows them whole."

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

  // MARK: - Parts of both forms

  var titles: [String] { columns.map { SafeText.escaped($0.title) } }

  /// Nil where no column has one.
  var subtitles: [String]? {
    guard columns.contains(where: { $0.subtitle != nil }) else { return nil }
    return columns.map { SafeText.escaped($0.subtitle ?? "") }
  }

  func isNumeric(_ column: Int) -> Bool { columns[column].isNumeric }

  func isNull(_ row: Int, _ column: Int) -> Bool {
    guard column < rows[row].count, case .null = rows[row][column] else { return false }
    return true
  }

  func texts(grouped: Bool) -> [[String]] {
    rows.map { row in
      columns.indices.map { index in
        guard index < row.count else { return "" }
        switch row[index] {
        case .text(let text): return SafeText.escaped(text)
        case .number(let number): return grouped ? Quantity.grouped(number) : String(number)
        case .null: return "NULL"
        case .empty: return ""
        }
      }
    }
  }

  /// The widest text of each column.
  func widths(of lines: [[String]]) -> [Int] {
    columns.indices.map { index in
      lines.reduce(0) { max($0, DisplayWidth.of($1[index])) }
    }
  }

  func pad(_ text: String, _ width: Int, _ column: Int) -> String {
    let fill = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
    return columns[column].isNumeric ? fill + text : text + fill
  }

  /// Two spaces between columns, no blanks at the ends of lines.
  private func aligned() -> String {
    let lines = [titles] + texts(grouped: false)
    let widths = widths(of: lines)
    var result = ""
    for row in lines {
      var line = ""
      for index in columns.indices {
        line += (index > 0 ? "  " : "") + pad(row[index], widths[index], index)
      }
      while line.last == " " { line.removeLast() }
      result += line + "\n"
    }
    return result
  }
}
