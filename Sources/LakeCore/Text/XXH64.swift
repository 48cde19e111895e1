/// XXH64, the 64-bit hash by Yann Collet (xxHash specification 0.1.1): for fingerprints that are
/// stored and compared across machines. Not for secrets, and not against an adversary.
///
///     XXH64.hash(view)                        at once
///
///     var hash = XXH64(seed: 0)               piece by piece, with the same result
///     hash.update(first); hash.update(second)
///     hash.digest
package struct XXH64: Sendable {
  private var lanes: Lanes
  private let seed: UInt64
  private var total = 0
  /// What did not fill a stripe of 32 bytes yet.
  private var pending: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  package init(seed: UInt64 = 0) {
    self.seed = seed
    lanes = Lanes(seed: seed)
  }

  /// The hash of all bytes at once.
  package static func hash(_ view: ByteView, seed: UInt64 = 0) -> UInt64 {
    let bytes = UnsafeRawPointer(view.start)
    var value = seed &+ prime5
    var offset = 0
    if view.count >= 32 {
      var lanes = Lanes(seed: seed)
      offset = lanes.consume(bytes, count: view.count)
      value = lanes.merged
    }
    return finish(
      value &+ UInt64(truncatingIfNeeded: view.count), bytes + offset, count: view.count - offset)
  }

  package mutating func update(_ view: ByteView) {
    var bytes = UnsafeRawPointer(view.start)
    var count = view.count
    let filled = total & 31
    total += count
    if filled > 0 {
      let taken = min(32 - filled, count)
      withUnsafeMutableBytes(of: &pending) {
        $0.baseAddress?.advanced(by: filled).copyMemory(from: bytes, byteCount: taken)
      }
      guard filled + taken == 32 else { return }
      withUnsafeBytes(of: pending) { stripe in
        if let base = stripe.baseAddress { _ = lanes.consume(base, count: 32) }
      }
      bytes += taken
      count -= taken
    }
    let consumed = lanes.consume(bytes, count: count)
    withUnsafeMutableBytes(of: &pending) {
      $0.baseAddress?.copyMemory(from: bytes + consumed, byteCount: count - consumed)
    }
  }

  /// The hash of all bytes so far. More may follow.
  package var digest: UInt64 {
    let value = total >= 32 ? lanes.merged : seed &+ XXH64.prime5
    return withUnsafeBytes(of: pending) { rest in
      guard let base = rest.baseAddress else { return 0 }
      return XXH64.finish(
        value &+ UInt64(truncatingIfNeeded: total), base, count: total & 31)
    }
  }

  fileprivate static var prime1: UInt64 { 0x9E37_79B1_85EB_CA87 }
  fileprivate static var prime2: UInt64 { 0xC2B2_AE3D_27D4_EB4F }
  fileprivate static var prime3: UInt64 { 0x1656_67B1_9E37_79F9 }
  fileprivate static var prime4: UInt64 { 0x85EB_CA77_C2B2_AE63 }
  fileprivate static var prime5: UInt64 { 0x27D4_EB2F_1656_67C5 }

  @inline(__always)
  fileprivate static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value &<< bits | value &>> (64 &- bits)
  }

  @inline(__always)
  fileprivate static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
    rotate(lane &+ input &* prime2, 31) &* prime1
  }

  /// The last 0 to 31 bytes, and the final mix.
  private static func finish(_ start: UInt64, _ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
    var value = start
    var offset = 0
    while count - offset >= 8 {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
      value = rotate(value ^ round(0, word), 27) &* prime1 &+ prime4
      offset += 8
    }
    if count - offset >= 4 {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
      value = rotate(value ^ UInt64(word) &* prime1, 23) &* prime2 &+ prime3
      offset += 4
    }
    while offset < count {
      let byte = bytes.load(fromByteOffset: offset, as: UInt8.self)
      value = rotate(value ^ UInt64(byte) &* prime5, 11) &* prime1
      offset += 1
    }
    value = (value ^ value &>> 33) &* prime2
    value = (value ^ value &>> 29) &* prime3
    return value ^ value &>> 32
  }
}

/// The four running sums, each over every fourth word.
private struct Lanes {
  private var first: UInt64
  private var second: UInt64
  private var third: UInt64
  private var fourth: UInt64

  init(seed: UInt64) {
    first = seed &+ XXH64.prime1 &+ XXH64.prime2
    second = seed &+ XXH64.prime2
    third = seed
    fourth = seed &- XXH64.prime1
  }

  /// Takes whole stripes of 32 bytes; returns how many bytes.
  mutating func consume(_ bytes: UnsafeRawPointer, count: Int) -> Int {
    var (a, b, c, d) = (first, second, third, fourth)
    var offset = 0
    while count - offset >= 32 {
      a = XXH64.round(a, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian)
      b = XXH64.round(
        b, bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self).littleEndian)
      c = XXH64.round(
        c, bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self).littleEndian)
      d = XXH64.round(
        d, bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self).littleEndian)
      offset += 32
    }
    (first, second, third, fourth) = (a, b, c, d)
    return offset
  }

  var merged: UInt64 {
    var value = XXH64.rotate(first, 1) &+ XXH64.rotate(second, 7)
    value = value &+ XXH64.rotate(third, 12) &+ XXH64.rotate(fourth, 18)
    for lane in [first, second, third, fourth] {
      value = (value ^ XXH64.round(0, lane)) &* XXH64.prime1 &+ XXH64.prime4
    }
    return value
  }
}
