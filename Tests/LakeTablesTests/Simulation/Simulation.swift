import Foundation
import LakeCore
import LakeTables
import LakeTestSupport

/// Several processes at work on one table, on a simulated disk, one file operation at a time. A
/// seed decides who goes on, what each does, who is killed, and when the power is cut.
struct Simulation {
  struct Cast {
    var writers = 3
    var foreignWriters = 0
    var readers = 2
    var rounds = 6
  }

  let seed: UInt64
  let cast: Cast
  private(set) var commits = 0
  private(set) var readings = 0
  private(set) var conflicts = 0
  private(set) var violations: [String] = []

  init(seed: UInt64, cast: Cast = Cast()) {
    self.seed = seed
    self.cast = cast
  }

  mutating func run() throws {
    var random = SeededRandom(seed: seed)
    let lake = try SimulatedLake()
    let record = SimulationRecord()
    try begin(lake, record)
    let runners = cast.writers + cast.foreignWriters + cast.readers
    let turns = random.chance(3) ? 50 + random.below(3000) : nil
    let baton = Baton(seed: random.next(), runners: runners, turns: turns)
    perform(lake, record, baton, &random)
    var end = lake
    if baton.isPowerCut {
      let cut = random.pick(PowerCut.allCases)
      end = lake.moved(to: lake.disk.afterPowerCut(cut, using: &random))
    }
    violations += record.troubles.value
    try judge(end, record, isCut: baton.isPowerCut)
  }

  private func begin(_ lake: SimulatedLake, _ record: SimulationRecord) throws {
    let rows = MarkedRows("first", 0..<2)
    var work = SimulatedWork(id: "first", kind: .overwrite, lines: rows.lines)
    _ = try lake.overwrite(rows)
    work.ending = .committed(version: 0, withWarnings: false)
    record.note(work)
  }

  private func perform(
    _ lake: SimulatedLake, _ record: SimulationRecord, _ baton: Baton,
    _ random: inout SeededRandom
  ) {
    let group = DispatchGroup()
    let runners = cast.writers + cast.foreignWriters + cast.readers
    for number in 0..<runners {
      let (seed, cast) = (random.next(), cast)
      group.enter()
      Thread.detachNewThread {
        baton.join(number)
        let random = SeededRandom(seed: seed)
        if number < cast.writers {
          var writer = SimulatedWriter(
            lake: lake, baton: baton, record: record, number: number, random: random)
          writer.run(rounds: cast.rounds)
        } else if number < cast.writers + cast.foreignWriters {
          var writer = ForeignWriter(
            lake: lake, baton: baton, record: record, number: number, random: random)
          writer.run(rounds: cast.rounds)
        } else {
          var reader = SimulatedReader(
            lake: lake, baton: baton, record: record, number: number, random: random)
          reader.run(rounds: cast.rounds * 3)
        }
        baton.leave(number)
        group.leave()
      }
    }
    group.wait()
  }

  // MARK: - Judgement

  private mutating func judge(
    _ lake: SimulatedLake, _ record: SimulationRecord, isCut: Bool
  ) throws {
    let reader = LogReader(disk: lake.disk)
    guard let end = try reader.read(SimulatedLake.root) else {
      return violations.append("there is no table at the end")
    }
    let works = record.works.value
    commits = end.version + 1
    conflicts = works.values.count { $0.ending == .conflicted }
    let states = judgeVersions(end, works)
    for (version, state) in states.enumerated() {
      let view = try reader.read(SimulatedLake.root, version: version)?.view
      if view != .rows(state) {
        violations.append("version \(version) holds \(view ?? .nothing), not \(state.count) rows")
      }
    }
    judgeAcknowledgements(end, works)
    // What was in the log when the power was cut may be gone; nobody was told of it.
    judgeReadings(record.readings.value, states, isCut: isCut)
    try judgeRecovery(lake, states)
  }

  /// The rows of each version, as they follow from the works in the order of the log.
  private mutating func judgeVersions(
    _ end: LogReader.State, _ works: [String: SimulatedWork]
  ) -> [[String]] {
    var states: [[String]] = []
    for version in 0...end.version {
      let job = end.jobs[version] ?? "nobody"
      guard let work = works[job] else {
        violations.append("version \(version) was made by \(job)")
        break
      }
      guard let rows = work.apply(to: states.last ?? [], history: states) else {
        violations.append("version \(version): \(job) was done on rows that were gone")
        break
      }
      states.append(rows)
    }
    return states
  }

  private mutating func judgeAcknowledgements(
    _ end: LogReader.State, _ works: [String: SimulatedWork]
  ) {
    let versions = Dictionary(grouping: end.jobs.keys, by: { end.jobs[$0] ?? "" })
    for (id, work) in works {
      let made = versions[id] ?? []
      switch work.ending {
      case .unknown where made.count > 1, .conflicted where !made.isEmpty:
        violations.append("\(id) (\(work.ending)) made the versions \(made)")
      case .committed(let version, _) where made != [version]:
        violations.append("\(id) was told version \(version), and made \(made)")
      default: break
      }
    }
  }

  private mutating func judgeReadings(
    _ all: [SimulatedReading], _ states: [[String]], isCut: Bool
  ) {
    readings = all.count
    for reading in all {
      if isCut, reading.latest >= states.count { continue }
      let candidates = reading.version.map { [$0] } ?? Array(states.indices)
      let isRight = candidates.contains { version in
        version >= reading.earliest && version <= reading.latest
          && reading.view == .rows(states[version])
      }
      if !isRight { violations.append("\(reading)") }
    }
  }

  /// Whatever was left undone, one command puts it right.
  private mutating func judgeRecovery(_ lake: SimulatedLake, _ states: [[String]]) throws {
    lake.now.add(61_000)
    try lake.table().recover()
    let plain = PlainReader(disk: lake.disk).read(SimulatedLake.published, .deepPattern)
    if plain != .rows(states.last ?? []) { violations.append("recovered, readers see \(plain)") }
    let staging = try lake.disk.list(SimulatedLake.root + "/_staging")
    if !staging.isEmpty { violations.append("recovered, there is \(staging) in _staging") }
  }
}
