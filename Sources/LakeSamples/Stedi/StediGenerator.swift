// Synthetic data (LakeSamples)
//
// The landing zone of the STEDI case at any size, together with the counts that a right pipeline
// must produce from it.
//
// The life of a call of `StediGenerator.generate`:
//
// 1. `StediTarget` finds out where the data goes and refuses what is in the way.
// 2. `StediTruth` counts: it walks all customers and events without writing anything.
// 3. Each file of each table is one task of the pool. A task walks its share of the customers
//    (`StediPopulation`) or of the slots (`StediSchedule`, `StediWalk`) and writes bytes into a
//    `RecordFile`, under a name that says that the file is not whole yet.
// 4. When all are whole they get their names, files of an earlier call that are left over go away,
//    and `README.md` is written last.
//
// Invariants: every record follows from (seed, scale) and its index alone, so that neither threads
// nor the number of files change it; an earlier data set stays whole until the new one is.
//
// Left out: durability. Data that can be made again in seconds is not worth an fsync.

import LakeCore
import Synchronization

/// Makes the STEDI landing data.
package struct StediGenerator: Sendable {
  /// Told about records and bytes as they are written, from any thread.
  package typealias Progress = @Sendable (_ records: Int, _ bytes: Int) -> Void

  /// By default a table's files are about this large, and at least four.
  private static let fileBytes = 64_000_000
  private static let filesMin = 4

  private let options: StediOptions
  private let fileSystem: any FileSystem
  private let pool: ThreadPool
  private let memory: MemoryTracker
  private let cancellation: CancellationFlag
  private let progress: Progress
  private let schedule: StediSchedule

  package init(
    _ options: StediOptions, fileSystem: any FileSystem, pool: ThreadPool, memory: MemoryTracker,
    cancellation: CancellationFlag = CancellationFlag(),
    progress: @escaping Progress = { _, _ in }
  ) {
    self.options = options
    self.fileSystem = fileSystem
    self.pool = pool
    self.memory = memory
    self.cancellation = cancellation
    self.progress = progress
    schedule = StediSchedule(
      StediPopulation(
        count: options.customerCount, seed: options.seed, profile: options.profile),
      seed: options.seed)
  }

  /// Writes the data below `directory`, or into its landing zone if it is a workspace.
  package func generate(into directory: String) throws -> StediReport {
    let target = try StediTarget(directory, fileSystem: fileSystem)
    try target.prepare(replacesExisting: options.replacesExisting)
    do {
      let truth = try StediTruth.count(schedule, pool: pool, cancellation: cancellation)
      let parts = parts(of: truth)
      var report = StediReport(
        options: options, root: target.root, landing: try write(parts, to: target), truth: truth)
      try publish(parts, in: target, &report)
      return report
    } catch {
      target.discardUnfinished()
      throw error
    }
  }
}

extension StediGenerator {
  /// One file's share of a table.
  private struct Part: Sendable {
    let table: StediTable
    let fileIndex: Int
    /// Of customers' records or of slots.
    let range: Range<Int>
  }

  /// The largest table first, so that the last tasks are short ones.
  private func parts(of truth: StediTruth) -> [Part] {
    split(.accelerometer, schedule.slotCount, bytes: truth.readings * 88)
      + split(.stepTrainer, schedule.slotCount, bytes: truth.steps * 115)
      + split(.customer, schedule.population.recordCount, bytes: truth.customers * 330)
  }

  private func split(_ table: StediTable, _ count: Int, bytes: Int) -> [Part] {
    let chosen = max(StediGenerator.filesMin, bytes / StediGenerator.fileBytes + 1)
    let files = options.files ?? chosen
    return (0..<files).map { index in
      Part(
        table: table, fileIndex: index,
        range: (count * index / files)..<(count * (index + 1) / files))
    }
  }

  private func write(_ parts: [Part], to target: StediTarget) throws -> [StediReport.Landing] {
    let landing = Mutex(StediTable.allCases.map { StediReport.Landing(table: $0) })
    try pool.forEach(count: parts.count, cancellation: cancellation) { _, index in
      let part = parts[index]
      let file = try write(part, to: target)
      landing.withLock { landing in
        for index in landing.indices where landing[index].table == part.table {
          landing[index].files += 1
          landing[index].records += file.recordCount
          landing[index].rejects += file.rejectCount
          landing[index].bytes += file.byteCount
        }
      }
    }
    return landing.withLock { $0 }
  }

  private func write(_ part: Part, to target: StediTarget) throws -> RecordFile {
    let path = target.file(part.fileIndex, of: part.table)
    var file = try RecordFile(
      target.createUnfinished(path), form: FileForm(options.damage, fileIndex: part.fileIndex),
      memory: memory, cancellation: cancellation, progress: progress)
    switch part.table {
    case .customer:
      try StediRecords.writeCustomers(
        part.range, file: part.fileIndex, of: schedule.population, to: &file)
    case .stepTrainer: try StediRecords.writeSteps(part.range, of: schedule, to: &file)
    case .accelerometer: try StediRecords.writeReadings(part.range, of: schedule, to: &file)
    }
    try file.finish()
    return file
  }

  /// Puts everything under its name. The README is the first to go and the last to come, so that
  /// where there is one the data is that of which it tells.
  private func publish(
    _ parts: [Part], in target: StediTarget, _ report: inout StediReport
  ) throws {
    try write(StediReadme.text(report), to: target)
    if try fileSystem.status(of: target.readme, followLinks: false) != nil {
      try fileSystem.removeFile(target.readme)
    }
    for part in parts {
      try target.finish(target.file(part.fileIndex, of: part.table))
    }
    for index in report.landing.indices {
      let landing = report.landing[index]
      report.landing[index].strangers = try target.tidy(landing.table, keeping: landing.files)
    }
    try target.finish(target.readme)
  }

  private func write(_ readme: String, to target: StediTarget) throws {
    let file = try target.createUnfinished(target.readme)
    var text = readme
    try text.withUTF8 { try file.write(UnsafeRawBufferPointer($0)) }
    try file.close()
  }
}
