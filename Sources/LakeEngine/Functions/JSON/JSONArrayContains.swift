import LakeCore

extension ScalarFunctions {
  /// Texts are compared with texts, numbers with numbers, booleans with booleans.
  static func arrayContains(_ call: FunctionCall) throws -> CheckedVector {
    let texts = try call.strings(0)
    let wanted = try JSONScalarTest(call)
    return try call.optional(UInt8.self) { row in
      texts[row].withBytes { raw in
        let scan = JSONCursor(raw)
        var found = false
        let isArray = scan.forEachElement(scan.skippingBlanks(0)) { range in
          found = wanted.isEqual(scan, range, row)
          return !found
        }
        return isArray ? (found ? 1 : 0) : nil
      }
    }
  }
}

/// Whether JSON scalars equal the second argument of a call.
private struct JSONScalarTest {
  private let strings: Input<StringView>?
  private let doubles: Input<Double>?
  private let integers: Input<Int64>?
  private let booleans: Input<UInt8>?

  init(_ call: FunctionCall) throws {
    let type = call.arguments[1].type
    strings = type == .varchar ? try call.strings(1) : nil
    doubles = type == .double ? try call.input(1, as: Double.self) : nil
    integers = type == .bigint ? try call.input(1, as: Int64.self) : nil
    booleans = type == .boolean ? try call.input(1, as: UInt8.self) : nil
  }

  func isEqual(_ scan: JSONCursor, _ range: Range<Int>, _ row: Int) -> Bool {
    let isText = scan.byte(range.lowerBound) == UInt8(ascii: "\"")
    guard let bytes = scan.scalarText(range), isText == (strings != nil) else { return false }
    if let strings { return strings[row].withBytes { $0.elementsEqual(bytes) } }
    let text = String(decoding: bytes, as: UTF8.self)
    if let booleans { return text == (booleans[row] != 0 ? "true" : "false") }
    if let integers { return Int64(text) == integers[row] }
    return doubles.map { Double(text) == $0[row] } ?? false
  }
}
