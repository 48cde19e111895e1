import LakeCore
import LakeTables
import LakeTestSupport

/// A process that changes the table again and again, and is killed now and then.
struct SimulatedWriter {
  let lake: SimulatedLake
  let baton: Baton
  let record: SimulationRecord
  let number: Int
  var random: SeededRandom

  mutating func run(rounds: Int) {
    for round in 0..<rounds where !baton.isPowerCut {
      lake.now.add(random.chance(6) ? 61_000 : 1 + random.below(5))
      let process = SwitchingFileSystem(
        lake.disk, baton, runner: number, seed: random.next(),
        operations: random.chance(5) ? random.below(120) : nil)
      do {
        try work("w\(number)r\(round)", process)
      } catch let error as LakeError {
        // Another process may have the lock, or have changed what was read.
        if !process.isDead, error.code != .conflict {
          record.troubles.withLock { $0.append("w\(number)r\(round): \(error)") }
        }
      } catch {
        record.troubles.withLock { $0.append("w\(number)r\(round): \(error)") }
      }
    }
  }

  private mutating func work(_ id: String, _ process: SwitchingFileSystem) throws {
    let rows = MarkedRows(id, 0..<1 + random.below(3))
    let table = try lake.table(process)
    switch random.below(9) {
    case 0, 1: try commit(id, .overwrite, [rows], table, process)
    case 2, 3, 4: try commit(id, .append, [rows], table, process)
    case 5: try rewrite(id, rows, table, process)
    case 6: try rearrange(id, table, process)
    case 7: try restore(id, table)
    default:
      if random.chance(2) {
        _ = try table.vacuum(isDryRun: false)
      } else {
        try table.recover()
      }
    }
  }

  private func commit(
    _ id: String, _ kind: SimulatedWork.Kind, _ rows: [MarkedRows], _ table: ManagedTable,
    _ process: SwitchingFileSystem
  ) throws {
    let outcome = {
      if case .append = kind { return try lake.append(rows, as: id, through: process) }
      return try lake.overwrite(rows[0], through: process)
    }
    try note(SimulatedWork(id: id, kind: kind, lines: rows.lines), outcome)
  }

  private mutating func rewrite(
    _ id: String, _ rows: MarkedRows, _ table: ManagedTable, _ process: SwitchingFileSystem
  ) throws {
    let snapshot = try table.snapshot()
    let file = random.pick(snapshot.files)
    let removed = try lake.lines(of: file, in: snapshot, through: process)
    try note(SimulatedWork(id: id, kind: .rewrite(removing: removed), lines: rows.lines)) {
      try lake.write(rows, to: snapshot, as: id, .rewrite([file.path]), through: process)
    }
  }

  private func rearrange(
    _ id: String, _ table: ManagedTable, _ process: SwitchingFileSystem
  ) throws {
    let snapshot = try table.snapshot()
    let files = snapshot.files.prefix(3)
    var rows: [String] = []
    for file in files { rows += try lake.lines(of: file, in: snapshot, through: process) }
    let change = TableChange.rearrange(Set(files.map(\.path)))
    let lines = rows
    try note(SimulatedWork(id: id, kind: .rearrange, lines: [])) {
      try lake.write(lines: lines, to: snapshot, as: id, change, through: process)
    }
  }

  private mutating func restore(_ id: String, _ table: ManagedTable) throws {
    let version = random.below(try table.snapshot().version + 1)
    let earlier = try table.snapshot(version: version)
    try note(SimulatedWork(id: id, kind: .restore(version: version), lines: [])) {
      try table.restore(to: earlier, PublishRequest(job: id))
    }
  }

  /// Writes the work down before it is done and after.
  private func note(
    _ work: SimulatedWork, _ publish: () throws -> PublishOutcome
  ) throws {
    var work = work
    record.note(work)
    do {
      switch try publish() {
      case .committed(let report):
        work.ending = .committed(
          version: report.version, withWarnings: !report.warnings.isEmpty)
      case .conflicted, .stale: work.ending = .conflicted
      }
    } catch let error as LakeError where error.code == .conflict {
      work.ending = .conflicted
    }
    record.note(work)
  }
}

extension SimulatedLake {
  func append(
    _ rows: [MarkedRows], as job: String, through process: any FileSystem
  ) throws -> PublishOutcome {
    let snapshot = try table(process).snapshot()
    var request = WriteRequest(.append, of: snapshot)
    // Whatever others do meanwhile.
    request.base = nil
    return try publish(try rows.map { try $0.batch() }, request, as: job, through: process)
  }

  func write(
    _ rows: MarkedRows, to snapshot: Snapshot, as job: String, _ change: TableChange,
    through process: any FileSystem
  ) throws -> PublishOutcome {
    try publish(
      [try rows.batch()], WriteRequest(change, of: snapshot), as: job, through: process)
  }

  /// Writes rows again that were read.
  func write(
    lines: [String], to snapshot: Snapshot, as job: String, _ change: TableChange,
    through process: any FileSystem
  ) throws -> PublishOutcome {
    let rows = lines.compactMap { line -> MarkedRows? in
      guard let match = line.wholeMatch(of: #/int\((\d+)\)\|string\("(.*)"\)/#),
        let id = Int(match.1)
      else { return nil }
      return MarkedRows(String(match.2), id..<id + 1)
    }
    return try publish(
      try rows.map { try $0.batch() }, WriteRequest(change, of: snapshot), as: job,
      through: process)
  }

  func lines(
    of file: AddedFile, in snapshot: Snapshot, through process: any FileSystem
  ) throws -> [String] {
    let bytes = try process.readWhole(snapshot.path(of: file), limit: 1 << 20)
    return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}
