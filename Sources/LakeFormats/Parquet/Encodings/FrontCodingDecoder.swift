import Glibc
import LakeCore

/// Reads DELTA_BYTE_ARRAY: of each value how much it has in common with the one before, and the
/// rest of it.
struct FrontCodingDecoder {
  private var prefixes: DeltaDecoder
  private var suffixes: DeltaLengthDecoder
  private let tracker: MemoryTracker?
  /// Keeps the last value.
  private var owner: Buffer?
  private var last: ByteView?

  init(_ page: ByteView, tracker: MemoryTracker?) throws(LakeError) {
    self.tracker = tracker
    prefixes = try DeltaDecoder(page, tracker: tracker)
    var finder = try DeltaDecoder(page, tracker: tracker)
    try finder.skip(finder.remaining)
    suffixes = try DeltaLengthDecoder(
      ByteView(finder.cursor, count: page.end - finder.cursor), tracker: tracker)
  }

  /// The next values one behind the other, in a buffer of their own, and their lengths.
  mutating func decode(
    _ count: Int, lengths: UnsafeMutablePointer<UInt32>
  ) throws(LakeError) -> Buffer {
    let room = try Buffer(byteCount: count * 4, tracker: tracker)
    let common = room.pointer(as: UInt32.self)
    _ = try prefixes.decodeLengths(count, into: common)
    let rest = try suffixes.decode(count, lengths: lengths)
    let made = try Buffer(
      byteCount: try total(count, UnsafePointer(common), lengths), tracker: tracker)
    let start = made.pointer(as: UInt8.self)
    var (cursor, suffix) = (start, rest.start)
    var (previous, previousCount) = (last?.start ?? UnsafePointer(start), last?.count ?? 0)
    for index in 0..<count {
      let (prefix, whole) = (Int(common[index]), Int(lengths[index]))
      memcpy(cursor, previous, prefix)
      memcpy(cursor + prefix, suffix, whole &- prefix)
      suffix += whole &- prefix
      (previous, previousCount) = (UnsafePointer(cursor), whole)
      cursor += whole
    }
    (owner, last) = (made, ByteView(previous, count: previousCount))
    return made
  }

  /// How many bytes values have together, whose own lengths take the place of those of their rests.
  private func total(
    _ count: Int, _ prefixes: UnsafePointer<UInt32>, _ lengths: UnsafeMutablePointer<UInt32>
  ) throws(LakeError) -> Int {
    var (total, previous) = (0, last?.count ?? 0)
    for index in 0..<count {
      let prefix = Int(prefixes[index])
      guard prefix <= previous else {
        throw LakeError.parquetDamage(
          "a value has \(prefix) bytes in common with one of \(previous)")
      }
      previous = prefix + Int(lengths[index])
      total += previous
      // A page of a few bytes can make nearly its square.
      guard total <= Self.madeMax else {
        throw LakeError(.limitExceeded, "\(count) values have more than \(Self.madeMax) bytes")
      }
      lengths[index] = UInt32(truncatingIfNeeded: previous)
    }
    return total
  }

  private static let madeMax = 1 << 30

  /// Each value is needed for the next one, so they are made.
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
