import Glibc
import LakeCore

/// Reads runs of equal values and bit-packed groups: levels and dictionary indices.
///
/// The bytes lie in a buffer with padding behind, so that loads may run over the end.
struct HybridDecoder {
  private var cursor: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  private let width: Int
  private var runCount = 0
  private var runValue: UInt32 = 0
  /// Values of the bit-packed groups that are not unpacked.
  private var packedCount = 0
  /// Values of one group that were unpacked and not asked for yet: the last `spareCount`.
  private var spare: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var spareCount = 0

  init(_ bytes: ByteView, width: Int) {
    cursor = bytes.start
    end = bytes.end
    self.width = width
  }

  /// Reads `count` values.
  mutating func decode<T: FixedWidthInteger & UnsignedInteger>(
    _ count: Int, into out: UnsafeMutablePointer<T>
  ) throws(LakeError) {
    var done = 0
    while done < count {
      let wanted = count &- done
      if runCount > 0 {
        let taken = min(runCount, wanted)
        fill(out + done, taken)
        runCount &-= taken
        done &+= taken
      } else if spareCount > 0 {
        done &+= takeSpare(wanted, out + done)
      } else if packedCount > 0 {
        let whole = min(packedCount, wanted) & ~7
        if whole > 0 {
          BitPacking.unpack(cursor, width: width, count: whole, into: out + done)
          cursor += whole / 8 * width
          packedCount &-= whole
          done &+= whole
        } else {
          unpackSpare()
        }
      } else {
        try readHeader()
      }
    }
  }

  /// Passes over `count` values if they are one run of a value; else nothing is done.
  mutating func takeRun(of value: UInt32, _ count: Int) throws(LakeError) -> Bool {
    if runCount == 0, spareCount == 0, packedCount == 0, count > 0 { try readHeader() }
    guard runCount >= count, runValue == value else { return false }
    runCount &-= count
    return true
  }

  /// Passes over `count` values.
  mutating func skip(_ count: Int) throws(LakeError) {
    var left = count
    while left > 0 {
      if runCount > 0 {
        let taken = min(runCount, left)
        runCount &-= taken
        left &-= taken
      } else if spareCount > 0 {
        let taken = min(spareCount, left)
        spareCount &-= taken
        left &-= taken
      } else if packedCount > 0 {
        let whole = min(packedCount, left) & ~7
        if whole > 0 {
          cursor += whole / 8 * width
          packedCount &-= whole
          left &-= whole
        } else {
          unpackSpare()
        }
      } else {
        try readHeader()
      }
    }
  }

  private func fill<T: FixedWidthInteger & UnsignedInteger>(
    _ out: UnsafeMutablePointer<T>, _ count: Int
  ) {
    let value = T(truncatingIfNeeded: runValue)
    for index in 0..<count { out[index] = value }
  }

  private mutating func unpackSpare() {
    let (from, width) = (cursor, width)
    withUnsafeMutableBytes(of: &spare) { raw in
      guard let base = raw.baseAddress else { return }
      BitPacking.unpack(
        from, width: width, count: 8, into: base.assumingMemoryBound(to: UInt32.self))
    }
    cursor += width
    packedCount &-= 8
    spareCount = 8
  }

  private mutating func takeSpare<T: FixedWidthInteger & UnsignedInteger>(
    _ wanted: Int, _ out: UnsafeMutablePointer<T>
  ) -> Int {
    let taken = min(spareCount, wanted)
    let from = 8 &- spareCount
    withUnsafeBytes(of: &spare) { raw in
      for index in 0..<taken {
        let value = raw.load(fromByteOffset: (from &+ index) &* 4, as: UInt32.self)
        out[index] = T(truncatingIfNeeded: value)
      }
    }
    spareCount &-= taken
    return taken
  }

  private mutating func readHeader() throws(LakeError) {
    let header = try Varint.read(&cursor, end)
    let count = header >> 1
    guard count > 0, count <= UInt64(Int32.max) else {
      throw LakeError.parquetDamage("a run has \(count) values")
    }
    if header & 1 == 1 {
      try beginGroups(Int(count))
    } else {
      let byteCount = (width + 7) / 8
      guard end - cursor >= byteCount else { throw Varint.truncated }
      runValue = 0
      for index in 0..<byteCount { runValue |= UInt32(cursor[index]) << UInt32(index * 8) }
      cursor += byteCount
      guard width == 32 || runValue >> UInt32(width) == 0 else {
        throw LakeError.parquetDamage("a run of numbers of \(width) bits repeats \(runValue)")
      }
      runCount = Int(count)
    }
  }

  /// Groups that the bytes do not hold are not there: some writers cut the last ones off.
  private mutating func beginGroups(_ count: Int) throws(LakeError) {
    if width == 0 {
      (runValue, runCount) = (0, count * 8)
      return
    }
    let held = (end - cursor + width - 1) / width
    packedCount = min(count, held) * 8
    guard packedCount > 0 else { throw Varint.truncated }
  }
}

/// Numbers of seven bits a byte.
enum Varint {
  static func read(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) throws(LakeError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
      guard cursor < end else { throw truncated }
      let byte = cursor.pointee
      cursor += 1
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
    }
    throw LakeError.parquetDamage("a number is longer than 64 bits")
  }

  static func readZigzag(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) throws(LakeError) -> Int64 {
    let value = try read(&cursor, end)
    return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }

  static var truncated: LakeError { .parquetDamage("a page ends in the middle of its values") }
}
