import LakeCore
import LakeTables
import LakeTestSupport

/// Looks at a disk after a fault: first as others do, before anything is repaired, then through
/// the library, which repairs it, and then at what is left over.
struct FaultJudge {
  /// What the process said of its work before it went on or died.
  struct Report {
    var ending: FaultScenario.Ending
    var failure: LakeError?

    var isAcknowledged: Bool { failure == nil && !isRefused }
    var isRefused: Bool { if case .refused = ending { true } else { false } }
    var hasWarnings: Bool { if case .done(let hasWarnings) = ending { hasWarnings } else { true } }
  }

  private let scenario: FaultScenario
  private let before: OutsideView
  private let after: OutsideView
  /// What the versions of before hold.
  private let history: [OutsideView]

  init(_ scenario: FaultScenario, start: SimulatedLake) throws {
    self.scenario = scenario
    before = OutsideView(scenario.before)
    after = OutsideView(scenario.after)
    let reader = LogReader(disk: start.disk)
    let latest = try reader.read(SimulatedLake.root)?.version ?? -1
    history = try (0..<latest + 1).map { version in
      try reader.read(SimulatedLake.root, version: version)?.view ?? .nothing
    }
  }

  /// What is wrong. The disk is changed by it.
  func violations(
    on lake: SimulatedLake, _ report: Report, afterPowerCut isCut: Bool
  ) -> [String] {
    var found: [String] = []
    do {
      let state = try LogReader(disk: lake.disk).read(SimulatedLake.root)
      let log = state?.view ?? .nothing
      let allowed = report.isAcknowledged ? [after] : [before, after]
      if !allowed.contains(log) { found.append("the log shows \(log)") }
      found += judgePlainReaders(of: lake, report, log)
      let isOffered = holdsOffer(lake)
      // What its writer has not made durable may be gone with the power.
      if !isOffered, !isCut { found.append("the file that was offered is another") }
      if log == before, isOffered, !report.isAcknowledged { found += try judgeSecondTry(on: lake) }
      try repair(lake, log, &found)
      if log != .nothing { try judgeHistory(of: lake, &found) }
      try publishNext(on: lake, over: state?.version ?? -1, &found)
      found += try leftovers(on: lake)
    } catch {
      found.append("\(error)")
    }
    return found
  }

  /// Whether the file that another program offers is what it was.
  private func holdsOffer(_ lake: SimulatedLake) -> Bool {
    guard let offered = scenario.offered else { return true }
    let lines = try? lake.disk.dataLines(of: SimulatedLake.offered)
    return lines == offered.lines
  }

  // MARK: - Before any repair

  private func judgePlainReaders(
    of lake: SimulatedLake, _ report: Report, _ log: OutsideView
  ) -> [String] {
    var allowed = Set([before, after])
    if let lagging = scenario.lagging { allowed.insert(OutsideView(lagging)) }
    if report.isAcknowledged, !report.hasWarnings { allowed = [after] }
    // Nobody is given rows that the log may still lose. (A table that is dropped goes from the
    // published directory first.)
    if log != after, scenario.after != nil { allowed.remove(after) }
    let views = plainViews(of: lake)
    var found: [String] = []
    for (manner, view) in views where !allowed.contains(view) {
      found.append("a plain reader (\(manner)) sees \(view), and the log shows \(log)")
    }
    if Set(views.map(\.1)).count != 1 { found.append("plain readers differ: \(views)") }
    return found
  }

  private func plainViews(of lake: SimulatedLake) -> [(PlainReader.Manner, OutsideView)] {
    let reader = PlainReader(disk: lake.disk)
    let manners = PlainReader.Manner.allCases.filter { $0 != .pattern || !scenario.hasPartitions }
    return manners.map { ($0, reader.read(SimulatedLake.published, $0)) }
  }

  /// Whoever failed tries again at once. That succeeds, and survives a loss of power, whatever the
  /// first try left undone.
  private func judgeSecondTry(on lake: SimulatedLake) throws -> [String] {
    let copy = lake.moved(to: lake.disk.copy())
    copy.now.add(1000)
    guard case .done = try scenario.act(copy, FaultyProcess(on: copy.disk)) else {
      return ["the second try is refused"]
    }
    var random = SeededRandom(seed: 1)
    let cut = copy.disk.afterPowerCut(.nothing, using: &random)
    let log = try LogReader(disk: cut).read(SimulatedLake.root)?.view ?? .nothing
    return log == after ? [] : ["after a second try and a loss of power the log shows \(log)"]
  }

  // MARK: - Repair

  private func repair(
    _ lake: SimulatedLake, _ log: OutsideView, _ found: inout [String]
  ) throws {
    let table = try ManagedTable.open(
      SimulatedLake.name, in: SimulatedLake.layout, fileSystem: lake.disk, options: lake.options)
    guard let table else {
      if log != .nothing { found.append("the table cannot be opened, and the log shows \(log)") }
      return
    }
    let rows = try table.snapshot().files.flatMap { file in
      try lake.disk.dataLines(of: Path.join(table.root, file.path)).map { line in
        line + file.partitionText
      }
    }
    if OutsideView(rows) != log {
      found.append("opened, it shows \(OutsideView(rows)), not \(log)")
    }
    for (manner, view) in plainViews(of: lake) where view != log {
      found.append("opened, plain readers (\(manner)) see \(view), not \(log)")
    }
    lake.now.add(61_000)
    try table.recover()
    found += try leftovers(on: lake).map { "after recovery: \($0)" }
  }

  private func judgeHistory(of lake: SimulatedLake, _ found: inout [String]) throws {
    let reader = LogReader(disk: lake.disk)
    for (version, view) in history.enumerated() where version >= scenario.oldestReadable {
      let now = try reader.read(SimulatedLake.root, version: version)?.view
      if now != view { found.append("version \(version) shows \(now ?? .nothing), not \(view)") }
    }
  }

  private func publishNext(
    on lake: SimulatedLake, over version: Int, _ found: inout [String]
  ) throws {
    let next = MarkedRows("next", 0..<2)
    lake.now.add(61_000)
    guard let report = try lake.overwrite(next).report else {
      found.append("the next publish is refused")
      return
    }
    for warning in report.warnings { found.append("the next publish warns: \(warning)") }
    if report.version != version + 1 {
      found.append("the next publish makes version \(report.version) behind \(version)")
    }
    let view = OutsideView(next.lines)
    let log = try LogReader(disk: lake.disk).read(SimulatedLake.root)?.view ?? .nothing
    if log != view { found.append("after the next publish the log shows \(log)") }
    found += try judgeDurability(of: lake, view)
    for (manner, plain) in plainViews(of: lake) where plain != view {
      found.append("after the next publish plain readers (\(manner)) see \(plain)")
    }
  }

  /// What was acknowledged survives, whatever the one before left undone.
  private func judgeDurability(
    of lake: SimulatedLake, _ view: OutsideView
  ) throws -> [String] {
    var random = SeededRandom(seed: 1)
    let after = lake.disk.afterPowerCut(.nothing, using: &random)
    let log = try LogReader(disk: after).read(SimulatedLake.root)?.view ?? .nothing
    if log == view { return [] }
    return ["after the next publish and a loss of power the log shows \(log)"]
  }

  // MARK: - Leftovers

  /// What is on the disk and should not be.
  private func leftovers(on lake: SimulatedLake) throws -> [String] {
    let disk = lake.disk
    guard let state = try LogReader(disk: disk).read(SimulatedLake.root) else { return [] }
    var found: [String] = []
    let known = ["_delta_log", "_publish.lock", "_staging", "_superseded"]
    for path in try disk.tree(SimulatedLake.root) {
      let parts = path.split(separator: "/")
      let first = String(parts.first ?? "")
      let isData = path.hasSuffix(".parquet") && !known.contains(first)
      if isData, !state.named.contains(path) { found.append("\(path) is in no version") }
      if !isData, !known.contains(first), !first.contains("=") { found.append("\(path) is left") }
      if first == "_staging", parts.count > 1 { found.append("\(path) is left") }
      if first == "_delta_log", parts.count > 1, !isLogName(parts[1]) {
        found.append("\(path) is left")
      }
      if first == "_superseded", parts.count == 2, lake.now.value - (Int(parts[1]) ?? 0) > 60_000 {
        found.append("\(path) is left")
      }
    }
    let zone = Path.directory(of: SimulatedLake.published)
    for name in try disk.list(zone) where name != "t" { found.append("\(zone)/\(name) is left") }
    return found
  }

  private func isLogName(_ name: Substring) -> Bool {
    if name == "_last_checkpoint" { return true }
    return name.prefix(20).allSatisfy(\.isNumber)
      && (name.dropFirst(20) == ".json" || name.dropFirst(20) == ".checkpoint.parquet")
  }
}

extension AddedFile {
  /// As readers without a log see it in paths.
  fileprivate var partitionText: String {
    partitionValues.sorted { $0.key < $1.key }
      .map { " \($0.key)=\($0.value ?? "__HIVE_DEFAULT_PARTITION__")" }.joined()
  }
}

extension SimulatedDisk {
  /// All paths below a directory, relative to it; of an empty directory also with a slash.
  fileprivate func tree(_ directory: String) throws(LakeError) -> [String] {
    var paths: [String] = []
    for name in try list(directory) {
      paths.append(name)
      let path = Path.join(directory, name)
      if try status(of: path, followLinks: false)?.kind == .directory {
        let below = try tree(path)
        paths += below.isEmpty ? ["\(name)/"] : below.map { "\(name)/\($0)" }
      }
    }
    return paths
  }
}
