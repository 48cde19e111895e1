/// One JSON value written without blanks and with the shortest escapes, every byte of it checked.
package struct JSONCompaction {
  private let scan: JSONCursor
  private var place: Int
  /// The brackets that are open.
  private var open: [UInt8] = []
  private var bytes: [UInt8] = []

  package static let depthMax = 1000

  /// Nil where the bytes of the range are no JSON value, or nest too deeply.
  package static func bytes(_ scan: JSONCursor, _ range: Range<Int>) -> [UInt8]? {
    var compaction = JSONCompaction(scan: scan, place: range.lowerBound)
    guard compaction.writeValue(), scan.skippingBlanks(compaction.place) >= range.upperBound
    else { return nil }
    return compaction.bytes
  }

  private init(scan: JSONCursor, place: Int) {
    self.scan = scan
    self.place = place
  }

  /// Values one after the other until all brackets are closed.
  private mutating func writeValue() -> Bool {
    while true {
      place = scan.skippingBlanks(place)
      let byte = scan.byte(place)
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        guard open.count < JSONCompaction.depthMax else { return false }
        open.append(byte)
        take()
        place = scan.skippingBlanks(place)
        if scan.byte(place) != byte + 2 {
          if byte == UInt8(ascii: "{"), !writeName() { return false }
          continue
        }
        close()
      } else if !writeScalar(byte) {
        return false
      }
      guard let isDone = goOn() else { return false }
      if isDone { return true }
    }
  }

  /// Commas and closing brackets behind a value. True where the last bracket was closed, nil where
  /// something else stands there.
  private mutating func goOn() -> Bool? {
    while let bracket = open.last {
      place = scan.skippingBlanks(place)
      // The closing brackets are two behind the opening ones.
      if scan.byte(place) == bracket + 2 {
        close()
        continue
      }
      guard scan.byte(place) == UInt8(ascii: ",") else { return nil }
      take()
      place = scan.skippingBlanks(place)
      return bracket == UInt8(ascii: "[") || writeName() ? false : nil
    }
    return true
  }

  private mutating func take() {
    bytes.append(scan.byte(place))
    place += 1
  }

  private mutating func close() {
    take()
    open.removeLast()
  }

  private mutating func writeName() -> Bool {
    guard writeString() else { return false }
    place = scan.skippingBlanks(place)
    guard scan.byte(place) == UInt8(ascii: ":") else { return false }
    take()
    return true
  }

  private mutating func writeScalar(_ first: UInt8) -> Bool {
    if first == UInt8(ascii: "\"") { return writeString() }
    guard let end = scan.endOfValue(place) else { return false }
    let token = ByteView(scan.start + place, count: end - place)
    guard
      token.equals("true") || token.equals("false") || token.equals("null")
        || JSONCompaction.isNumber(token)
    else { return false }
    bytes.append(contentsOf: UnsafeBufferPointer(start: token.start, count: token.count))
    place = end
    return true
  }

  /// `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`
  private static func isNumber(_ token: ByteView) -> Bool {
    var place = 0
    func at(_ index: Int) -> UInt8 { index < token.count ? token[index] : 0 }
    func digits() -> Bool {
      let start = place
      while at(place) &- UInt8(ascii: "0") < 10 { place += 1 }
      return place > start
    }
    if at(0) == UInt8(ascii: "-") { place = 1 }
    if at(place) == UInt8(ascii: "0") {
      place += 1
    } else if !digits() {
      return false
    }
    if at(place) == UInt8(ascii: ".") {
      place += 1
      if !digits() { return false }
    }
    if at(place) | 0x20 == UInt8(ascii: "e") {
      place += 1
      if at(place) == UInt8(ascii: "+") || at(place) == UInt8(ascii: "-") { place += 1 }
      if !digits() { return false }
    }
    return place == token.count
  }

  private mutating func writeString() -> Bool {
    guard scan.byte(place) == UInt8(ascii: "\""), let end = scan.endOfString(place) else {
      return false
    }
    bytes.append(UInt8(ascii: "\""))
    place += 1
    while place < end - 1 {
      let byte = scan.byte(place)
      place += 1
      if byte < 0x20 { return false }
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let scalar = scan.escaped(&place, end - 1) else { return false }
      write(escaped: scalar)
    }
    place = end
    bytes.append(UInt8(ascii: "\""))
    return true
  }

  private mutating func write(escaped scalar: Unicode.Scalar) {
    switch scalar {
    case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(scalar.value)]
    case "\n": bytes += Array("\\n".utf8)
    case "\t": bytes += Array("\\t".utf8)
    case "\r": bytes += Array("\\r".utf8)
    case "\u{08}": bytes += Array("\\b".utf8)
    case "\u{0C}": bytes += Array("\\f".utf8)
    case "\u{00}"..<"\u{20}":
      let digits = Array("0123456789abcdef".utf8)
      bytes +=
        Array("\\u00".utf8) + [digits[Int(scalar.value >> 4)], digits[Int(scalar.value & 15)]]
    default: bytes += Array(UTF8.encode(scalar) ?? .init())
    }
  }
}
