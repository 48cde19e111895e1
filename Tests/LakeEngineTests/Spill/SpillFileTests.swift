import Glibc
import LakeCore
import LakeEngine
import LakeTestSupport
import Testing

@Suite("Spill files")
struct SpillFileTests {
  private static func context(
    _ fileSystem: any FileSystem = LocalFileSystem(), directory: String = "/tmp",
    tracker: MemoryTracker? = nil
  ) throws -> ExecutionContext {
    var context = try ExecutionFixture.context(threads: 2, tracker: tracker)
    context.fileSystem = fileSystem
    context.spilling.directory = directory
    return context
  }

  private static let nested: [DataType] = [
    .array(.varchar), .map(key: .varchar, value: .bigint),
    .row([
      Field("a", .varchar),
      Field("b", .array(.row([Field("c", .decimal(precision: 38, scale: 2))]))),
    ]),
    .unseen, .array(.unseen),
  ]

  private static func numbers(_ count: Int) throws -> Batch {
    let values = (0..<count).map { Value.int(Int64($0)) }
    return Batch(columns: [try ColumnVector.of(.bigint, values)], rowCount: count)
  }

  @Test("Every type comes back in every form, with and without a selection")
  func everyType() throws {
    var random = SeededRandom(seed: 71)
    let file = try SpillFile(try SpillFileTests.context(), counters: nil)
    var written: [(block: SpillBlock, rows: [[Value]])] = []
    for round in 0..<400 {
      let types = SeededRandom.scalarTypes + SpillFileTests.nested
      let type = types[round % types.count]
      let count = random.pick([0, 1, 2, 63, 64, 65, 300])
      let columns = try [type, .varchar].map { type in
        try random.vector(type, random.values(type, count: count))
      }
      let batch = Batch(
        columns: columns, rowCount: count,
        selection: random.chance(3) ? try random.selection(of: count) : nil)
      let block = try file.append(batch)
      #expect(block.rowCount == batch.selectedCount)
      written.append((block, batch.allRows))
    }
    written.shuffle(using: &random)
    for (block, rows) in written {
      let batch = try file.read(block)
      for column in batch.columns { try column.checkInvariants() }
      #expect(areSameRows(batch.allRows, rows), "\(batch.columns.map(\.type))")
    }
  }

  @Test("Threads write and read at the same time")
  func threads() throws {
    let context = try SpillFileTests.context()
    let file = try SpillFile(context, counters: nil)
    try context.pool.forEach(count: 200, cancellation: context.cancellation) { _, index in
      let block = try file.append(try SpillFileTests.numbers(index))
      #expect(areSameRows(try file.read(block).allRows, try SpillFileTests.numbers(index).allRows))
    }
  }

  @Test("What is read is on the account, and nothing else is")
  func account() throws {
    let tracker = MemoryTracker(name: "test")
    let file = try SpillFile(try SpillFileTests.context(tracker: tracker), counters: nil)
    let block = try file.append(try SpillFileTests.numbers(1000))
    #expect(tracker.usedBytes == 0)
    let batch = try file.read(block)
    #expect(tracker.usedBytes == block.byteCount)
    withExtendedLifetime(batch) {}
    #expect(file.byteCount == block.byteCount)
  }

  @Test("A disk that fails, is full or loses bytes is an error that says what to do")
  func faults() throws {
    let faults: [FaultInjectingFileSystem.Fault] = [
      .failure(ENOSPC), .shortWrite(ENOSPC), .shortRead, .failure(EIO),
    ]
    for fault in faults {
      var (position, hasStruck) = (0, true)
      while hasStruck {
        let disk = FaultInjectingFileSystem(
          LocalFileSystem(), fault: fault, at: position, counting: { _ in true })
        position += 1
        do {
          let file = try SpillFile(try SpillFileTests.context(disk), counters: nil)
          let blocks = try (0..<3).map { try file.append(try SpillFileTests.numbers(100 * $0)) }
          for block in blocks { _ = try file.read(block) }
          #expect(!disk.hasStruck || fault == .shortRead)
        } catch {
          #expect(disk.hasStruck)
          let hint = (error as? LakeError)?.hint
          #expect(hint?.contains("--memory-limit") == true, "\(error)")
        }
        hasStruck = disk.hasStruck
      }
      #expect(position == 8)
    }
  }

  @Test("After a write that failed nothing more is written")
  func brokenFile() throws {
    let disk = FaultInjectingFileSystem(LocalFileSystem(), fault: .shortWrite(ENOSPC), at: 1)
    let file = try SpillFile(try SpillFileTests.context(disk), counters: nil)
    for _ in 0..<2 {
      let error = #expect(throws: LakeError.self) {
        try file.append(try SpillFileTests.numbers(10))
      }
      #expect(error?.code == .io)
    }
  }

  @Test("Nothing has a name, and a directory that is not there is named")
  func directory() throws {
    let directory = try TemporaryDirectory()
    let file = try SpillFile(
      try SpillFileTests.context(directory: directory.path), counters: nil)
    _ = try file.append(try SpillFileTests.numbers(10))
    #expect(try LocalFileSystem().list(directory.path).isEmpty)
    let missing = directory.path + "/missing"
    let error = #expect(throws: LakeError.self) {
      try SpillFile(try SpillFileTests.context(directory: missing), counters: nil)
    }
    #expect(error?.place == .file(missing))
    #expect(error?.hint?.contains("TMPDIR") == true)
  }
}
