/// Collects small writes into large ones; large ones pass through without a copy.
package final class WriteBuffer {
  private let storage: UnsafeMutableRawBufferPointer
  private var count = 0

  package init(byteCount: Int) {
    precondition(byteCount > 0)
    storage = .allocate(byteCount: byteCount, alignment: 64)
  }

  deinit {
    storage.deallocate()
  }

  package func append(
    _ bytes: UnsafeRawBufferPointer,
    flush: (UnsafeRawBufferPointer) throws(LakeError) -> Void
  ) throws(LakeError) {
    if bytes.count > storage.count - count {
      try self.flush(flush)
      if bytes.count >= storage.count { return try flush(bytes) }
    }
    // Safe: the rest is at least as long as the bytes.
    UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  package func flush(_ body: (UnsafeRawBufferPointer) throws(LakeError) -> Void) throws(LakeError) {
    if count == 0 { return }
    let full = UnsafeRawBufferPointer(rebasing: storage[..<count])
    count = 0
    try body(full)
  }
}
