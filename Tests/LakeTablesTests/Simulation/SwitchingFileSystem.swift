import Glibc
import LakeCore
import LakeTestSupport

/// The file operations of one process among several: before each another one may go on.
final class SwitchingFileSystem: InterceptingFileSystem {
  private struct State {
    var random: SeededRandom
    var operationsLeft: Int?
    var isDead = false
  }

  let base: any FileSystem
  private let baton: Baton
  private let runner: Int
  private let state: Shared<State>

  /// The process dies after so many operations; nil lets it live.
  init(_ disk: SimulatedDisk, _ baton: Baton, runner: Int, seed: UInt64, operations: Int?) {
    base = disk
    self.baton = baton
    self.runner = runner
    state = Shared(State(random: SeededRandom(seed: seed), operationsLeft: operations))
  }

  var isDead: Bool { state.value.isDead }

  func intercept<R>(
    _ operation: FileOperation, _ body: (_ limit: Int) throws(LakeError) -> R
  ) throws(LakeError) -> R {
    while true {
      try goOn(operation)
      do throws(LakeError) {
        return try body(.max)
      } catch {
        // A lock is waited for, as a rule; some callers give up at once.
        guard case .lock(let path) = operation, error.code == .conflict,
          path.hasSuffix("_publish.lock"), state.withLock({ !$0.random.chance(20) })
        else { throw error }
      }
    }
  }

  /// Waits for the next turn; throws where the process dies before the operation.
  private func goOn(_ operation: FileOperation) throws(LakeError) {
    if !state.value.isDead {
      let hasPower = baton.pass(runner)
      state.withLock { state in
        if let left = state.operationsLeft { state.operationsLeft = left - 1 }
        state.isDead = !hasPower || state.operationsLeft.map { $0 < 0 } ?? false
      }
    }
    if state.value.isDead {
      throw .system(EIO, call: "killed", action: "\(operation)", at: .file(operation.path))
    }
  }
}
