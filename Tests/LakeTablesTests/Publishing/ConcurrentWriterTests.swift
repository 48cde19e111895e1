import Foundation
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

@Suite("Several writers at once")
struct ConcurrentWriterTests {
  /// Four threads, which exclude each other as processes do: a lock belongs to an open file.
  @Test func acknowledgedVersionsAreThereOnceAndInOrder() async throws {
    let fixture = try TableFixture()
    let acknowledged = Shared<[Int: String]>([:])
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          for round in 0..<10 {
            do {
              let table = try fixture.table()
              let generation = "w\(writer)r\(round)-"
              let outcome = try fixture.overwrite(table, 0..<3, generation: generation)
              guard let report = outcome.report else { continue }
              #expect(report.warnings.isEmpty)
              acknowledged.withLock { seen in
                #expect(seen[report.version] == nil)
                seen[report.version] = generation
              }
            } catch {
              Issue.record("\(error)")
            }
          }
        }
        group.addTask {
          for _ in 0..<20 {
            // A plain reader: a file may vanish between its look at the directory and its opening
            // of the file, and then it looks again. It never sees two generations.
            guard let table = try? fixture.table(),
              let lines = try? fixture.publishedLines(table)
            else { continue }
            #expect(lines.count == 3)
            #expect(Set(lines.map { $0.prefix { $0 != "-" }.suffix(4) }).count == 1)
          }
        }
      }
    }
    let table = try fixture.table()
    let history = try table.history()
    #expect(history.map(\.version) == Array(0..<acknowledged.value.count))
    #expect(history.count > 4)
    for (version, generation) in acknowledged.value where version > history.count - 3 {
      let lines = try fixture.lines(try table.snapshot(version: version))
      #expect(lines.first == "int(0)|string(\"\(generation)0\")")
    }
    #expect(try table.publishedDirectoryState() == .current)
    #expect(try fixture.names(in: table.root + "/_staging").isEmpty)
  }

  @Test func aWriterAtWorkIsNotTidiedAway() throws {
    let fixture = try TableFixture()
    let table = try fixture.table()
    let slow = try table.beginWrite(fixture.request(), format: FakeFormat())
    try slow.append(try fixture.batch(0..<3))
    try fixture.overwrite(table, 0..<1)
    try table.recover()
    #expect(try fixture.names(in: table.root + "/_staging").count == 2)
    _ = try slow.finish()
    #expect(try fixture.names(in: table.root + "/_staging").isEmpty)
  }

  @Test func aHeldPublishLockIsWaitedForAndThenNamed() throws {
    let fixture = try TableFixture()
    let table = try fixture.table { $0.lockWaitMilliseconds = 20 }
    try fixture.overwrite(table, 0..<1)
    let lock = try LocalFileSystem().lock(table.root + "/_publish.lock", waitingMilliseconds: 0)
    let error = #expect(throws: LakeError.self) { try fixture.overwrite(table, 0..<2) }
    #expect(error?.code == .conflict)
    #expect(error?.message == "process \(getpid()) holds the lock")
    // Readers do not need it, and mend nothing while somebody works.
    #expect(try table.snapshot().rowCount == 1)
    lock.release()
    #expect(try fixture.overwrite(table, 0..<2).report != nil)
  }
}
