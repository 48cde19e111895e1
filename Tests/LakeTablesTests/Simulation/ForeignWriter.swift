import LakeCore
import LakeTables
import LakeTestSupport

/// A program of others that appends to the table by its log alone, as delta-rs does: without our
/// locks, and without the published directory.
struct ForeignWriter {
  let lake: SimulatedLake
  let baton: Baton
  let record: SimulationRecord
  let number: Int
  var random: SeededRandom

  mutating func run(rounds: Int) {
    for round in 0..<rounds where !baton.isPowerCut {
      let process = SwitchingFileSystem(
        lake.disk, baton, runner: number, seed: random.next(),
        operations: random.chance(6) ? random.below(15) : nil)
      do throws(LakeError) {
        try append("f\(number)r\(round)", process)
      } catch {
        if !process.isDead { record.troubles.withLock { $0.append("foreign: \(error)") } }
      }
    }
  }

  private mutating func append(
    _ id: String, _ process: SwitchingFileSystem
  ) throws(LakeError) {
    let rows = MarkedRows(id, 0..<1 + random.below(3))
    var work = SimulatedWork(id: id, kind: .append, lines: rows.lines)
    record.note(work)
    let text = rows.lines.map { $0 + "\n" }.joined()
    let name = "part-00000-\(id)-c000.snappy.parquet"
    try write(text, to: "\(SimulatedLake.root)/\(name)", process)
    try process.syncDirectory(SimulatedLake.root)
    let log = "\(SimulatedLake.root)/_delta_log"
    let temporary = "\(log)/_commit_\(id).json.tmp"
    try write(entry(id, name, bytes: text.utf8.count, rows: rows.ids.count), to: temporary, process)
    for _ in 0..<50 {
      let version = lake.latestEntry + 1
      do throws(LakeError) {
        try process.link(temporary, to: "\(log)/\(entryName(version))")
      } catch {
        if error.code == .alreadyExists { continue }
        throw error
      }
      try process.syncDirectory(log)
      // The published directory follows with the next of our commands.
      work.ending = .committed(version: version, withWarnings: true)
      record.note(work)
      break
    }
    try process.removeFile(temporary)
  }

  private func write(
    _ text: String, to path: String, _ process: SwitchingFileSystem
  ) throws(LakeError) {
    let file = try process.create(path)
    try file.write(text)
    try file.sync()
    try file.close()
  }

  private func entryName(_ version: Int) -> String {
    String(repeating: "0", count: 20 - String(version).count) + "\(version).json"
  }

  private func entry(_ id: String, _ name: String, bytes: Int, rows: Int) -> String {
    let time = lake.now.value
    return """
      {"commitInfo":{"timestamp":\(time),"operation":"WRITE","lake.job":"\(id)"}}
      {"add":{"path":"\(name)","partitionValues":{},"size":\(bytes),\
      "modificationTime":\(time),"dataChange":true,"stats":"{\\"numRecords\\":\(rows)}"}}

      """
  }
}
