import LakeCore
import LakeTables
import LakeTestSupport

extension FaultScenario {
  /// Every verb, from every state of the table in which it does something else.
  static var all: [FaultScenario] {
    overwrites + appends + adoptions + rowChanges + partitions + rearrangements + others
  }

  // MARK: - Starts

  private static let older = MarkedRows("older", 0..<9)
  private static let old = MarkedRows("old", 0..<3)
  private static let new = MarkedRows("new", 0..<5)
  private static let more = MarkedRows("more", 10..<12)
  private static let west = MarkedRows("old", 0..<3, in: ["a", "1"])
  private static let east = MarkedRows("old", 3..<5, in: ["b", "1"])

  @Sendable private static func oneVersion(_ lake: SimulatedLake) throws {
    _ = try lake.overwrite(old)
  }

  @Sendable private static func twoVersions(_ lake: SimulatedLake) throws {
    _ = try lake.overwrite(older)
    lake.now.add(1000)
    _ = try lake.overwrite(old)
  }

  @Sendable private static func twoFiles(_ lake: SimulatedLake) throws {
    _ = try lake.overwrite(old)
    lake.now.add(1000)
    _ = try lake.write(more) { _ in .append }
  }

  @Sendable private static func twoPartitions(_ lake: SimulatedLake) throws {
    _ = try lake.overwrite(west, east)
  }

  /// The next one writes a checkpoint.
  @Sendable private static func nineVersions(_ lake: SimulatedLake) throws {
    _ = try lake.overwrite(old)
    for version in 1...9 {
      lake.now.add(1000)
      _ = try lake.write(tenth(version)) { _ in .append }
    }
  }

  private static func tenth(_ version: Int) -> MarkedRows {
    MarkedRows("tenth", 100 + version..<101 + version)
  }

  /// The last writer was killed where it was about to make the published directory.
  @Sendable private static func behindALog(_ lake: SimulatedLake) throws {
    _ = try lake.overwrite(older)
    lake.now.add(1000)
    for position in 0..<100 {
      let trial = lake.moved(to: lake.disk.copy())
      let killed = FaultyProcess(on: trial.disk, .death, at: position)
      _ = try? trial.overwrite(old, through: killed)
      guard case .link(_, let target) = killed.struck, target.contains("_publishing") else {
        continue
      }
      _ = try? lake.overwrite(old, through: FaultyProcess(on: lake.disk, .death, at: position))
      return
    }
    throw LakeError(.internal, "the publish links nothing")
  }

  // MARK: - Rows

  private static var overwrites: [FaultScenario] {
    let act: @Sendable (SimulatedLake, FaultyProcess) throws -> Ending = { lake, process in
      Ending(try lake.overwrite(new, through: process))
    }
    return [
      FaultScenario(
        verb: "overwrite", start: "a new table", before: nil, after: new.lines,
        prepare: { _ in }, act: act),
      FaultScenario(
        verb: "overwrite", start: "one version", before: old.lines, after: new.lines,
        prepare: oneVersion, act: act),
      FaultScenario(
        verb: "overwrite", start: "behind its log", before: old.lines, after: new.lines,
        lagging: older.lines, prepare: behindALog, act: act),
    ]
  }

  private static var appends: [FaultScenario] {
    let act: @Sendable (SimulatedLake, FaultyProcess) throws -> Ending = { lake, process in
      Ending(try lake.write(more, through: process) { _ in .append })
    }
    return [
      FaultScenario(
        verb: "append", start: "one version", before: old.lines, after: [old, more].lines,
        prepare: oneVersion, act: act),
      FaultScenario(
        verb: "append", start: "behind its log", before: old.lines, after: [old, more].lines,
        lagging: older.lines, prepare: behindALog, act: act),
      FaultScenario(
        verb: "append", start: "nine versions since the last checkpoint",
        before: ([old] + (1...9).map(tenth)).lines,
        after: ([old] + (1...9).map(tenth) + [more]).lines, prepare: nineVersions, act: act),
    ]
  }

  /// Files of another program, copied or linked.
  private static var adoptions: [FaultScenario] {
    [false, true].map { isGiven in
      FaultScenario(
        verb: "adopt", start: isGiven ? "a file that is given" : "a file that is copied",
        before: old.lines, after: [old, more].lines, offered: more,
        prepare: { lake in
          try oneVersion(lake)
          try lake.offer(more)
        },
        act: { lake, process in
          Ending(try lake.adopt(more, isGiven: isGiven, through: process))
        })
    }
  }

  /// DELETE, UPDATE and MERGE: files go, and others come for them.
  private static var rowChanges: [FaultScenario] {
    [
      FaultScenario(
        verb: "rewrite", start: "two files", before: [old, more].lines,
        after: [new, more].lines, prepare: twoFiles,
        act: { lake, process in
          Ending(
            try lake.write(new, through: process) { snapshot in
              .rewrite([snapshot.files[0].path])
            })
        }),
      FaultScenario(
        verb: "delete", start: "two files", before: [old, more].lines, after: old.lines,
        prepare: twoFiles,
        act: { lake, process in
          Ending(
            try lake.write(through: process) { snapshot in .rewrite([snapshot.files[1].path]) })
        }),
    ]
  }

  private static var partitions: [FaultScenario] {
    let newWest = MarkedRows("new", 0..<4, in: ["a", "1"])
    let north = MarkedRows("new", 7..<9, in: ["c", "2"])
    let beside = MarkedRows("new", 7..<9, in: ["a", "2"])
    return [
      FaultScenario(
        verb: "overwrite partitions", start: "two partitions", before: [west, east].lines,
        after: [newWest, east, north].lines, hasPartitions: true, prepare: twoPartitions,
        act: { lake, process in
          Ending(try lake.write(newWest, north, through: process) { _ in .overwritePartitions })
        }),
      FaultScenario(
        verb: "append", start: "a new partition", before: [west, east].lines,
        after: [west, east, beside].lines, hasPartitions: true, prepare: twoPartitions,
        act: { lake, process in
          Ending(try lake.write(beside, through: process) { _ in .append })
        }),
    ]
  }

  /// OPTIMIZE: other files, the same rows.
  private static var rearrangements: [FaultScenario] {
    let both = MarkedRows("same", 0..<3)
    return [
      FaultScenario(
        verb: "optimize", start: "two files", before: both.lines, after: both.lines,
        prepare: { lake in
          _ = try lake.overwrite(MarkedRows("same", 0..<2))
          lake.now.add(1000)
          _ = try lake.write(MarkedRows("same", 2..<3)) { _ in .append }
        },
        act: { lake, process in
          Ending(
            try lake.write(both, through: process) { snapshot in
              .rearrange(Set(snapshot.files.map(\.path)))
            })
        })
    ]
  }

  // MARK: - Versions

  private static var others: [FaultScenario] {
    [
      FaultScenario(
        verb: "restore", start: "two versions", before: old.lines, after: older.lines,
        prepare: twoVersions,
        act: { lake, process in
          let table = try lake.table(process)
          return Ending(try table.restore(to: try table.snapshot(version: 0), PublishRequest()))
        }),
      FaultScenario(
        verb: "vacuum", start: "three versions", before: new.lines, after: new.lines,
        oldestReadable: 1,
        prepare: { lake in
          try twoVersions(lake)
          lake.now.add(1000)
          _ = try lake.overwrite(new)
        },
        act: { lake, process in
          _ = try lake.table(process).vacuum(retentionMilliseconds: 0, isDryRun: false)
          return .done(withWarnings: false)
        }),
      FaultScenario(
        verb: "drop", start: "two versions", before: old.lines, after: nil, prepare: twoVersions,
        act: { lake, process in
          try lake.table(process).drop()
          return .done(withWarnings: false)
        }),
      FaultScenario(
        verb: "recover", start: "behind its log", before: old.lines, after: old.lines,
        lagging: older.lines, prepare: behindALog,
        act: { lake, process in
          try lake.table(process).recover()
          return .done(withWarnings: false)
        }),
    ]
  }
}
