import Synchronization

/// An account of memory: bytes are reserved before they are allocated, so that a limit is an error
/// that can be answered instead of a process that is killed.
///
/// Trackers form a chain operator → query → session; a reservation counts in each. When a limit
/// is reached, the tracker that owns the limit first asks the largest of those that offered to
/// give memory back (`offerToSpill`), and only then throws `limitExceeded`.
package final class MemoryTracker: Sendable {
  package let name: String
  /// Nil where only the parents limit.
  package let limit: Int?
  private let parent: MemoryTracker?
  private let used = Atomic<Int>(0)
  private let peakBytes = Atomic<Int>(0)
  private let spillables = Mutex<[Spillable]>([])

  /// Someone who can free memory by writing it to disk.
  package struct Spillable: Sendable {
    /// The tracker whose bytes `spill` gives back; it also identifies the offer.
    package let tracker: MemoryTracker
    /// Frees what it can. Called from any thread.
    package let spill: @Sendable () throws -> Void

    package init(tracker: MemoryTracker, spill: @escaping @Sendable () throws -> Void) {
      self.tracker = tracker
      self.spill = spill
    }
  }

  package init(name: String, limit: Int? = nil, parent: MemoryTracker? = nil) {
    self.name = name
    self.limit = limit
    self.parent = parent
  }

  package var usedBytes: Int { used.load(ordering: .relaxed) }
  package var peak: Int { peakBytes.load(ordering: .relaxed) }

  package func offerToSpill(_ spillable: Spillable) {
    spillables.withLock { $0.append(spillable) }
  }

  package func withdrawOffer(of tracker: MemoryTracker) {
    spillables.withLock { $0.removeAll { $0.tracker === tracker } }
  }

  package func reserve(_ bytes: Int) throws(LakeError) {
    precondition(bytes >= 0)
    if tryReserve(bytes) { return }
    if spillLargest(), tryReserve(bytes) { return }
    throw LakeError(
      .limitExceeded,
      "\(name) needs \(bytes) more bytes of memory and the limit is reached "
        + "(\(limitInForce.used) of \(limitInForce.limit) bytes in use)",
      hint: "Raise the limit with --memory-limit, or use fewer threads.")
  }

  package func release(_ bytes: Int) {
    used.subtract(bytes, ordering: .relaxed)
    parent?.release(bytes)
  }

  /// Reserves here and in all parents, or nowhere.
  private func tryReserve(_ bytes: Int) -> Bool {
    let now = used.add(bytes, ordering: .relaxed).newValue
    if let limit, now > limit {
      used.subtract(bytes, ordering: .relaxed)
      return false
    }
    if let parent, !parent.tryReserve(bytes) {
      used.subtract(bytes, ordering: .relaxed)
      return false
    }
    peakBytes.max(now, ordering: .relaxed)
    return true
  }

  private func spillLargest() -> Bool {
    var tracker: MemoryTracker? = self
    while let current = tracker {
      let largest = current.spillables.withLock { offers in
        offers.max { $0.tracker.usedBytes < $1.tracker.usedBytes }
      }
      if let largest, largest.tracker.usedBytes > 0 {
        do {
          try largest.spill()
          return true
        } catch {
          return false
        }
      }
      tracker = current.parent
    }
    return false
  }

  private var limitInForce: (used: Int, limit: Int) {
    if let limit { return (usedBytes, limit) }
    return parent?.limitInForce ?? (usedBytes, .max)
  }
}
