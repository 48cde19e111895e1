import LakeCore

/// A fixed sequence of pseudo-random numbers (SplitMix64), so that a failure comes back.
struct TestRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// Calls `body` with the bytes of a text in memory of exactly their size, so that a read or write
/// beyond them is noticed by the sanitizer and by its effect: digits surround them.
func withToken<R>(_ text: String, _ body: (UnsafePointer<UInt8>, Int) throws -> R) rethrows -> R {
  let bytes = [0x31, 0x32] + Array(text.utf8) + [UInt8](repeating: 0x39, count: 16)
  return try bytes.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("no bytes") }
    return try body(base + 2, text.utf8.count)
  }
}

/// What `write` writes, and a check that it stays within `room`.
func written(room: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) -> String {
  withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room + 16) { buffer in
    buffer.initialize(repeating: 0xEE)
    guard let base = buffer.baseAddress else { return "" }
    let count = write(base)
    precondition(count <= room && buffer[room...].allSatisfy { $0 == 0xEE }, "wrote too much")
    return String(decoding: buffer[..<count], as: UTF8.self)
  }
}
