import LakeCore

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
