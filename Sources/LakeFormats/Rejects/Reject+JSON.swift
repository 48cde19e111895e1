import LakeCore

extension Reject {
  /// Appends the reject as one line of JSON. Its bytes stand in `raw` where they are UTF-8, else in
  /// `raw_base64`.
  package func append(to sink: inout ByteSink) throws(LakeError) {
    try sink.append("{\"file\":")
    try Reject.appendQuoted(Array(file.utf8), to: &sink)
    try sink.append(",\"offset\":\(byteOffset),\"length\":\(byteCount)")
    try sink.append(",\"line\":\(line),\"column\":\(column),\"reason\":")
    try Reject.appendQuoted(Array(reason.utf8), to: &sink)
    let digits = String(hash, radix: 16)
    try sink.append(",\"hash\":\"" + String(repeating: "0", count: 16 - digits.count) + digits)
    try sink.append("\",")
    try appendRaw(to: &sink)
    try sink.append("}\n")
  }

  private func appendRaw(to sink: inout ByteSink) throws(LakeError) {
    let padded = raw + [0]
    var failure: LakeError?
    padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(LakeError) {
        let bytes = ByteView(base, count: raw.count)
        if Reject.isText(bytes, isCut: byteCount > raw.count) {
          try sink.append("\"raw\":")
          try JSONText.appendQuoted(base, count: textCount(bytes), to: &sink)
        } else {
          try sink.append("\"raw_base64\":\"")
          try sink.reserve(Base64.encodedCount(raw.count))
          sink.advance(by: Base64.encode(bytes, into: sink.cursor))
          try sink.append("\"")
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Where the bytes were cut in the middle of a character, that character is left out.
  private func textCount(_ bytes: ByteView) -> Int {
    UTF8Text.firstInvalidByte(in: bytes) ?? bytes.count
  }

  private static func isText(_ bytes: ByteView, isCut: Bool) -> Bool {
    guard let invalid = UTF8Text.firstInvalidByte(in: bytes) else { return true }
    return isCut && invalid > bytes.count - 4
  }

  private static func appendQuoted(_ text: [UInt8], to sink: inout ByteSink) throws(LakeError) {
    // An empty array may have no address; with one byte more it has.
    let padded = text + [0]
    var failure: LakeError?
    padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(LakeError) {
        try JSONText.appendQuoted(base, count: text.count, to: &sink)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}
