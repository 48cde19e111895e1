import Synchronization

/// An account of memory: bytes are reserved before they are allocated, so that a limit is an error
/// that can be answered instead of a process that is killed.
///
/// Trackers form a chain operator → query → session; a reservation counts in each or in none. When
/// a limit stands in the way, those below the tracker that owns it and that offered to give memory
/// back (`offerToSpill`) are asked to, the largest first, and only when none of them can give any
/// more, `limitExceeded` is thrown.
package final class MemoryTracker: Sendable {
  package let name: String
  /// Nil where only the parents limit.
  package let limit: Int?
  private let parent: MemoryTracker?
  private let used = Atomic<Int>(0)
  private let peakBytes = Atomic<Int>(0)
  /// The offers of this tracker and of all below it.
  private let spillables = Mutex<[Spillable]>([])

  /// Someone who can free memory by writing it to disk.
  package struct Spillable: Sendable {
    /// The tracker whose bytes `spill` gives back; it also identifies the offer.
    package let tracker: MemoryTracker
    /// Frees what it can, and reserves nothing meanwhile. Called by whoever runs into the limit, on
    /// any thread, also by several at once, and also from within a call of `reserve` by the one
    /// who made the offer.
    package let spill: @Sendable () throws -> Void

    package init(tracker: MemoryTracker, spill: @escaping @Sendable () throws -> Void) {
      self.tracker = tracker
      self.spill = spill
    }
  }

  package init(name: String, limit: Int? = nil, parent: MemoryTracker? = nil) {
    precondition(limit ?? 0 >= 0)
    self.name = name
    self.limit = limit
    self.parent = parent
  }

  package var usedBytes: Int { used.load(ordering: .relaxed) }
  /// The most that was ever in use at once.
  package var peak: Int { peakBytes.load(ordering: .relaxed) }

  /// Counts bytes as used, here and in all parents, or throws `limitExceeded`.
  package func reserve(_ bytes: Int) throws(LakeError) {
    precondition(bytes >= 0)
    while let refusing = firstRefusing(bytes) {
      let (hasFreed, spillError) = refusing.spillLargest()
      if hasFreed { continue }
      throw LakeError(
        .limitExceeded,
        "\(name) needs \(bytes) more bytes of memory; \(refusing.usedBytes) of the "
          + "\(refusing.limit ?? .max) that \(refusing.name) may use are in use",
        hint: "Raise the limit with --memory-limit, or use fewer threads.", cause: spillError)
    }
  }

  /// As `reserve`, but asks nobody to spill, and says no instead of throwing.
  package func tryReserve(_ bytes: Int) -> Bool {
    precondition(bytes >= 0)
    return firstRefusing(bytes) == nil
  }

  /// The limit that is nearest to being reached, of this tracker and its parents, and what is in
  /// use of it; nil where nothing limits.
  package var tightest: (used: Int, limit: Int)? {
    let own = limit.map { (used: usedBytes, limit: $0) }
    guard let above = parent?.tightest else { return own }
    guard let own else { return above }
    return own.limit - own.used <= above.limit - above.used ? own : above
  }

  /// Gives back what was reserved.
  package func release(_ bytes: Int) {
    let rest = used.wrappingSubtract(bytes, ordering: .relaxed).newValue
    assert(bytes >= 0 && rest >= 0, "more was released than reserved")
    parent?.release(bytes)
  }

  /// Lets this tracker and its parents ask for memory back.
  package func offerToSpill(_ spillable: Spillable) {
    spillables.withLock { $0.append(spillable) }
    parent?.offerToSpill(spillable)
  }

  /// Takes an offer back, where it was made. A call of `spill` may still be under way.
  package func withdrawOffer(of tracker: MemoryTracker) {
    spillables.withLock { $0.removeAll { $0.tracker === tracker } }
    parent?.withdrawOffer(of: tracker)
  }

  /// Reserves here and in all parents and returns nil, or nowhere, and returns the tracker whose
  /// limit stands in the way.
  private func firstRefusing(_ bytes: Int) -> MemoryTracker? {
    guard let now = addIfAllowed(bytes) else { return self }
    if let refusing = parent?.firstRefusing(bytes) {
      used.wrappingSubtract(bytes, ordering: .relaxed)
      return refusing
    }
    peakBytes.max(now, ordering: .relaxed)
    return nil
  }

  /// The new sum; nil where it would be above the limit. The sum is never above the limit, not
  /// even for a moment, in which others would be refused for a reservation that does not come
  /// about.
  private func addIfAllowed(_ bytes: Int) -> Int? {
    var current = used.load(ordering: .relaxed)
    while true {
      let (sum, overflow) = current.addingReportingOverflow(bytes)
      if overflow || sum > limit ?? .max { return nil }
      let (exchanged, original) = used.weakCompareExchange(
        expected: current, desired: sum, ordering: .relaxed)
      if exchanged { return sum }
      current = original
    }
  }

  /// Asks the largest to spill that has anything, then the next one, until one has freed memory.
  private func spillLargest() -> (hasFreed: Bool, error: (any Error)?) {
    let offers = spillables.withLock { $0 }
    let largestFirst = offers.map { (offer: $0, bytes: $0.tracker.usedBytes) }
      .filter { $0.bytes > 0 }.sorted { $0.bytes > $1.bytes }
    var firstError: (any Error)?
    for (offer, bytes) in largestFirst {
      do {
        try offer.spill()
      } catch {
        firstError = firstError ?? error
      }
      if offer.tracker.usedBytes < bytes { return (true, nil) }
    }
    return (false, firstError)
  }
}
