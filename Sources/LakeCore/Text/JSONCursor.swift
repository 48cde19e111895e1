/// Finds its way in the bytes of one JSON text without making values of them.
///
/// It believes nothing: what is no JSON gives nil. What is skipped is looked at only so far that
/// its end is found; `JSONCompaction` looks at every byte.
package struct JSONCursor {
  package let start: UnsafePointer<UInt8>
  package let count: Int

  package init(_ bytes: UnsafeRawBufferPointer) {
    // An empty text has no address; one that is never read stands for it.
    start = ByteView(bytes)?.start ?? JSONCursor.nothing
    count = bytes.count
  }

  // nonisolated(unsafe): a byte that nobody writes.
  nonisolated(unsafe) private static let nothing: UnsafePointer<UInt8> = {
    let byte = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    byte.pointee = 0
    return UnsafePointer(byte)
  }()

  /// The byte at a place; 0, which stands nowhere in JSON, behind the end.
  @inline(__always)
  package func byte(_ place: Int) -> UInt8 { place < count ? start[place] : 0 }

  package func skippingBlanks(_ place: Int) -> Int {
    var place = place
    while place < count, JSONCursor.isBlank(start[place]) { place += 1 }
    return place
  }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  /// Behind the value that begins at a place without blanks before it.
  package func endOfValue(_ place: Int) -> Int? {
    switch byte(place) {
    case UInt8(ascii: "\""): return endOfString(place)
    case UInt8(ascii: "{"), UInt8(ascii: "["): return endOfNested(place)
    default:
      var end = place
      while end < count, JSONCursor.isScalar(start[end]) { end += 1 }
      return end > place ? end : nil
    }
  }

  private static func isScalar(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
  }

  /// Behind the closing quote.
  package func endOfString(_ place: Int) -> Int? {
    var place = place + 1
    while place < count {
      switch start[place] {
      case UInt8(ascii: "\""): return place + 1
      case UInt8(ascii: "\\"): place += 2
      default: place += 1
      }
    }
    return nil
  }

  private func endOfNested(_ place: Int) -> Int? {
    var (place, depth) = (place, 0)
    while place < count {
      switch start[place] {
      case UInt8(ascii: "\""):
        guard let end = endOfString(place) else { return nil }
        place = end
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return place + 1 }
      default: break
      }
      place += 1
    }
    return nil
  }

  /// Calls the body with each element of the array that begins at a place, until it says no. False
  /// where there is no array.
  @discardableResult
  package func forEachElement(_ place: Int, _ body: (Range<Int>) -> Bool) -> Bool {
    guard byte(place) == UInt8(ascii: "[") else { return false }
    var place = skippingBlanks(place + 1)
    if byte(place) == UInt8(ascii: "]") { return true }
    while let end = endOfValue(place) {
      if !body(place..<end) { return true }
      place = skippingBlanks(end)
      if byte(place) == UInt8(ascii: "]") { return true }
      guard byte(place) == UInt8(ascii: ",") else { return false }
      place = skippingBlanks(place + 1)
    }
    return false
  }

  /// Calls the body with the name, in its quotes, and the value of each member of the object that
  /// begins at a place.
  @discardableResult
  package func forEachMember(
    _ place: Int, _ body: (_ name: Range<Int>, _ value: Range<Int>) -> Bool
  ) -> Bool {
    guard byte(place) == UInt8(ascii: "{") else { return false }
    var place = skippingBlanks(place + 1)
    if byte(place) == UInt8(ascii: "}") { return true }
    while byte(place) == UInt8(ascii: "\""), let nameEnd = endOfString(place) {
      let name = place..<nameEnd
      place = skippingBlanks(nameEnd)
      guard byte(place) == UInt8(ascii: ":") else { return false }
      place = skippingBlanks(place + 1)
      guard let end = endOfValue(place) else { return false }
      if !body(name, place..<end) { return true }
      place = skippingBlanks(end)
      if byte(place) == UInt8(ascii: "}") { return true }
      guard byte(place) == UInt8(ascii: ",") else { return false }
      place = skippingBlanks(place + 1)
    }
    return false
  }

  /// The bytes that a string stands for; nil where it is none. `range` has its quotes in it.
  package func decoded(_ range: Range<Int>) -> [UInt8]? {
    guard range.count >= 2, byte(range.lowerBound) == UInt8(ascii: "\""),
      byte(range.upperBound - 1) == UInt8(ascii: "\"")
    else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    var place = range.lowerBound + 1
    let end = range.upperBound - 1
    while place < end {
      let byte = start[place]
      place += 1
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let scalar = escaped(&place, end) else { return nil }
      for unit in UTF8.encode(scalar) ?? .init() { bytes.append(unit) }
    }
    return bytes
  }

  /// The character of an escape, from behind its back-slash. A half of a surrogate pair is U+FFFD,
  /// or none at all.
  func escaped(
    _ place: inout Int, _ end: Int, replacesHalves: Bool = true
  ) -> Unicode.Scalar? {
    guard place < end else { return nil }
    let byte = start[place]
    place += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "u"): break
    default: return nil
    }
    guard let unit = unit(&place, end) else { return nil }
    guard unit &>> 11 == 0x1B else { return Unicode.Scalar(unit) }
    var behind = place + 2
    guard unit &>> 10 == 0x36, self.byte(place) == UInt8(ascii: "\\"),
      self.byte(place + 1) == UInt8(ascii: "u"), let low = self.unit(&behind, end),
      low &>> 10 == 0x37
    else { return replacesHalves ? "\u{FFFD}" : nil }
    place = behind
    return Unicode.Scalar(0x10000 + (unit & 0x3FF) &<< 10 | (low & 0x3FF))
  }

  /// Four hexadecimal digits.
  private func unit(_ place: inout Int, _ end: Int) -> UInt32? {
    guard place + 4 <= end else { return nil }
    var value: UInt32 = 0
    for index in place..<place + 4 {
      guard let digit = HexDigit.value(of: start[index]) else { return nil }
      value = value &<< 4 | UInt32(digit)
    }
    place += 4
    return value
  }
}
