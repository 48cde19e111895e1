import LakeSQL

/// Puts lines together until they end a statement.
package struct StatementBuffer: Sendable {
  /// A statement without its semicolon, and where it begins.
  package struct Piece: Sendable, Equatable {
    package var sql: String
    /// One-based.
    package var line: Int
    /// Zero-based, in bytes.
    package var column: Int

    package init(sql: String, line: Int, column: Int) {
      self.sql = sql
      self.line = line
      self.column = column
    }
  }

  private var bytes: [UInt8] = []
  /// The line that the bytes begin in, and the bytes of it that are gone.
  private var line = 1
  private var column = 0

  package init() {}

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether no statement has begun.
  package var isBlank: Bool { OpenEnd(of: text) == .nothing }

  package mutating func append(line text: String) {
    bytes += Array(text.utf8) + [UInt8(ascii: "\n")]
  }

  /// The statements that have their semicolon.
  package mutating func takeFinished() -> [Piece] {
    guard bytes.contains(UInt8(ascii: ";")) else { return [] }
    let (ranges, rest) = SQLParser.finishedStatements(of: bytes)
    let pieces = ranges.map { piece($0) }
    drop(rest)
    return pieces
  }

  /// What is left at the end of all lines, with or without a semicolon.
  package mutating func takeRest() -> Piece? {
    defer { drop(bytes.count) }
    guard !isBlank else { return nil }
    let start = bytes.firstIndex { $0 > 0x20 } ?? 0
    var end = bytes.count
    while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
    return piece(start..<end)
  }

  /// Forgets what was begun, and counts lines from 1 again.
  package mutating func clear() { self = StatementBuffer() }

  /// Leaves blanks at the beginning out, so that lines can be told by themselves.
  package mutating func dropBlanks() {
    if isBlank { drop(bytes.count) }
  }

  private func piece(_ range: Range<Int>) -> Piece {
    var (line, column) = (line, column)
    for byte in bytes[..<range.lowerBound] {
      column = byte == 0x0A ? 0 : column + 1
      line += byte == 0x0A ? 1 : 0
    }
    return Piece(
      sql: String(decoding: bytes[range], as: UTF8.self), line: line, column: column)
  }

  private mutating func drop(_ count: Int) {
    for byte in bytes[..<count] {
      column = byte == 0x0A ? 0 : column + 1
      line += byte == 0x0A ? 1 : 0
    }
    bytes.removeFirst(count)
  }
}
