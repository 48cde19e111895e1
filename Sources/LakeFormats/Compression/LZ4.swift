import Glibc
import LakeCore

/// Decompresses LZ4: bare blocks, and blocks in the framing of Hadoop.
package enum LZ4 {
  /// No block grows by more when it is decompressed: a byte of a length stands for 255 at most.
  static let ratioMax = 255

  /// Fills `target` with exactly `count` bytes of one bare block.
  package static func decompress(
    _ bytes: ByteView, into target: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(LakeError) {
    var cursor = bytes.start
    let end = bytes.end
    var at = 0
    while cursor < end {
      let token = Int(cursor.pointee)
      cursor += 1
      let literals = try length(token >> 4, &cursor, end)
      guard literals <= end - cursor, literals <= count - at else {
        throw damage("a literal is too long")
      }
      memcpy(target + at, cursor, literals)
      cursor += literals
      at += literals
      // The last sequence is literals and nothing else.
      if cursor == end { break }
      guard end - cursor >= 2 else { throw damage("it ends in the middle") }
      let offset = Int(cursor[0]) | Int(cursor[1]) << 8
      cursor += 2
      let size = try length(token & 15, &cursor, end) + 4
      guard offset > 0, offset <= at, size <= count - at else {
        throw damage("a copy points outside")
      }
      BackReference.copy(target + at, offset, size)
      at += size
    }
    guard at == count else { throw damage("it holds \(at) bytes and not \(count)") }
  }

  /// Fills `target` with what the deprecated codec of Parquet holds. Hadoop puts two big-endian
  /// lengths before each block, decompressed and compressed; some writers of its time put none, and
  /// only reading tells.
  package static func decompressDeprecated(
    _ bytes: ByteView, into target: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(LakeError) {
    if try decompressFramed(bytes, into: target, count: count) { return }
    try decompress(bytes, into: target, count: count)
  }

  /// Whether the lengths fit, and so the blocks were decompressed.
  private static func decompressFramed(
    _ bytes: ByteView, into target: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(LakeError) -> Bool {
    guard hasFraming(bytes, count: count) else { return false }
    var (rest, at) = (bytes, 0)
    while !rest.isEmpty {
      // Safe: the lengths were added up.
      let (size, compressed) = (bigEndian(rest, 0), bigEndian(rest, 4))
      try decompress(rest[8..<(8 + compressed)], into: target + at, count: size)
      rest = rest.dropFirst(8 + compressed)
      at += size
    }
    return true
  }

  /// Whether lengths follow one another to the end of the bytes and make `count` together.
  private static func hasFraming(_ bytes: ByteView, count: Int) -> Bool {
    var (rest, total) = (bytes, 0)
    while rest.count >= 8 {
      let (size, compressed) = (bigEndian(rest, 0), bigEndian(rest, 4))
      guard compressed <= rest.count - 8, size <= count - total else { return false }
      total += size
      rest = rest.dropFirst(8 + compressed)
    }
    return rest.isEmpty && total == count
  }

  private static func bigEndian(_ bytes: ByteView, _ offset: Int) -> Int {
    let raw = UnsafeRawPointer(bytes.start).loadUnaligned(
      fromByteOffset: offset, as: UInt32.self)
    return Int(UInt32(bigEndian: raw))
  }

  @inline(__always)
  private static func length(
    _ short: Int, _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) throws(LakeError) -> Int {
    guard short == 15 else { return short }
    var length = 15
    while true {
      guard cursor < end else { throw damage("it ends in the middle") }
      let byte = Int(cursor.pointee)
      cursor += 1
      // No overflow: at most 255 for each byte of the block.
      length &+= byte
      if byte < 255 { return length }
    }
  }

  private static func damage(_ reason: String) -> LakeError {
    LakeError(.corruptData, "a block of LZ4 data is damaged: \(reason)")
  }
}
