import LakeCore

/// The text of statements: finds line and column of a byte, and shows the line with a caret.
///
/// Expressions are bound with their places, so a place is found by halving: a script of very many
/// statements would be counted through again for each expression.
package struct SourceText: Sendable {
  package let bytes: [UInt8]
  /// The file that the text was read from, for messages.
  package let file: String?
  /// Where lines begin behind the first.
  private let lineStarts: [Int]

  /// The most characters of a line that are shown.
  private static var excerptWidth: Int { 96 }

  package init(_ text: String, file: String? = nil) {
    let bytes = Array(text.utf8)
    self.bytes = bytes
    self.file = file
    lineStarts = bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
  }

  package func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  /// Line and column of a byte; of the end, if the text is shorter.
  package func place(at offset: Int) -> LakeError.Place {
    let offset = min(max(offset, 0), bytes.count)
    let linesBefore = newlines(before: offset)
    let lineStart = linesBefore == 0 ? 0 : lineStarts[linesBefore - 1]
    return LakeError.Place(
      path: file, byteOffset: offset, line: linesBefore + 1, column: offset - lineStart + 1)
  }

  private func newlines(before offset: Int) -> Int {
    var range = 0..<lineStarts.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      let isBefore = lineStarts[middle] <= offset
      range = isBefore ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// The line of a place, and under it a caret. Nil where the place is not in this text.
  ///
  ///     SELECT nme FROM customer
  ///            ^
  package func excerpt(_ place: LakeError.Place) -> String? {
    guard let offset = offset(of: place) else { return nil }
    var start = offset
    while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
    var end = offset
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    let before = shown(start..<offset)
    let after = shown(offset..<end)
    let kept = before.suffix(SourceText.excerptWidth * 2 / 3)
    let left = (kept.count < before.count ? "…" : "") + String(kept)
    let right = after.prefix(SourceText.excerptWidth - min(kept.count, SourceText.excerptWidth))
    let cut = right.count < after.count ? "…" : ""
    let margin = String(left.map { $0 == "\t" ? "\t" : " " })
    return left + String(right) + cut + "\n" + margin + "^"
  }

  private func offset(of place: LakeError.Place) -> Int? {
    if let offset = place.byteOffset { return offset <= bytes.count ? offset : nil }
    guard let line = place.line, let column = place.column, line > 0, column > 0 else { return nil }
    var start = 0
    var number = 1
    while number < line {
      guard let newline = bytes[start...].firstIndex(of: 0x0A) else { return nil }
      start = newline + 1
      number += 1
    }
    return column <= bytes.count - start + 1 ? start + column - 1 : nil
  }

  /// Bytes as characters, one terminal cell each if they can be; control characters do not reach a
  /// terminal.
  private func shown(_ range: Range<Int>) -> [Character] {
    var characters = Array(text(range))
    if characters.last == "\r" { characters.removeLast() }
    return characters.map { character in
      guard character != "\t", let scalar = character.unicodeScalars.first else { return character }
      return scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? "\u{FFFD}" : character
    }
  }
}
