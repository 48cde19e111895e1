import LakeCore

/// Runs of equal values and bit-packed groups of eight, mixed: levels and dictionary indices.
///
/// A group of eight equal values begins a run, which goes on as long as it lasts; all other groups
/// are packed. So a run is found wherever a group boundary falls into it, and no value is looked at
/// more than twice.
enum HybridEncoder {
  /// Appends `count` values of `width` bits (1 to 32).
  static func encode<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, count: Int, width: Int, into sink: inout ByteSink
  ) throws(LakeError) {
    var at = 0
    var packedFrom = 0
    while at < count {
      if at &+ 8 <= count, isRun(values + at) {
        if packedFrom < at { try pack(values + packedFrom, at - packedFrom, width, &sink) }
        let end = endOfRun(values, from: at, count: count)
        try appendRun(values[at], count: end - at, width: width, &sink)
        at = end
        packedFrom = end
      } else {
        at = min(at &+ 8, count)
      }
    }
    if packedFrom < count { try pack(values + packedFrom, count - packedFrom, width, &sink) }
  }

  /// A run of one value.
  static func appendRun<T: FixedWidthInteger & UnsignedInteger>(
    _ value: T, count: Int, width: Int, _ sink: inout ByteSink
  ) throws(LakeError) {
    try sink.appendVarint(UInt64(count) << 1)
    var rest = UInt64(truncatingIfNeeded: value)
    for _ in 0..<((width + 7) / 8) {
      try sink.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  @inline(__always)
  private static func isRun<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>
  ) -> Bool {
    let first = values[0]
    var difference: T = 0
    for index in 1..<8 { difference |= values[index] ^ first }
    return difference == 0
  }

  private static func endOfRun<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, from start: Int, count: Int
  ) -> Int {
    let value = values[start]
    var end = start &+ 8
    while end &+ 8 <= count {
      var difference: T = 0
      for index in 0..<8 { difference |= values[end &+ index] ^ value }
      if difference != 0 { break }
      end &+= 8
    }
    while end < count, values[end] == value { end &+= 1 }
    return end
  }

  /// Groups of eight; the last one is filled up with zeros.
  private static func pack<T: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<T>, _ count: Int, _ width: Int, _ sink: inout ByteSink
  ) throws(LakeError) {
    let groups = (count + 7) / 8
    try sink.appendVarint(UInt64(groups) << 1 | 1)
    // Sixteen bytes may be stored for the last group; the sink's slack takes them.
    try sink.reserve(groups * width)
    var out = sink.cursor
    for group in 0..<(count / 8) {
      BitPacking.pack8(values + group &* 8, width: width, to: out)
      out += width
    }
    if count % 8 != 0 {
      withUnsafeTemporaryAllocation(of: T.self, capacity: 8) { last in
        guard let base = last.baseAddress else { return }
        for index in 0..<8 {
          base[index] = index < count % 8 ? values[count / 8 * 8 + index] : 0
        }
        BitPacking.pack8(base, width: width, to: out)
      }
    }
    sink.advance(by: groups * width)
  }
}
