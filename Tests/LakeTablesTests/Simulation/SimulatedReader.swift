import LakeCore
import LakeTables
import LakeTestSupport

/// A process that reads the table again and again: through the library, by the log, or as a plain
/// reader of the published directory.
struct SimulatedReader {
  let lake: SimulatedLake
  let baton: Baton
  let record: SimulationRecord
  let number: Int
  var random: SeededRandom

  mutating func run(rounds: Int) {
    for _ in 0..<rounds where !baton.isPowerCut {
      let process = SwitchingFileSystem(
        lake.disk, baton, runner: number, seed: random.next(), operations: nil)
      let earliest = record.acknowledged.value
      let kind = random.below(3)
      do throws(LakeError) {
        switch kind {
        case 0: try readSnapshot(process, from: earliest)
        case 1: try readLog(process, from: earliest)
        default: readPublished(process, from: earliest)
        }
      } catch {
        if !baton.isPowerCut {
          record.troubles.withLock { $0.append("reader \(number): \(error)") }
        }
      }
    }
  }

  private func note(_ reader: String, _ version: Int?, from earliest: Int, _ view: OutsideView) {
    if baton.isPowerCut { return }
    let reading = SimulatedReading(
      reader: "\(reader) \(number)", version: version, earliest: earliest,
      latest: lake.latestEntry, view: view)
    record.readings.withLock { $0.append(reading) }
  }

  private func readSnapshot(
    _ process: SwitchingFileSystem, from earliest: Int
  ) throws(LakeError) {
    let table = try ManagedTable(
      SimulatedLake.name, in: SimulatedLake.layout, fileSystem: process, options: lake.options)
    let snapshot = try table.snapshot()
    var rows: [String] = []
    for file in snapshot.files { rows += try process.dataLines(of: snapshot.path(of: file)) }
    note("snapshot", snapshot.version, from: earliest, OutsideView(rows))
  }

  private func readLog(_ process: SwitchingFileSystem, from earliest: Int) throws(LakeError) {
    let state = try LogReader(disk: process).read(SimulatedLake.root)
    note("log", state?.version, from: earliest, state?.view ?? .nothing)
  }

  private mutating func readPublished(_ process: SwitchingFileSystem, from earliest: Int) {
    let manner = random.pick(PlainReader.Manner.allCases)
    let view = PlainReader(disk: process).read(SimulatedLake.published, manner)
    // A file may go between the listing and the look at it, and the reader says so.
    if case .broken(let what) = view, what.contains("no such file") { return }
    note("plain (\(manner))", nil, from: earliest, view)
  }
}

extension SimulatedLake {
  /// The latest version of the log, seen without taking a turn.
  var latestEntry: Int {
    let names = (try? disk.list(Self.root + "/_delta_log")) ?? []
    return names.count { $0.hasSuffix(".json") } - 1
  }
}
