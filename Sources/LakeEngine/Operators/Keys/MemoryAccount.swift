import LakeCore

/// Bytes that lie in arrays of the standard library, counted in a tracker for as long as this
/// lives.
final class MemoryAccount {
  private let tracker: MemoryTracker?
  private var bytes = 0

  init(_ tracker: MemoryTracker?) {
    self.tracker = tracker
  }

  func add(_ more: Int) throws(LakeError) {
    try tracker?.reserve(more)
    bytes += more
  }

  deinit { tracker?.release(bytes) }
}
