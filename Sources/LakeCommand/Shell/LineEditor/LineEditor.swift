/// Edits lines on a terminal: arrows, history, completion, search; with the keys that bash, psql
/// and the like have.
///
/// One statement is edited as a whole, however many lines it has: Enter begins a new line until the
/// statement has ended. The terminal is reached by functions, so that tests can play one.
package final class LineEditor {
  package enum Outcome: Sendable, Equatable {
    case entered(String)
    /// Ctrl-C.
    case interrupted
    /// Ctrl-D on an empty line, or nobody there any more.
    case end
  }

  /// What the editor asks of its owner.
  package struct Behaviour {
    /// The prompt of a line, by the text before it.
    package var prompt: (_ before: String) -> String
    /// Whether Enter is the end of it.
    package var isWhole: (_ text: String) -> Bool
    /// What could stand from an offset of characters up to the cursor.
    package var complete: (_ before: String, _ all: String) -> (start: Int, candidates: [String])

    package init(
      prompt: @escaping (String) -> String, isWhole: @escaping (String) -> Bool,
      complete: @escaping (String, String) -> (start: Int, candidates: [String])
    ) {
      self.prompt = prompt
      self.isWhole = isWhole
      self.complete = complete
    }
  }

  package var history: LineHistory
  private let terminal: EditorTerminal
  private let behaviour: Behaviour
  private var keys: KeyReader
  private var screen: LineScreen
  private var buffer = LineBuffer()
  /// Whether the key before was a Tab that could not go on.
  private var isSecondTab = false

  package init(
    _ terminal: EditorTerminal, style: Style, history: LineHistory, behaviour: Behaviour
  ) {
    self.terminal = terminal
    self.behaviour = behaviour
    self.history = history
    keys = KeyReader(terminal.read)
    screen = LineScreen(style)
  }

  /// Lets somebody type, up to what ends it.
  package func read() throws -> Outcome {
    buffer = LineBuffer()
    history.reset()
    screen.begin()
    try draw()
    while let key = try keys.next() {
      if let outcome = try handle(key) { return outcome }
      if key != .tab { isSecondTab = false }
      try draw()
    }
    try leave()
    return .end
  }

  // MARK: - Keys

  private func handle(_ key: Key) throws -> Outcome? {
    switch key {
    case .enter: return try enter()
    case .control("c"):
      try leave("^C")
      return .interrupted
    case .control("d") where buffer.isEmpty:
      try leave()
      return .end
    case .control("r"): return try search()
    case .control("l"): try terminal.write(screen.clear())
    case .control("z"): try suspend()
    case .tab: try complete()
    case .up, .control("p"): goUp()
    case .down, .control("n"): goDown()
    default: edit(key)
    }
    return nil
  }

  private func edit(_ key: Key) {
    switch key {
    case .text(let text), .paste(let text): buffer.insert(text)
    case .backspace: buffer.deleteBackward()
    case .delete, .control("d"): buffer.deleteForward()
    case .control("w"): buffer.cutBlankWordBackward()
    case .control("u"): buffer.cutToStartOfLine()
    case .control("k"): buffer.cutToEndOfLine()
    case .control("y"): buffer.paste()
    case .control("t"): buffer.exchange()
    case .alt("\u{8}"): buffer.cutWordBackward()
    case .alt("d"): buffer.cutWordForward()
    default: move(key)
    }
  }

  private func move(_ key: Key) {
    switch key {
    case .left, .control("b"): buffer.moveLeft()
    case .right, .control("f"): buffer.moveRight()
    case .home, .control("a"): buffer.moveToStartOfLine()
    case .end, .control("e"): buffer.moveToEndOfLine()
    case .wordLeft, .alt("b"): buffer.moveWordLeft()
    case .wordRight, .alt("f"): buffer.moveWordRight()
    case .textStart, .alt("<"): buffer.moveToStart()
    case .textEnd, .alt(">"): buffer.moveToEnd()
    default: break
    }
  }

  private func enter() throws -> Outcome? {
    guard behaviour.isWhole(buffer.text) else {
      buffer.insert("\n")
      return nil
    }
    buffer.moveToEnd()
    try draw()
    try leave()
    return .entered(buffer.text)
  }

  private func goUp() {
    if !buffer.moveUp(), let older = history.older(than: buffer.text) {
      buffer.replace(with: older)
    }
  }

  private func goDown() {
    if !buffer.moveDown(), let newer = history.newer() { buffer.replace(with: newer) }
  }

  private func suspend() throws {
    try leave()
    terminal.suspend()
    screen.begin()
  }

  // MARK: - Completion

  private func complete() throws {
    let (start, candidates) = behaviour.complete(buffer.textBeforeCursor, buffer.text)
    let typed = String(buffer.characters[min(start, buffer.cursor)..<buffer.cursor])
    guard let first = candidates.first else { return try ring() }
    let common = candidates.dropFirst().reduce(first) { LineEditor.commonStart($0, $1) }
    if candidates.count == 1 || common.count > typed.count {
      buffer.complete(from: start, with: common)
      return
    }
    guard isSecondTab else {
      isSecondTab = true
      return try ring()
    }
    try leave()
    try terminal.write(CandidateList.text(candidates, width: terminal.size().width))
    screen.begin()
  }

  private func ring() throws { try terminal.write("\u{7}") }

  private static func commonStart(_ a: String, _ b: String) -> String {
    var common = ""
    for (x, y) in zip(a, b) {
      guard x == y || x.lowercased() == y.lowercased() else { break }
      common.append(x)
    }
    return common
  }

  // MARK: - Search

  /// Looks for what was entered before, as it is typed.
  private func search() throws -> Outcome? {
    var wanted = ""
    var found: (place: Int, entry: String)?
    try drawSearch(wanted, found?.entry)
    while let key = try keys.next() {
      switch key {
      case .text(let text):
        wanted += text
        let limit = found.map { $0.place + 1 } ?? history.entries.count
        found = history.find(wanted, before: limit)
      case .backspace:
        _ = wanted.popLast()
        found = history.find(wanted, before: history.entries.count)
      case .control("r"):
        found = history.find(wanted, before: found?.place ?? history.entries.count) ?? found
      case .escape, .control("g"), .control("c"):
        return nil
      default:
        if let entry = found?.entry { buffer.replace(with: entry) }
        try draw()
        return try handle(key)
      }
      try drawSearch(wanted, found?.entry)
    }
    return .end
  }

  private func drawSearch(_ wanted: String, _ entry: String?) throws {
    let state = entry == nil && !wanted.isEmpty ? "nothing with" : "search"
    let shown = Array((entry ?? "").replacing("\n", with: " "))
    let line = LineScreen.Line(prompt: "(\(state) '\(wanted)') ", text: shown[...])
    try draw([line], cursorLine: 0, offset: shown.count)
  }

  // MARK: - Drawing

  private func draw() throws {
    var lines: [LineScreen.Line] = []
    var (cursorLine, offset) = (0, 0)
    var before = ""
    let characters = buffer.characters
    var start = 0
    for end in characters.indices.filter({ characters[$0] == "\n" }) + [characters.count] {
      lines.append(.init(prompt: behaviour.prompt(before), text: characters[start..<end]))
      if start <= buffer.cursor, buffer.cursor <= end {
        (cursorLine, offset) = (lines.count - 1, buffer.cursor - start)
      }
      before += String(characters[start..<end]) + "\n"
      start = end + 1
    }
    try draw(lines, cursorLine: cursorLine, offset: offset)
  }

  private func draw(_ lines: [LineScreen.Line], cursorLine: Int, offset: Int) throws {
    let (width, height) = terminal.size()
    try terminal.write(
      screen.draw(lines, cursorLine: cursorLine, offset: offset, width: width, height: height))
  }

  /// Goes to the line below what was typed.
  private func leave(_ mark: String = "") throws {
    buffer.moveToEnd()
    try draw()
    try terminal.write(mark + "\r\n")
  }
}
