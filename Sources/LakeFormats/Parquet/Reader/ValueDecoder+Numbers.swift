import Glibc
import LakeCore

/// Integers, decimals and times.
extension ValueDecoder {
  /// Converts integers that lie at any address.
  func convert<S: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ source: UnsafeRawPointer, as type: S.Type, count: Int, into out: UnsafeMutableRawPointer
  ) throws(LakeError) {
    switch leaf.conversion {
    case .none:
      if leaf.type.physical.byteWidth == S.bitWidth / 8 {
        memcpy(out, source, count * S.bitWidth / 8)
      } else {
        let target = out.assumingMemoryBound(to: Int32.self)
        for index in 0..<count { target[index] = Int32(truncatingIfNeeded: source.at(index, type)) }
      }
      if leaf.type == .time { try checkTimes(out, count) }
    case .narrow: try narrow(source, as: type, count: count, into: out)
    case .widen: try widen(source, as: type, count: count, into: out)
    case .widenUnsigned: widenUnsigned(source, as: type, count: count, into: out)
    case .milliseconds:
      let target = out.assumingMemoryBound(to: Int64.self)
      for index in 0..<count {
        let (product, overflow) = Int64(source.at(index, type)).multipliedReportingOverflow(
          by: 1000)
        guard !overflow else { throw LakeError.parquetDamage("a time is out of range") }
        target[index] = product
      }
      if leaf.type == .time { try checkTimes(out, count) }
    case .divide(let divisor):
      let target = out.assumingMemoryBound(to: Int64.self)
      for index in 0..<count {
        target[index] = LeafConversion.floorDivide(Int64(source.at(index, type)), by: divisor)
      }
      if leaf.type == .time { try checkTimes(out, count) }
    default: throw LakeError(.internal, "integers cannot become \(leaf.type)")
    }
  }

  private func checkTimes(_ values: UnsafeMutableRawPointer, _ count: Int) throws(LakeError) {
    let times = values.assumingMemoryBound(to: UInt64.self)
    var greatest: UInt64 = 0
    for index in 0..<count { greatest = max(greatest, times[index]) }
    guard greatest < 86_400_000_000 else {
      throw LakeError.parquetDamage("a time of day is not within a day")
    }
  }

  private func narrow<S: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ source: UnsafeRawPointer, as type: S.Type, count: Int, into out: UnsafeMutableRawPointer
  ) throws(LakeError) {
    let isByte = leaf.type.physical == .int8
    let range: ClosedRange<Int64> =
      isByte ? -128...127 : -32768...32767
    for index in 0..<count {
      let value = Int64(source.at(index, type))
      guard range.contains(value) else {
        throw LakeError.parquetDamage("\(value) is no \(leaf.type)")
      }
      if isByte {
        out.assumingMemoryBound(to: Int8.self)[index] = Int8(truncatingIfNeeded: value)
      } else {
        out.assumingMemoryBound(to: Int16.self)[index] = Int16(truncatingIfNeeded: value)
      }
    }
  }

  private func widen<S: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ source: UnsafeRawPointer, as type: S.Type, count: Int, into out: UnsafeMutableRawPointer
  ) throws(LakeError) {
    if leaf.type.physical == .int128 {
      // At least 19 digits: whatever has 64 bits fits, or nearly.
      let target = out.assumingMemoryBound(to: Int128.self)
      for index in 0..<count { target[index] = Int128(source.at(index, type)) }
    } else {
      let target = out.assumingMemoryBound(to: Int64.self)
      var greatest: UInt64 = 0
      for index in 0..<count {
        let value = Int64(source.at(index, type))
        target[index] = value
        greatest = max(greatest, value.magnitude)
      }
      guard UInt128(greatest) < limit else { throw tooManyDigits }
    }
  }

  private func widenUnsigned<S: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ source: UnsafeRawPointer, as type: S.Type, count: Int, into out: UnsafeMutableRawPointer
  ) {
    if leaf.physical == .int32 {
      let target = out.assumingMemoryBound(to: Int64.self)
      for index in 0..<count {
        target[index] = Int64(UInt32(truncatingIfNeeded: source.at(index, type)))
      }
    } else {
      let target = out.assumingMemoryBound(to: Int128.self)
      for index in 0..<count {
        target[index] = Int128(UInt64(truncatingIfNeeded: source.at(index, type)))
      }
    }
  }

  /// 10 to the power of the decimal's digits.
  private var limit: UInt128 {
    guard case .decimal(let precision, _) = leaf.type else { return .max }
    return DecimalText.powerOfTen(precision)
  }

  private var tooManyDigits: LakeError {
    .parquetDamage("a number has more digits than \(leaf.type)")
  }

  /// Decimals as byte arrays of their own lengths.
  func decodeDecimals(
    _ bytes: ByteView, count: Int, into out: UnsafeMutableRawPointer
  ) throws(LakeError) -> Int {
    var cursor = bytes.start
    for index in 0..<count {
      guard bytes.end - cursor >= 4 else { throw Varint.truncated }
      let length = Int(UnsafeRawPointer(cursor).loadUnaligned(as: UInt32.self))
      cursor += 4
      guard length <= bytes.end - cursor else { throw Varint.truncated }
      try storeDecimal(cursor, length, at: index, into: out)
      cursor += length
    }
    return cursor - bytes.start
  }

  /// Stores a big-endian number. Leading bytes beyond the sixteenth may only repeat the sign.
  func storeDecimal(
    _ bytes: UnsafePointer<UInt8>, _ length: Int, at index: Int,
    into out: UnsafeMutableRawPointer
  ) throws(LakeError) {
    var number: Int128 = length > 0 && bytes[0] >= 0x80 ? -1 : 0
    let sign = UInt8(truncatingIfNeeded: number)
    let extra = max(length - 16, 0)
    for byte in 0..<extra where bytes[byte] != sign { throw tooManyDigits }
    for byte in extra..<max(length, extra) { number = number &<< 8 | Int128(bytes[byte]) }
    guard number.magnitude < limit else { throw tooManyDigits }
    if leaf.type.physical == .int128 {
      out.assumingMemoryBound(to: Int128.self)[index] = number
    } else {
      // The limit is below 10^19 here, and the number below it.
      out.assumingMemoryBound(to: Int64.self)[index] = Int64(truncatingIfNeeded: number)
    }
  }

  /// Nanoseconds of a day, then a Julian day. Spark's writer lets the sum wrap around for years
  /// that are far away, and only the same arithmetic gets them back.
  func convertInt96(
    _ source: UnsafeRawPointer, count: Int, into out: UnsafeMutableRawPointer
  ) {
    let microsecondsOfDay: Int64 = 86_400_000_000
    let epoch = 2_440_588 &* microsecondsOfDay
    let target = out.assumingMemoryBound(to: Int64.self)
    for index in 0..<count {
      let raw = source + index * 12
      let nanoseconds = raw.loadUnaligned(as: Int64.self)
      let day = Int64(raw.loadUnaligned(fromByteOffset: 8, as: Int32.self))
      let time = LeafConversion.floorDivide(nanoseconds, by: 1000)
      target[index] = day &* microsecondsOfDay &+ time &- epoch
    }
  }
}

extension UnsafeRawPointer {
  @inline(__always)
  fileprivate func at<S: BitwiseCopyable>(_ index: Int, _ type: S.Type) -> S {
    loadUnaligned(fromByteOffset: index &* MemoryLayout<S>.stride, as: type)
  }
}

extension Float {
  /// From the bits of a number of sixteen.
  init(half bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 31)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:
      // Exact: ten bits times a power of two.
      let magnitude = Float(fraction) * 0x1p-24
      self = sign == 0 ? magnitude : -magnitude
    case 31: self.init(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
