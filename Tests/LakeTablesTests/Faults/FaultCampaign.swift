import Glibc
import LakeCore
import LakeTables
import LakeTestSupport

/// All the ways in which one scenario can go wrong, one run each.
///
/// A fault strikes at each operation in turn. After it the disk is judged as it is, and as it may
/// be found had the power been cut at that moment.
struct FaultCampaign {
  /// How much is tried.
  struct Extent {
    /// Losses of power of each kind, after each operation.
    var seeds: Int
    var faults: [FaultyProcess.Fault]
    /// Whether the power is cut after failures too, and not only after deaths.
    var cutsAfterFailures: Bool

    static let whole = Extent(
      seeds: 6,
      faults: [
        .death, .failure(EIO), .failure(ENOSPC), .failureBehind(EIO), .halfWrite(ENOSPC),
        .lostPages, .fullDisk, .readOnly,
      ],
      cutsAfterFailures: true)
    static let sample = Extent(
      seeds: 1, faults: [.death, .failureBehind(EIO), .halfWrite(ENOSPC), .lostPages, .fullDisk],
      cutsAfterFailures: false)
  }

  let scenario: FaultScenario
  let extent: Extent
  private(set) var runs = 0
  /// Operations that change the disk.
  private(set) var operations = 0
  private(set) var violations: [String] = []

  init(_ scenario: FaultScenario, _ extent: Extent) {
    self.scenario = scenario
    self.extent = extent
  }

  mutating func run() throws {
    let start = try SimulatedLake()
    try scenario.prepare(start)
    // A later publish, by another process: nothing of the first is in memory.
    start.now.add(1000)
    let judge = try FaultJudge(scenario, start: start)
    for fault in extent.faults {
      for position in 0..<10_000 {
        if try !strike(fault, at: position, from: start, judge) { break }
      }
    }
  }

  /// False where the verb ended before the fault could strike.
  private mutating func strike(
    _ fault: FaultyProcess.Fault, at position: Int, from start: SimulatedLake, _ judge: FaultJudge
  ) throws -> Bool {
    let lake = start.moved(to: start.disk.copy())
    let process = FaultyProcess(on: lake.disk, fault, at: position)
    var report = FaultJudge.Report(ending: .refused)
    do {
      report.ending = try scenario.act(lake, process)
    } catch let error as LakeError {
      report.failure = error
    }
    if fault == .death { operations = max(operations, position) }
    if process.struck == nil, report.failure != nil || report.isRefused {
      violations.append("\(scenario.testDescription): failed without a fault: \(report)")
      return false
    }
    let what = process.struck.map { "\(fault) at \(position) (\($0))" } ?? "no fault"
    if fault == .death || extent.cutsAfterFailures || process.struck == nil {
      cutPower(after: what, lake, report, judge)
    }
    note(what, judge.violations(on: lake, report, afterPowerCut: false))
    return process.struck != nil
  }

  private mutating func cutPower(
    after what: String, _ lake: SimulatedLake, _ report: FaultJudge.Report, _ judge: FaultJudge
  ) {
    var seen: Set<[String]> = [lake.disk.contents]
    for cut in PowerCut.allCases {
      for seed in 0..<UInt64(extent.seeds) {
        var random = SeededRandom(seed: seed)
        let after = lake.disk.afterPowerCut(cut, using: &random)
        guard seen.insert(after.contents).inserted else { continue }
        let found = judge.violations(on: lake.moved(to: after), report, afterPowerCut: true)
        note("\(what), then a loss of power (\(cut), seed \(seed))", found)
      }
    }
  }

  private mutating func note(_ what: String, _ found: [String]) {
    runs += 1
    violations += found.map { "\(scenario.testDescription): \(what): \($0)" }
  }
}
