import LakeCore

/// DELTA_BINARY_PACKED: blocks of 128 differences, each less the smallest of its block, in four
/// packs of their own width.
///
/// Differences wrap around in the width of the column, as readers' sums do.
enum DeltaEncoder {
  static let blockValues = 128
  static let packValues = 32

  /// The bytes that `encode` will need at most, to the last few.
  static func byteCount<T: FixedWidthInteger & SignedInteger>(
    _ values: UnsafePointer<Int64>, count: Int, as type: T.Type
  ) -> Int {
    var total = 16
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: blockValues) { room in
      guard let deltas = room.baseAddress else { return }
      var at = 1
      while at < count {
        let block = min(blockValues, count &- at)
        _ = difference(values + at, block, as: type, into: deltas)
        total &+= 9
        for pack in 0..<4 { total &+= width(deltas + pack &* packValues) &* 4 }
        at &+= block
      }
    }
    return total
  }

  /// Appends the encoded values.
  static func encode<T: FixedWidthInteger & SignedInteger>(
    _ values: UnsafePointer<Int64>, count: Int, as type: T.Type, into sink: inout ByteSink
  ) throws(LakeError) {
    try sink.appendVarint(UInt64(blockValues))
    try sink.appendVarint(4)
    try sink.appendVarint(UInt64(count))
    try sink.appendZigzag(count > 0 ? values[0] : 0)
    let deltas = try Buffer(byteCount: blockValues * 8)
    let room = deltas.pointer(as: UInt64.self)
    var at = 1
    while at < count {
      let block = min(blockValues, count &- at)
      let minimum = difference(values + at, block, as: type, into: room)
      try sink.appendZigzag(minimum)
      try appendPacks(room, block, &sink)
      at &+= block
    }
  }

  /// The differences of a block less their minimum, which is returned; zeros behind the last.
  @inline(__always)
  private static func difference<T: FixedWidthInteger & SignedInteger>(
    _ values: UnsafePointer<Int64>, _ count: Int, as type: T.Type,
    into out: UnsafeMutablePointer<UInt64>
  ) -> Int64 {
    var minimum = T.max
    for index in 0..<count {
      let delta = T(truncatingIfNeeded: values[index]) &- T(truncatingIfNeeded: values[index &- 1])
      minimum = Swift.min(minimum, delta)
      out[index] = UInt64(truncatingIfNeeded: delta)
    }
    for index in 0..<count {
      let shifted = T(truncatingIfNeeded: out[index]) &- minimum
      out[index] = UInt64(truncatingIfNeeded: T.Magnitude(truncatingIfNeeded: shifted))
    }
    for index in count..<max(count, blockValues) { out[index] = 0 }
    return Int64(minimum)
  }

  @inline(__always)
  private static func width(_ deltas: UnsafePointer<UInt64>) -> Int {
    var all: UInt64 = 0
    for index in 0..<packValues { all |= deltas[index] }
    return 64 &- all.leadingZeroBitCount
  }

  private static func appendPacks(
    _ deltas: UnsafePointer<UInt64>, _ count: Int, _ sink: inout ByteSink
  ) throws(LakeError) {
    let packCount = (count + packValues - 1) / packValues
    for pack in 0..<4 {
      try sink.append(pack < packCount ? UInt8(width(deltas + pack * packValues)) : 0)
    }
    for pack in 0..<packCount {
      let from = deltas + pack * packValues
      let width = width(from)
      try sink.reserve(width * 4)
      BitPacking.pack32(from, width: width, to: sink.cursor)
      sink.advance(by: width * 4)
    }
  }
}
