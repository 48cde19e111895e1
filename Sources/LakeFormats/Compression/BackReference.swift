import Glibc

/// The step that all compressors of the LZ77 family have in common.
enum BackReference {
  /// Copies from `offset` bytes before; what is copied may be copied again.
  @inline(__always)
  static func copy(_ target: UnsafeMutablePointer<UInt8>, _ offset: Int, _ size: Int) {
    if offset >= size {
      memcpy(target, target - offset, size)
    } else {
      for index in 0..<size { target[index] = target[index &- offset] }
    }
  }
}
