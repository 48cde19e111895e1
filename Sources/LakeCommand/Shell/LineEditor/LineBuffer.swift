/// What is being typed: characters, lines of them, and a cursor between two of them.
package struct LineBuffer: Sendable {
  package private(set) var characters: [Character] = []
  /// From 0 to the number of characters.
  package private(set) var cursor = 0
  /// What was cut last, to be put in elsewhere.
  private var cut = ""

  package init(_ text: String = "") {
    replace(with: text)
  }

  package var text: String { String(characters) }
  package var isEmpty: Bool { characters.isEmpty }
  package var textBeforeCursor: String { String(characters[..<cursor]) }

  // MARK: - Changing

  package mutating func replace(with text: String) {
    characters = Array(text)
    cursor = characters.count
  }

  /// Puts text in at the cursor. A mark that combines joins the character before it.
  package mutating func insert(_ text: String) {
    let before = cursor > 0 ? String(characters[cursor - 1]) : ""
    let inserted = Array(before + text)
    characters.replaceSubrange((cursor - before.count)..<cursor, with: inserted)
    cursor += inserted.count - before.count
  }

  /// Puts text in the place of what stands from an offset up to the cursor.
  package mutating func complete(from start: Int, with text: String) {
    remove(max(0, min(start, cursor))..<cursor)
    insert(text)
  }

  package mutating func deleteBackward() {
    if cursor > 0 { remove((cursor - 1)..<cursor) }
  }

  package mutating func deleteForward() {
    if cursor < characters.count { remove(cursor..<(cursor + 1)) }
  }

  package mutating func cutToEndOfLine() {
    // At the end of a line its line end goes.
    cut(cursor..<(cursor == lineEnd ? min(cursor + 1, characters.count) : lineEnd))
  }

  package mutating func cutToStartOfLine() { cut(lineStart..<cursor) }
  package mutating func cutWordBackward() { cut(wordStart..<cursor) }
  package mutating func cutWordForward() { cut(cursor..<wordEnd) }

  /// Back to the blank before the word, as Ctrl-W has it.
  package mutating func cutBlankWordBackward() {
    var start = cursor
    while start > 0, characters[start - 1].isWhitespace { start -= 1 }
    while start > 0, !characters[start - 1].isWhitespace { start -= 1 }
    cut(start..<cursor)
  }

  package mutating func paste() { insert(cut) }

  /// Exchanges the two characters around the cursor.
  package mutating func exchange() {
    guard cursor > 0, characters.count > 1 else { return }
    let right = min(cursor, characters.count - 1)
    characters.swapAt(right - 1, right)
    cursor = right + 1
  }

  private mutating func cut(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    cut = String(characters[range])
    remove(range)
  }

  private mutating func remove(_ range: Range<Int>) {
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }
}

// MARK: - Moving

extension LineBuffer {
  package mutating func moveLeft() { cursor = max(0, cursor - 1) }
  package mutating func moveRight() { cursor = min(characters.count, cursor + 1) }
  package mutating func moveWordLeft() { cursor = wordStart }
  package mutating func moveWordRight() { cursor = wordEnd }
  package mutating func moveToStartOfLine() { cursor = lineStart }
  package mutating func moveToEndOfLine() { cursor = lineEnd }
  package mutating func moveToStart() { cursor = 0 }
  package mutating func moveToEnd() { cursor = characters.count }

  /// To the line above, at the same column; false on the first line.
  package mutating func moveUp() -> Bool {
    guard lineStart > 0 else { return false }
    let column = cursor - lineStart
    cursor = lineStart - 1
    cursor = min(lineStart + column, cursor)
    return true
  }

  /// To the line below; false on the last one.
  package mutating func moveDown() -> Bool {
    guard lineEnd < characters.count else { return false }
    let column = cursor - lineStart
    cursor = lineEnd + 1
    cursor = min(cursor + column, lineEnd)
    return true
  }

  private var lineStart: Int {
    (characters[..<cursor].lastIndex(of: "\n") ?? -1) + 1
  }

  private var lineEnd: Int {
    characters[cursor...].firstIndex(of: "\n") ?? characters.count
  }

  private var wordStart: Int {
    var start = cursor
    while start > 0, !characters[start - 1].isWordPart { start -= 1 }
    while start > 0, characters[start - 1].isWordPart { start -= 1 }
    return start
  }

  private var wordEnd: Int {
    var end = cursor
    while end < characters.count, !characters[end].isWordPart { end += 1 }
    while end < characters.count, characters[end].isWordPart { end += 1 }
    return end
  }
}

extension Character {
  /// Whether it is part of a name.
  package var isWordPart: Bool { isLetter || isNumber || self == "_" || self == "$" }
}
