import Synchronization

/// A value that the threads of a test share. A class, so that `#expect` can look into it, which a
/// bare `Atomic` or `Mutex` does not allow.
package final class Shared<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>

  package init(_ value: Value) {
    mutex = Mutex(value)
  }

  package var value: Value { mutex.withLock { $0 } }

  package func set(_ value: Value) {
    mutex.withLock { $0 = value }
  }

  package func withLock<R: Sendable>(_ body: @Sendable (inout Value) -> R) -> R {
    mutex.withLock { body(&$0) }
  }
}

extension Shared where Value == Int {
  /// Adds and returns the sum.
  @discardableResult
  package func add(_ number: Int) -> Int {
    mutex.withLock {
      $0 += number
      return $0
    }
  }

  /// Keeps the greater of both.
  package func raise(to number: Int) {
    mutex.withLock { $0 = max($0, number) }
  }
}
