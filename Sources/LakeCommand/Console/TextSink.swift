import Glibc
import LakeCore
import Synchronization

/// Standard output or standard error, shared by threads. In tests it only keeps.
///
/// After the first failure everything is dropped with the same error, so that a closed pipe costs
/// nothing more.
package final class TextSink: Sendable {
  private struct State {
    /// Nil keeps what is written.
    var stream: StandardOutput?
    var kept: [UInt8] = []
    var failure: LakeError?
  }

  private let isImmediate: Bool
  private let state: Mutex<State>

  /// - parameter isImmediate: Whether every write reaches its reader at once.
  package init(descriptor: Int32, isImmediate: Bool) {
    self.isImmediate = isImmediate
    state = Mutex(State(stream: StandardOutput(descriptor: descriptor)))
  }

  /// A sink that keeps what is written, for tests.
  package init() {
    isImmediate = true
    state = Mutex(State(stream: nil))
  }

  package func write(_ text: String) throws(LakeError) {
    try guarded { state throws(LakeError) in
      guard let stream = state.stream else {
        state.kept += Array(text.utf8)
        return
      }
      try stream.write(text)
      if isImmediate { try stream.flush() }
    }
  }

  package func flush() throws(LakeError) {
    try guarded { state throws(LakeError) in try state.stream?.flush() }
  }

  /// What was kept.
  package var kept: String {
    state.withLock { String(decoding: $0.kept, as: UTF8.self) }
  }

  /// Runs one body at a time, and none after a failure.
  private func guarded(_ body: (inout State) throws(LakeError) -> Void) throws(LakeError) {
    try state.withLock { state throws(LakeError) in
      if let failure = state.failure { throw failure }
      do throws(LakeError) {
        try body(&state)
      } catch {
        state.failure = error
        throw error
      }
    }
  }
}
