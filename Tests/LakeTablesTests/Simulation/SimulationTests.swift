import Foundation
import LakeTestSupport
import Testing

/// Some simulations; LAKE_SIMULATIONS says how many, LAKE_SIMULATION_SEED from which seed on.
@Suite("Several processes on one table, simulated")
struct SimulationTests {
  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  private func simulate(_ cast: Simulation.Cast, _ name: String) throws {
    let first = Self.number("LAKE_SIMULATION_SEED") ?? 1
    let count = Self.number("LAKE_SIMULATIONS") ?? 12
    var (commits, readings, conflicts, violations) = (0, 0, 0, 0)
    for seed in first..<first + count {
      var simulation = Simulation(seed: UInt64(seed), cast: cast)
      try simulation.run()
      commits += simulation.commits
      readings += simulation.readings
      conflicts += simulation.conflicts
      violations += simulation.violations.count
      for violation in simulation.violations.prefix(5) {
        Issue.record("\(name), seed \(seed): \(violation)")
      }
    }
    #expect(commits > count * 3 && readings > count * 3)
    if Self.number("LAKE_SIMULATIONS") != nil {
      print(
        "\(name), seeds \(first) to \(first + count - 1): \(commits) commits, "
          + "\(conflicts) conflicts, \(readings) readings, \(violations) violations")
    }
  }

  @Test func noUpdateIsLostAndNoReaderSeesHalfOfOne() throws {
    try simulate(Simulation.Cast(), "our writers")
  }

  @Test func programsOfOthersAppendBesides() throws {
    try simulate(Simulation.Cast(writers: 2, foreignWriters: 2), "foreign writers")
  }

  @Test func theSameSeedGivesTheSameStory() throws {
    let counts = try (0..<2).map { _ in
      var simulation = Simulation(seed: 5)
      try simulation.run()
      return [simulation.commits, simulation.conflicts, simulation.readings]
    }
    #expect(counts[0] == counts[1])
  }
}
