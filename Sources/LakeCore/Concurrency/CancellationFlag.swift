import Synchronization

/// The wish that a piece of work ends early. Set from any thread or from a signal handler; whoever
/// works looks at it between two items, never inside a loop over rows.
package final class CancellationFlag: Sendable {
  private let isSet = Atomic<Bool>(false)

  package init() {}

  package func cancel() { isSet.store(true, ordering: .releasing) }

  /// Takes the wish back, between two pieces of work of one session.
  package func reset() { isSet.store(false, ordering: .releasing) }

  package var isCancelled: Bool { isSet.load(ordering: .acquiring) }

  /// Throws `cancelled` if the flag is set.
  package func check() throws(LakeError) {
    if isCancelled { throw LakeError(.cancelled, "interrupted") }
  }
}
