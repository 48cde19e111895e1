import LakeCore

/// Reads repetition or definition levels.
enum LevelDecoder {
  case runs(HybridDecoder)
  /// Levels that were unpacked, one a byte, and how many were read.
  case unpacked(Buffer, at: Int)

  /// The levels before the values of a page of version 1, which are taken off its bytes.
  init(
    takenFrom bytes: inout ByteView, _ encoding: ParquetEncoding, max: Int, count: Int,
    tracker: MemoryTracker?
  ) throws(LakeError) {
    let width = BitPacking.width(forCount: max + 1)
    switch encoding {
    case .rle:
      guard bytes.count >= 4 else { throw Varint.truncated }
      let length = Int(UnsafeRawPointer(bytes.start).loadUnaligned(as: UInt32.self))
      guard length <= bytes.count - 4 else { throw Varint.truncated }
      self = .runs(HybridDecoder(bytes[4..<(4 + length)], width: width))
      bytes = bytes.dropFirst(4 + length)
    case .bitPacked:
      let length = (count * width + 7) / 8
      guard length <= bytes.count else { throw Varint.truncated }
      self = .unpacked(try Self.unpack(bytes, width, count, tracker), at: 0)
      bytes = bytes.dropFirst(length)
    default:
      throw LakeError(.unsupported, "levels in the encoding \(encoding) cannot be read")
    }
  }

  mutating func decode(
    _ count: Int, into out: UnsafeMutablePointer<UInt8>
  ) throws(LakeError) {
    switch self {
    case .runs(var decoder):
      try decoder.decode(count, into: out)
      self = .runs(decoder)
    case .unpacked(let levels, let at):
      guard count <= levels.byteCount - at else { throw Varint.truncated }
      out.update(from: levels.pointer(as: UInt8.self) + at, count: count)
      self = .unpacked(levels, at: at + count)
    }
  }

  /// Passes over `count` levels if all of them are one, as a run says; else nothing is done.
  mutating func takeRun(of level: UInt8, _ count: Int) throws(LakeError) -> Bool {
    guard case .runs(var decoder) = self else { return false }
    let isRun = try decoder.takeRun(of: UInt32(level), count)
    self = .runs(decoder)
    return isRun
  }

  /// The encoding BIT_PACKED, which writers gave up long ago: the highest bit comes first.
  private static func unpack(
    _ bytes: ByteView, _ width: Int, _ count: Int, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer {
    let levels = try Buffer(byteCount: count, tracker: tracker)
    let (out, start) = (levels.pointer(as: UInt8.self), bytes.start)
    let mask = UInt16(1) &<< UInt16(width) &- 1
    for index in 0..<count {
      let bit = index &* width
      // Widths are at most 7 bits: two bytes hold a level. The second may be padding.
      let word = UInt16(start[bit &>> 3]) &<< 8 | UInt16(start[bit &>> 3 &+ 1])
      out[index] = UInt8(
        truncatingIfNeeded: word &>> UInt16(16 &- width &- bit & 7) & mask)
    }
    return levels
  }
}
