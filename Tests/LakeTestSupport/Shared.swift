import Foundation

/// A value that the threads of a test share. A class, so that `#expect` can look into it, which a
/// bare `Atomic` or `Mutex` does not allow.
///
/// The lock is one of pthreads: the thread sanitizer does not see that of `Mutex`, and would report
/// races where there are none.
// @unchecked Sendable: the value is touched only while the lock is held.
package final class Shared<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var storage: Value

  package init(_ value: Value) {
    storage = value
  }

  package var value: Value { withLock { $0 } }

  package func set(_ value: Value) {
    withLock { $0 = value }
  }

  package func withLock<R>(_ body: (inout Value) -> R) -> R {
    lock.withLock { body(&storage) }
  }
}

extension Shared where Value == Int {
  /// Adds and returns the sum.
  @discardableResult
  package func add(_ number: Int) -> Int {
    withLock {
      $0 += number
      return $0
    }
  }

  /// Keeps the greater of both.
  package func raise(to number: Int) {
    withLock { $0 = max($0, number) }
  }
}
