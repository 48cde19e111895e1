import LakeCore
import LakeTestSupport

/// Lets one of several threads go on at a time. Who is next is drawn by a seed, so that the same
/// seed gives the same order of events, whatever the machine does.
final class Baton: Sendable {
  private struct State {
    var random: SeededRandom
    var missing: Int
    var present: [Int] = []
    var holder: Int?
    /// Turns until the power is cut; nil where it is not.
    var turnsLeft: Int?

    mutating func passOn() {
      holder = missing > 0 || present.isEmpty ? nil : random.pick(present)
    }
  }

  private let state: Monitor<State>

  /// `runners` threads are waited for before the first goes on. The power is cut after so many
  /// turns.
  init(seed: UInt64, runners: Int, turns: Int?) {
    state = Monitor(
      State(random: SeededRandom(seed: seed), missing: runners, turnsLeft: turns))
  }

  /// To be called by each thread before anything else.
  func join(_ runner: Int) {
    state.withLock { state in
      state.missing -= 1
      state.present.append(runner)
      // They come in any order, and are drawn from one list.
      state.present.sort()
      if state.missing == 0 { state.passOn() }
    }
    state.wakeAll()
    wait(runner)
  }

  /// To be called by a thread that is done.
  func leave(_ runner: Int) {
    state.withLock { state in
      state.present.removeAll { $0 == runner }
      state.passOn()
    }
    state.wakeAll()
  }

  /// Lets somebody else go on, or the caller once more. False once the power is cut.
  func pass(_ runner: Int) -> Bool {
    let (hasPower, isOn) = state.withLock { state in
      if let left = state.turnsLeft {
        if left <= 0 { return (false, false) }
        state.turnsLeft = left - 1
      }
      state.passOn()
      return (true, state.holder != runner)
    }
    if isOn {
      state.wakeAll()
      wait(runner)
    }
    return hasPower
  }

  var isPowerCut: Bool { state.withLock { $0.turnsLeft.map { $0 <= 0 } ?? false } }

  private func wait(_ runner: Int) {
    state.waitUntil({ $0.holder == runner }, then: { _ in })
  }
}
