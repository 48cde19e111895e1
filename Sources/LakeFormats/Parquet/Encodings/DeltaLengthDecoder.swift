import LakeCore

/// Reads DELTA_LENGTH_BYTE_ARRAY: all lengths as differences, then all bytes.
struct DeltaLengthDecoder {
  private var lengths: DeltaDecoder
  private var bytes: ByteView

  init(_ page: ByteView, tracker: MemoryTracker?) throws(LakeError) {
    lengths = try DeltaDecoder(page, tracker: tracker)
    // Where the lengths end is known only when they were read. Reading them twice costs a
    // nanosecond each and no memory, whatever the page claims.
    var finder = try DeltaDecoder(page, tracker: tracker)
    try finder.skip(finder.remaining)
    bytes = ByteView(finder.cursor, count: page.end - finder.cursor)
  }

  /// The lengths of the next values and their bytes, which lie one behind the other.
  mutating func decode(
    _ count: Int, lengths out: UnsafeMutablePointer<UInt32>
  ) throws(LakeError) -> ByteView {
    let total = try lengths.decodeLengths(count, into: out)
    guard total <= bytes.count else { throw Varint.truncated }
    let taken = bytes[0..<total]
    bytes = bytes.dropFirst(total)
    return taken
  }

  mutating func skip(_ count: Int) throws(LakeError) {
    let step = 512
    try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: step) {
      (room) throws(LakeError) in
      guard let base = room.baseAddress else { return }
      var left = count
      while left > 0 {
        let taken = min(left, step)
        _ = try decode(taken, lengths: base)
        left -= taken
      }
    }
  }
}

extension DeltaDecoder {
  /// Reads lengths; returns their sum. None is negative or above what has 31 bits.
  mutating func decodeLengths(
    _ count: Int, into out: UnsafeMutablePointer<UInt32>
  ) throws(LakeError) -> Int {
    let step = 512
    return try withUnsafeTemporaryAllocation(of: Int64.self, capacity: step) {
      (room) throws(LakeError) -> Int in
      guard let base = room.baseAddress else { return 0 }
      var (done, total) = (0, 0)
      while done < count {
        let taken = min(count - done, step)
        try decode(taken, into: base)
        var bits: Int64 = 0
        for index in 0..<taken {
          bits |= base[index]
          out[done &+ index] = UInt32(truncatingIfNeeded: base[index])
          // No overflow where the test below holds: 2^9 numbers below 2^31, 2^22 times.
          total = total &+ Int(truncatingIfNeeded: base[index])
        }
        guard bits >= 0, bits <= Int64(Int32.max) else {
          throw LakeError.parquetDamage("a length is negative or has more than 31 bits")
        }
        done += taken
      }
      return total
    }
  }
}
