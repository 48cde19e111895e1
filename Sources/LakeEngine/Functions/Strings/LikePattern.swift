import LakeCore

/// A pattern of LIKE: `%` stands for any text, `_` for one code point.
///
/// The pattern is cut at its `%` into segments. The first is bound to the beginning, the last to
/// the end, and those between are looked for from the left, each behind the one before: the
/// leftmost place is always a right choice, so nothing is ever tried again. Segments without `_`
/// are found in linear time.
struct LikePattern {
  /// Bytes of a segment, and where in it code points of any kind stand.
  struct Segment {
    /// Runs of literal bytes; between two of them stands one `_`.
    var runs: [[UInt8]] = [[]]

    var isLiteral: Bool { runs.count == 1 }
    var isEmpty: Bool { isLiteral && runs[0].isEmpty }
  }

  private(set) var segments: [Segment] = [Segment()]

  enum Fault: Error { case badEscape }

  /// Reads a pattern. Behind the escape only `%`, `_` and itself may stand.
  init(_ pattern: ByteRun, escape: [UInt8]?) throws(Fault) {
    var place = 0
    while place < pattern.count {
      let end = pattern.next(after: place)
      if let escape, ByteRunComparison.equal(pattern, place..<end, escape) {
        guard end < pattern.count else { throw .badEscape }
        let after = pattern.next(after: end)
        let byte = pattern[end]
        guard
          byte == UInt8(ascii: "%") || byte == UInt8(ascii: "_")
            || ByteRunComparison.equal(pattern, end..<after, escape)
        else { throw .badEscape }
        append(pattern, end..<after)
        place = after
        continue
      }
      switch pattern[place] {
      case UInt8(ascii: "%"): segments.append(Segment())
      case UInt8(ascii: "_"): segments[segments.count - 1].runs.append([])
      default: append(pattern, place..<end)
      }
      place = end
    }
    // Empty segments between two of `%` say nothing.
    if segments.count > 2 {
      let inner = segments[1..<(segments.count - 1)].filter { !$0.isEmpty }
      segments = [segments[0]] + inner + [segments[segments.count - 1]]
    }
  }

  private mutating func append(_ pattern: ByteRun, _ range: Range<Int>) {
    let segment = segments.count - 1
    let run = segments[segment].runs.count - 1
    for index in range { segments[segment].runs[run].append(pattern[index]) }
  }
}

enum ByteRunComparison {
  static func equal(_ run: ByteRun, _ range: Range<Int>, _ bytes: [UInt8]) -> Bool {
    range.count == bytes.count && zip(range, bytes).allSatisfy { run[$0] == $1 }
  }
}

extension LikePattern.Segment {
  /// The place behind the segment, where it stands at a place.
  func match(_ text: ByteRun, at place: Int) -> Int? {
    var place = place
    for (index, run) in runs.enumerated() {
      if index > 0 {
        guard place < text.count else { return nil }
        place = text.next(after: place)
      }
      let isHere = run.withUnsafeBytes { text.matches(ByteRun($0), at: place) }
      guard isHere else { return nil }
      place += run.count
    }
    return place
  }

  /// Where the segment begins, where it ends at a place.
  func match(_ text: ByteRun, endingAt end: Int) -> Int? {
    var place = end
    for (index, run) in runs.reversed().enumerated() {
      if index > 0 {
        guard place > 0 else { return nil }
        place = text.previous(before: place)
      }
      place -= run.count
      let isHere = run.withUnsafeBytes { text.matches(ByteRun($0), at: place) }
      guard isHere else { return nil }
    }
    return place
  }

  /// The place behind the first occurrence at or after a place.
  func find(_ text: ByteRun, from start: Int) -> Int? {
    if isLiteral {
      return runs[0].withUnsafeBytes { text.find(ByteRun($0), from: start) }
        .map { $0 + runs[0].count }
    }
    var place = start
    while place <= text.count {
      if let end = match(text, at: place) { return end }
      if place == text.count { return nil }
      place = text.next(after: place)
    }
    return nil
  }
}

extension LikePattern {
  func matches(_ text: ByteRun) -> Bool {
    let (first, last) = (segments[0], segments[segments.count - 1])
    guard var place = first.match(text, at: 0) else { return false }
    if segments.count == 1 { return place == text.count }
    guard let end = last.match(text, endingAt: text.count), end >= place else { return false }
    for segment in segments.dropFirst().dropLast() {
      guard let next = segment.find(text, from: place), next <= end else { return false }
      place = next
    }
    return true
  }

  /// What a pattern without `_` and with at most two `%` at its ends asks for.
  enum Simple {
    case equal([UInt8])
    case prefix([UInt8])
    case suffix([UInt8])
    case contains([UInt8])
  }

  var simple: Simple? {
    guard segments.allSatisfy(\.isLiteral) else { return nil }
    let literals = segments.map { $0.runs[0] }
    switch literals.count {
    case 1: return .equal(literals[0])
    case 2 where literals[1].isEmpty: return .prefix(literals[0])
    case 2 where literals[0].isEmpty: return .suffix(literals[1])
    case 3 where literals[0].isEmpty && literals[2].isEmpty: return .contains(literals[1])
    default: return nil
    }
  }
}
