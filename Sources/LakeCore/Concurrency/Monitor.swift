import Glibc

/// A value behind a lock that threads can wait at until it becomes what they need.
///
/// `Mutex` of the standard library has no way to wait, hence this. Waiting is for the edges: the
/// queue of a pool, and the thread that hands work to it. No task of a pool waits at a monitor.
// @unchecked Sendable: the value is touched only while the mutex is held.
package final class Monitor<Value>: @unchecked Sendable {
  private var value: Value
  // On the heap, since a mutex must not move and a Swift property has no address to rely on.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>

  package init(_ value: Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    let mutexResult = pthread_mutex_init(mutex, nil)
    let conditionResult = pthread_cond_init(changed, nil)
    // With default attributes neither can fail on Linux.
    precondition(mutexResult == 0 && conditionResult == 0)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` with the lock held.
  package func withLock<R, E>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }

  /// Waits until the value fulfils the condition and runs `body` under the same lock.
  package func waitUntil<R, E>(
    _ isFulfilled: (Value) -> Bool, then body: (inout Value) throws(E) -> R
  ) throws(E) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isFulfilled(value) { pthread_cond_wait(changed, mutex) }
    return try body(&value)
  }

  /// Wakes one waiting thread. To be called after a change under the lock, with or without it held.
  package func wakeOne() { pthread_cond_signal(changed) }

  /// Wakes all waiting threads.
  package func wakeAll() { pthread_cond_broadcast(changed) }
}
