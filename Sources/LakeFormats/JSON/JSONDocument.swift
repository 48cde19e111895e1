import LakeCore

/// One JSON text by itself, by the letter of RFC 8259: exactly one value of any kind with blanks
/// around it, in UTF-8, without a byte order mark, and nothing behind it. Nested no deeper than
/// `JSONLimits.depthMax`; half surrogates are refused.
package enum JSONDocument {
  /// Why a text is not JSON, and where.
  package struct Fault: Sendable, Hashable {
    package var offset: Int
    package var reason: String
  }

  /// Nil where the bytes are one JSON text.
  package static func validate(_ bytes: UnsafeRawBufferPointer) -> Fault? {
    let buffer = Buffer(untracked: bytes.count)
    if let base = bytes.baseAddress {
      buffer.base.copyMemory(from: base, byteCount: bytes.count)
    }
    return validate(Chunk(buffer: buffer, start: 0, count: bytes.count, offset: 0).bytes)
  }

  /// `text` is that of a chunk: it ends with zeros.
  private static func validate(_ text: ByteView) -> Fault? {
    if let offset = UTF8Text.firstInvalidByte(in: text) {
      return Fault(offset: offset, reason: JSONFault.message(.badUTF8, found: nil))
    }
    var fault = JSONFault()
    let start = JSONScan.skipBlanks(text.start)
    guard let end = JSONScan.skipValue(start, depth: 0, fault: &fault) else {
      return describe(fault.code, fault.place ?? start, in: text)
    }
    let rest = JSONScan.skipBlanks(end)
    return rest == text.end ? nil : describe(.trailingText, rest, in: text)
  }

  private static func describe(_ code: JSONFault.Code, _ place: Cursor, in text: ByteView) -> Fault
  {
    let offset = min(place - text.start, text.count)
    let found = offset < text.count ? text[offset] : nil
    return Fault(offset: offset, reason: JSONFault.message(code, found: found))
  }
}
