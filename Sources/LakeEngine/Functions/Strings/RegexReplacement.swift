import LakeCore

/// What takes the place of matches: text, and `$1`, `${name}` for groups; `\$` is a dollar.
struct RegexReplacement {
  private enum Piece {
    case text([UInt8])
    case group(Int)
  }

  private let pieces: [Piece]
  private let hasGroups: Bool

  /// Nil where a group is asked for that the pattern does not have.
  init?(_ view: StringView, _ regex: Regex) {
    let bytes = view.withBytes { Array($0) }
    var (pieces, text): ([Piece], [UInt8]) = ([], [])
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "\\"), place < bytes.count {
        text.append(bytes[place])
        place += 1
        continue
      }
      guard byte == UInt8(ascii: "$") else {
        text.append(byte)
        continue
      }
      guard let number = RegexReplacement.group(bytes, &place, regex) else { return nil }
      if !text.isEmpty { pieces.append(.text(text)) }
      text = []
      pieces.append(.group(number))
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    self.pieces = pieces
    hasGroups = pieces.contains { if case .group(1...) = $0 { true } else { false } }
  }

  /// From behind the dollar on.
  private static func group(_ bytes: [UInt8], _ place: inout Int, _ regex: Regex) -> Int? {
    if place < bytes.count, bytes[place] == UInt8(ascii: "{") {
      guard let end = bytes[place...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
      let name = String(decoding: bytes[(place + 1)..<end], as: UTF8.self)
      place = end + 1
      return regex.groupNames[name] ?? Int(name).flatMap { $0 <= regex.groupCount ? $0 : nil }
    }
    // As many digits as name a group that there is.
    var number: Int?
    while place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10 {
      let longer = (number ?? 0) * 10 + Int(bytes[place] - UInt8(ascii: "0"))
      if longer > regex.groupCount { break }
      number = longer
      place += 1
    }
    return number
  }

  private func write(
    _ matcher: RegexMatcher, _ text: ByteRun, _ match: Range<Int>, to out: inout ByteScratch
  ) {
    let groups = hasGroups ? matcher.groups(text, match) : [match.lowerBound, match.upperBound]
    for piece in pieces {
      switch piece {
      case .text(let bytes): bytes.withUnsafeBytes { out.append($0) }
      case .group(let number):
        let (begin, end) = (groups[2 * number], groups[2 * number + 1])
        if begin >= 0, end > begin { out.append(text.bytes(begin, end - begin)) }
      }
    }
  }

  static func replace(_ call: FunctionCall, _ cache: RegexCache) throws -> CheckedVector {
    let (texts, patterns) = (try call.strings(0), try PatternInput(call, 1, cache))
    let others = call.arguments.count > 2 ? try call.strings(2) : nil
    var known: RegexReplacement?
    let isConstant = (others?.isConstant ?? true) && call.constant(1) != nil
    return try call.texts(error: failure(call)) { row, out in
      guard let matcher = patterns.matcher(row) else { return .failed }
      if known == nil || !isConstant {
        known = RegexReplacement(others?[row] ?? StringView(), matcher.regex)
      }
      guard let replacement = known else { return .failed }
      texts[row].withBytes { raw in
        let text = ByteRun(raw)
        var start = 0
        matcher.forEachMatch(text) { match in
          out.append(text.bytes(start, match.lowerBound - start))
          replacement.write(matcher, text, match, to: &out)
          start = match.upperBound
          return !out.isTooLong
        }
        out.append(text.bytes(start, text.count - start))
      }
      return .text
    }
  }
}

extension RegexReplacement {
  /// What is wrong with a row: its pattern, its replacement, or else the length of the answer.
  private static func failure(_ call: FunctionCall) -> @Sendable (Int) -> LakeError {
    let noGroup = call.failure(
      "the replacement asks for a group that the pattern does not have",
      hint: "A dollar itself is written '\\$'.")
    let (arguments, tooLong) = (call.arguments, call.tooLong)
    return PatternInput.failure(
      call, 1,
      otherwise: { row in
        guard arguments.count > 2, case .string(let pattern) = arguments[1].value(at: row),
          case .string(let other) = arguments[2].value(at: row), let regex = try? Regex(pattern)
        else { return tooLong(row) }
        let isKnown = ByteView.withUTF8(of: other) { bytes in
          RegexReplacement(StringView(bytes.start, count: bytes.count), regex) != nil
        }
        return isKnown ? tooLong(row) : noGroup(row)
      })
  }
}

extension ByteRun {
  func bytes(_ from: Int, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: start + from, count: count)
  }
}
