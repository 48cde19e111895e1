/// Writes trees as SQL that is read back as the same tree.
///
/// What fits in a line stands in one. A longer query has a clause on every line, and a member on
/// every line of a list that does not fit.
struct SQLPrinter {
  /// Which quotes names have that need some.
  enum Quotes {
    case double
    /// In Hive's clauses.
    case backTicks
  }

  private(set) var text = ""
  var quotes = Quotes.double
  /// Blanks at the beginning of a new line.
  private var indentation = 0
  /// Everything in one line, however long.
  private let isFlat: Bool

  private static var lineWidth: Int { 90 }

  init(isFlat: Bool = false) {
    self.isFlat = isFlat
  }

  mutating func write(_ part: String) { text += part }

  /// A new line; a blank if all stands in one.
  mutating func newLine() {
    text += isFlat ? " " : "\n" + String(repeating: " ", count: indentation)
  }

  mutating func indented(_ body: (inout SQLPrinter) -> Void) {
    indentation += 2
    body(&self)
    indentation -= 2
  }

  /// What a body writes in one line; nil if that is too long.
  private func line(_ body: (inout SQLPrinter) -> Void) -> String? {
    var printer = SQLPrinter(isFlat: true)
    printer.quotes = quotes
    body(&printer)
    let start = text.utf8.lastIndex(of: 0x0A).map { text.utf8.index(after: $0) }
    let column = text.utf8.distance(from: start ?? text.startIndex, to: text.endIndex)
    return column + printer.text.utf8.count <= SQLPrinter.lineWidth ? printer.text : nil
  }

  /// Writes a body in one line if it fits, and otherwise as it breaks itself.
  mutating func fitting(_ body: (inout SQLPrinter) -> Void) {
    if isFlat {
      body(&self)
    } else if let line = line(body) {
      text += line
    } else {
      body(&self)
    }
  }

  /// Writes one body if it fits in a line, and another if not.
  mutating func fitting(
    _ body: (inout SQLPrinter) -> Void, breaking other: (inout SQLPrinter) -> Void
  ) {
    if isFlat {
      body(&self)
    } else if let line = line(body) {
      text += line
    } else {
      other(&self)
    }
  }

  /// Elements with commas between, in one line.
  mutating func list<Element>(
    _ elements: [Element], _ body: (inout SQLPrinter, Element) -> Void
  ) {
    for (index, element) in elements.enumerated() {
      if index > 0 { write(", ") }
      body(&self, element)
    }
  }

  /// A blank and elements with commas between, if they fit in the line; else each on a line of its
  /// own, indented.
  mutating func breakingList<Element>(
    _ elements: [Element], _ body: (inout SQLPrinter, Element) -> Void
  ) {
    fitting { printer in
      printer.write(" ")
      printer.list(elements, body)
    } breaking: { printer in
      printer.indented { $0.lines(elements, body) }
    }
  }

  private mutating func lines<Element>(
    _ elements: [Element], _ body: (inout SQLPrinter, Element) -> Void
  ) {
    for (index, element) in elements.enumerated() {
      if index > 0 { write(",") }
      newLine()
      body(&self, element)
    }
  }

  /// Elements in parentheses, each on a line of its own.
  mutating func block<Element>(
    _ elements: [Element], _ body: (inout SQLPrinter, Element) -> Void
  ) {
    write("(")
    if isFlat {
      list(elements, body)
    } else {
      indented { $0.lines(elements, body) }
      newLine()
    }
    write(")")
  }

  /// A query in parentheses.
  mutating func parenthesized(_ query: Query) {
    fitting { printer in
      printer.write("(")
      if printer.isFlat {
        printer.write(query)
      } else {
        printer.indented {
          $0.newLine()
          $0.write(query)
        }
        printer.newLine()
      }
      printer.write(")")
    }
  }
}

// MARK: - Names and texts

extension SQLPrinter {
  mutating func write(_ name: Identifier) {
    if name.isQuoted || SQLPrinter.needsQuotes(name.text) {
      write(
        quotes == .double ? SQLPrinter.quoted(name.text, "\"") : SQLPrinter.quoted(name.text, "`"))
    } else {
      write(name.text)
    }
  }

  mutating func write(_ name: QualifiedName) {
    for (index, part) in name.parts.enumerated() {
      if index > 0 { write(".") }
      write(part)
    }
  }

  mutating func write(_ columns: [Identifier]) {
    write("(")
    list(columns) { $0.write($1) }
    write(")")
  }

  mutating func printText(_ text: String) {
    write(SQLPrinter.quoted(text, "'"))
  }

  /// Whether a name would be read as something else without quotes.
  static func needsQuotes(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, ByteClass.isLetter(first),
      bytes.allSatisfy({ $0 < 0x80 && ByteClass.continuesWord($0) })
    else { return true }
    return Keyword(bytes).map(Keyword.quotedWhenPrinted.contains) ?? false
  }

  static func quoted(_ text: String, _ quote: Unicode.Scalar) -> String {
    var result = String.UnicodeScalarView()
    result.append(quote)
    for scalar in text.unicodeScalars {
      if scalar == quote { result.append(quote) }
      result.append(scalar)
    }
    result.append(quote)
    return String(result)
  }
}

// MARK: - What others call

extension Statement {
  /// The statement as SQL, without a semicolon.
  package var sql: String {
    var printer = SQLPrinter()
    printer.write(self)
    return printer.text
  }
}

extension Query {
  package var sql: String {
    var printer = SQLPrinter()
    printer.printFitting(self)
    return printer.text
  }
}

extension Expression {
  /// The expression as SQL, in one line.
  package var sql: String {
    var printer = SQLPrinter(isFlat: true)
    printer.write(self)
    return printer.text
  }
}

extension TableConstraint {
  /// The constraint as SQL, in one line.
  package var sql: String {
    var printer = SQLPrinter(isFlat: true)
    printer.write(TableElement(.constraint(self)))
    return printer.text
  }
}

extension Identifier {
  /// The name as SQL, in double quotes where it needs them.
  package var sql: String {
    var printer = SQLPrinter(isFlat: true)
    printer.write(self)
    return printer.text
  }
}

extension QualifiedName {
  package var sql: String { parts.map(\.sql).joined(separator: ".") }
}
