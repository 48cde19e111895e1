import Glibc
import LakeCore

/// Decompresses blocks of Snappy.
enum Snappy {
  /// No block grows by more when it is decompressed: three bytes copy at most 64.
  static let ratioMax = 32

  /// Fills `target` with exactly `count` bytes.
  static func decompress(
    _ bytes: ByteView, into target: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(LakeError) {
    var cursor = bytes.start
    let end = bytes.end
    let length = try Varint.read(&cursor, end)
    guard length == UInt64(count) else {
      throw damage("it holds \(length) bytes and not \(count)")
    }
    var at = 0
    while cursor < end {
      let tag = cursor.pointee
      cursor += 1
      if tag & 3 == 0 {
        let size = try literalLength(tag, &cursor, end)
        guard size <= end - cursor, size <= count - at else {
          throw damage("a literal is too long")
        }
        memcpy(target + at, cursor, size)
        cursor += size
        at += size
      } else {
        let (offset, size) = try copy(tag, &cursor, end)
        guard offset > 0, offset <= at, size <= count - at else {
          throw damage("a copy points outside")
        }
        BackReference.copy(target + at, offset, size)
        at += size
      }
    }
    guard at == count else { throw damage("it ends after \(at) of \(count) bytes") }
  }

  @inline(__always)
  private static func literalLength(
    _ tag: UInt8, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) throws(LakeError) -> Int {
    let short = Int(tag >> 2)
    if short < 60 { return short + 1 }
    let byteCount = short - 59
    guard end - cursor >= byteCount else { throw damage("it ends in the middle") }
    var length = 0
    for index in 0..<byteCount { length |= Int(cursor[index]) << (index * 8) }
    cursor += byteCount
    return length + 1
  }

  @inline(__always)
  private static func copy(
    _ tag: UInt8, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) throws(LakeError) -> (offset: Int, size: Int) {
    let kind = Int(tag & 3)
    let byteCount = kind == 3 ? 4 : kind
    guard end - cursor >= byteCount else { throw damage("it ends in the middle") }
    var offset = 0
    for index in 0..<byteCount { offset |= Int(cursor[index]) << (index * 8) }
    cursor += byteCount
    if kind == 1 { return (offset | Int(tag >> 5) << 8, Int(tag >> 2 & 7) + 4) }
    return (offset, Int(tag >> 2) + 1)
  }

  private static func damage(_ reason: String) -> LakeError {
    LakeError(.corruptData, "a block of Snappy data is damaged: \(reason)")
  }
}
