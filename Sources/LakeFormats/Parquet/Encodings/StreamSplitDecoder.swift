import LakeCore

/// Reads BYTE_STREAM_SPLIT: the first bytes of all values, then all second bytes, and so on.
struct StreamSplitDecoder {
  private let bytes: ByteView
  private let width: Int
  private let valueCount: Int
  private var at = 0

  init(_ bytes: ByteView, width: Int) throws(LakeError) {
    guard width > 0, bytes.count % width == 0 else {
      throw LakeError.parquetDamage(
        "\(bytes.count) bytes are no whole number of values of \(width) bytes")
    }
    self.bytes = bytes
    self.width = width
    valueCount = bytes.count / width
  }

  /// The next values as PLAIN has them.
  mutating func decode(_ count: Int, tracker: MemoryTracker?) throws(LakeError) -> Buffer {
    guard count <= valueCount - at else { throw Varint.truncated }
    let joined = try Buffer(byteCount: count * width, tracker: tracker)
    let out = joined.pointer(as: UInt8.self)
    switch width {
    case 2: join(2, count, out)
    case 4: join(4, count, out)
    case 8: join(8, count, out)
    default: join(width, count, out)
    }
    at += count
    return joined
  }

  mutating func skip(_ count: Int) throws(LakeError) {
    guard count <= valueCount - at else { throw Varint.truncated }
    at += count
  }

  @inline(__always)
  private func join(_ width: Int, _ count: Int, _ out: UnsafeMutablePointer<UInt8>) {
    let (start, stride) = (bytes.start + at, valueCount)
    for index in 0..<count {
      for byte in 0..<width { out[index &* width &+ byte] = start[byte &* stride &+ index] }
    }
  }
}
