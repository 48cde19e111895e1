import LakeCore

/// Where in a JSON text a value stands: `$.a.b[0]["c d"]`, and `[*]` and `.*` for all members.
struct JSONPath: Sendable {
  enum Step: Sendable {
    case name([UInt8])
    case index(Int)
    case all
  }

  let steps: [Step]

  static let hint =
    "Paths are written as '$.store.book[0].title'; '[*]' and '.*' stand for all members."
  private static let stepsMax = 100

  var hasWildcard: Bool { steps.contains { if case .all = $0 { true } else { false } } }

  /// Nil where the text is no path.
  init?(_ view: StringView) {
    var bytes = view.withBytes { Array($0) }[...]
    for mode in ["lax ", "strict "] where bytes.starts(with: mode.utf8) {
      bytes = bytes.dropFirst(mode.utf8.count)
    }
    guard bytes.first == UInt8(ascii: "$") else { return nil }
    bytes = bytes.dropFirst()
    var steps: [Step] = []
    while let first = bytes.first {
      guard steps.count < JSONPath.stepsMax else { return nil }
      bytes = bytes.dropFirst()
      let step =
        switch first {
        case UInt8(ascii: "."): JSONPath.member(&bytes)
        case UInt8(ascii: "["): JSONPath.subscripted(&bytes)
        default: nil as Step?
        }
      guard let step else { return nil }
      steps.append(step)
    }
    self.steps = steps
  }

  private static func member(_ bytes: inout ArraySlice<UInt8>) -> Step? {
    if bytes.first == UInt8(ascii: "*") {
      bytes = bytes.dropFirst()
      return .all
    }
    if bytes.first == UInt8(ascii: "\"") { return quoted(&bytes, UInt8(ascii: "\"")) }
    let name = bytes.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
    guard !name.isEmpty else { return nil }
    bytes = bytes.dropFirst(name.count)
    return .name(Array(name))
  }

  private static func subscripted(_ bytes: inout ArraySlice<UInt8>) -> Step? {
    var step: Step?
    if bytes.first == UInt8(ascii: "*") {
      bytes = bytes.dropFirst()
      step = .all
    } else if let quote = bytes.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      step = quoted(&bytes, quote)
    } else {
      let digits = bytes.prefix { $0 &- UInt8(ascii: "0") < 10 }
      bytes = bytes.dropFirst(digits.count)
      step = Int(String(decoding: digits, as: UTF8.self)).map { .index($0) }
    }
    guard step != nil, bytes.first == UInt8(ascii: "]") else { return nil }
    bytes = bytes.dropFirst()
    return step
  }

  /// A back-slash takes the next byte as it is.
  private static func quoted(_ bytes: inout ArraySlice<UInt8>, _ quote: UInt8) -> Step? {
    bytes = bytes.dropFirst()
    var name: [UInt8] = []
    while let byte = bytes.popFirst() {
      if byte == quote { return .name(name) }
      if byte == UInt8(ascii: "\\"), let next = bytes.popFirst() {
        name.append(next)
      } else {
        name.append(byte)
      }
    }
    return nil
  }
}

extension JSONPath {
  /// Calls the body with each value that the path leads to, until it says no. False where the text
  /// turned out to be no JSON on the way.
  @discardableResult
  func forEachMatch(_ scan: JSONCursor, _ body: (Range<Int>) -> Bool) -> Bool {
    let start = scan.skippingBlanks(0)
    guard let end = scan.endOfValue(start) else { return false }
    var goesOn = true
    return walk(scan, start..<end, steps[...], &goesOn, body)
  }

  /// As deep as the path is long.
  private func walk(
    _ scan: JSONCursor, _ range: Range<Int>, _ steps: ArraySlice<Step>, _ goesOn: inout Bool,
    _ body: (Range<Int>) -> Bool
  ) -> Bool {
    guard let step = steps.first else {
      goesOn = body(range)
      return true
    }
    let rest = steps.dropFirst()
    var isWhole = true
    var number = 0
    let place = range.lowerBound
    switch step {
    case .name(let name):
      guard scan.byte(place) == UInt8(ascii: "{") else { return true }
      var found: Range<Int>?
      let whole = scan.forEachMember(place) { member, value in
        if scan.isName(member, name) { found = value }
        return found == nil
      }
      if let found { return walk(scan, found, rest, &goesOn, body) }
      return whole
    case .index(let index):
      guard scan.byte(place) == UInt8(ascii: "[") else { return true }
      var found: Range<Int>?
      let whole = scan.forEachElement(place) { element in
        if number == index { found = element }
        number += 1
        return found == nil
      }
      if let found { return walk(scan, found, rest, &goesOn, body) }
      return whole
    case .all:
      var whole = true
      if scan.byte(place) == UInt8(ascii: "[") {
        whole = scan.forEachElement(place) { value in
          isWhole = walk(scan, value, rest, &goesOn, body) && isWhole
          return goesOn && isWhole
        }
      } else if scan.byte(place) == UInt8(ascii: "{") {
        whole = scan.forEachMember(place) { _, value in
          isWhole = walk(scan, value, rest, &goesOn, body) && isWhole
          return goesOn && isWhole
        }
      }
      return whole && isWhole
    }
  }
}

extension JSONCursor {
  /// Whether a name in its quotes is that one.
  func isName(_ range: Range<Int>, _ name: [UInt8]) -> Bool {
    let inner = ByteRun(start + range.lowerBound + 1, count: range.count - 2)
    let isPlain = name.withUnsafeBytes {
      inner.count == $0.count && inner.matches(ByteRun($0), at: 0)
    }
    if isPlain { return true }
    // An escape is longer than what it stands for.
    guard inner.count > name.count, (0..<inner.count).contains(where: { inner[$0] == 0x5C }) else {
      return false
    }
    return decoded(range) == name
  }
}
