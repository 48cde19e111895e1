/// Tables on a terminal.
extension TextTable {
  func boxed(_ traits: SinkTraits) -> String {
    let texts = texts(grouped: true)
    let layout = TableLayout(self, texts, screenWidth: traits.width)
    let style = Style(traits)
    func rule(_ left: String, _ middle: String, _ right: String) -> String {
      let parts = layout.shown.map { String(repeating: "─", count: layout.width($0) + 2) }
      return style.dim(left + parts.joined(separator: middle) + right) + "\n"
    }
    func line(_ row: [String], _ look: (String, Int) -> String) -> String {
      let bar = style.dim("│")
      let cells = layout.shown.map { column -> String in
        guard let column else { return " " + style.dim("…") + " " }
        let width = layout.width(column)
        let text = pad(DisplayWidth.cut(row[column], to: width), width, column)
        return " " + look(text, column) + " "
      }
      return bar + cells.joined(separator: bar) + bar + "\n"
    }
    var result = rule("┌", "┬", "┐")
    result += line(titles) { text, _ in style.bold(text) }
    if let subtitles { result += line(subtitles) { text, _ in style.dim(text) } }
    result += rule("├", "┼", "┤")
    for (number, row) in texts.enumerated() {
      if number == gap { result += line(titles.map { _ in "⋮" }) { text, _ in style.dim(text) } }
      result += line(row) { text, column in isNull(number, column) ? style.dim(text) : text }
    }
    result += rule("└", "┴", "┘")
    for note in layout.notes(wholeHint) { result += style.dim(note) + "\n" }
    return result
  }
}

/// Which columns of a table are drawn on a terminal, and how wide.
struct TableLayout {
  /// Columns by their place; nil where some were left out.
  private(set) var shown: [Int?]
  private var widths: [Int]
  private var isCut = false

  /// A column is not made narrower than this.
  private static let narrowest = 6
  /// What a type may take below a short title; those of nested values are long.
  private static let subtitleWidthMax = 16
  /// What a column takes besides its text: a bar, and a blank on both sides.
  private static let frame = 3

  init(_ table: TextTable, _ texts: [[String]], screenWidth: Int) {
    let values = table.widths(of: texts)
    let head = table.widths(of: [table.titles])
    let types = table.widths(of: table.subtitles.map { [$0] } ?? [])
    let natural = values.indices.map {
      max(values[$0], head[$0], min(types[$0], TableLayout.subtitleWidthMax))
    }
    // Numbers are never cut, and their titles can be.
    let least = natural.indices.map { index in
      min(natural[index], max(table.isNumeric(index) ? values[index] : 0, TableLayout.narrowest))
    }
    var wanted = natural
    if let most = table.columnWidthMax {
      for index in wanted.indices { wanted[index] = max(min(wanted[index], most), least[index]) }
    }
    widths = wanted
    shown = natural.indices.map { $0 }
    let available = screenWidth - 1
    fit(wanted, least, into: available)
    if total > available {
      leaveOut(available)
      // What is left may be as wide as it wants to be again.
      widths = wanted
      fit(wanted, least, into: available)
    }
    isCut = shown.contains { $0.map { widths[$0] < natural[$0] } ?? false }
  }

  func width(_ column: Int?) -> Int { column.map { widths[$0] } ?? 1 }

  /// What is to be said below the table.
  func notes(_ hint: String) -> [String] {
    var notes: [String] = []
    let count = shown.count { $0 != nil }
    if count < widths.count {
      notes.append("\(count) of \(widths.count) columns fit the terminal; \(hint)")
    } else if isCut {
      notes.append("Columns are cut to fit the terminal; \(hint)")
    }
    return notes
  }

  private var total: Int { shown.reduce(0) { $0 + width($1) + TableLayout.frame } }

  /// Narrows the widest columns to one width, so that all fits or nothing more can be taken.
  private mutating func fit(_ wanted: [Int], _ least: [Int], into available: Int) {
    guard total > available else { return }
    func narrow(to width: Int) -> [Int] {
      wanted.indices.map { max(least[$0], min(wanted[$0], width)) }
    }
    var (low, high) = (TableLayout.narrowest, max(TableLayout.narrowest, wanted.max() ?? 0))
    while low < high {
      let middle = (low + high + 1) / 2
      widths = narrow(to: middle)
      if total <= available { low = middle } else { high = middle - 1 }
    }
    widths = narrow(to: low)
    var rest = available - total
    for index in shown.compactMap({ $0 }).reversed() where rest > 0 && wanted[index] > low {
      guard widths[index] == low else { continue }
      widths[index] += 1
      rest -= 1
    }
  }

  /// Keeps columns of both ends.
  private mutating func leaveOut(_ available: Int) {
    var room = available - 1 - TableLayout.frame
    var (left, right) = (0, widths.count)
    var isFromLeft = true
    while left < right {
      let next = isFromLeft ? left : right - 1
      room -= widths[next] + TableLayout.frame
      if room < 0, left > 0 { break }
      if isFromLeft { left += 1 } else { right -= 1 }
      isFromLeft.toggle()
    }
    shown = (0..<left).map { $0 } + [nil] + (right..<widths.count).map { $0 }
  }
}
