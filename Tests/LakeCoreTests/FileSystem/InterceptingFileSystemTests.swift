import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("Recording and fault injection")
struct InterceptingFileSystemTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// Uses every function of the protocol once.
  private func useEverything(_ fileSystem: any FileSystem) throws {
    try fileSystem.makeDirectory(directory.file("d"))
    let file = try fileSystem.create(directory.file("d/a"))
    try Array("12345678".utf8).withUnsafeBytes { try file.write($0) }
    try file.sync()
    try file.close()
    let unnamed = try fileSystem.createUnnamed(in: directory.path)
    try Array("12".utf8).withUnsafeBytes { try unnamed.write($0) }
    #expect(try unnamed.bytes(count: 9, at: 0) == Array("12".utf8))
    let reading = try fileSystem.openForReading(directory.file("d/a"))
    #expect(try reading.status().size == 8)
    #expect(try reading.bytes(count: 5, at: 2) == Array("34567".utf8))
    #expect(try fileSystem.status(of: directory.file("d"), followLinks: true) != nil)
    #expect(try fileSystem.list(directory.file("d")) == ["a"])
    _ = try fileSystem.resolve(directory.file("d"))
    try fileSystem.link(directory.file("d/a"), to: directory.file("d/b"))
    try fileSystem.rename(directory.file("d/b"), to: directory.file("c"))
    try fileSystem.exchange(directory.file("c"), with: directory.file("d/a"))
    try fileSystem.syncDirectory(directory.file("d"))
    try fileSystem.removeFile(directory.file("c"))
    try fileSystem.removeFile(directory.file("d/a"))
    try fileSystem.removeDirectory(directory.file("d"))
  }

  private static let changes = [
    "make the directory d",
    "create d/a",
    "write 8 bytes to d/a",
    "sync d/a",
    "close d/a",
    "create a file without a name in .",
    "write 2 bytes to .",
    "link d/a as d/b",
    "rename d/b to c",
    "exchange c with d/a",
    "sync the directory d",
    "remove c",
    "remove d/a",
    "remove the directory d",
  ]

  private static let reads = [
    "read 9 bytes of . at 0",
    "open d/a",
    "look at d/a",
    "read 5 bytes of d/a at 2",
    "look at d",
    "list d",
    "resolve d",
  ]

  @Test func everyChangeIsInTheLog() throws {
    let recording = RecordingFileSystem(LocalFileSystem(), root: directory.path)
    try useEverything(recording)
    #expect(recording.log == Self.changes)
  }

  @Test func readsAreInTheLogWhenAskedFor() throws {
    let recording = RecordingFileSystem(
      LocalFileSystem(), root: directory.path, recordsReads: true)
    try useEverything(recording)
    #expect(recording.log == Self.changes[..<7] + Self.reads + Self.changes[7...])
  }

  @Test func failuresAreInTheLogWithTheirCode() throws {
    let recording = RecordingFileSystem(LocalFileSystem(), root: directory.path)
    #expect(throws: LakeError.self) { try recording.removeFile(directory.file("none")) }
    #expect(recording.log == ["remove none: not_found"])
  }

  @Test func temporaryNamesAreNumbered() throws {
    let recording = RecordingFileSystem(LocalFileSystem(), root: directory.path)
    let first = TemporaryName.random(in: directory.path)
    let second = TemporaryName.random(in: directory.path)
    _ = try recording.create(first)
    _ = try recording.create(second)
    try recording.rename(first, to: directory.path + "/.lake-tmp-mine")
    #expect(
      recording.log == [
        "create .lake-tmp-1", "create .lake-tmp-2", "rename .lake-tmp-1 to .lake-tmp-mine",
      ])
  }

  @Test func theOperationWithTheNumberFailsAndTheOthersDoNot() throws {
    for position in Self.changes.indices {
      let recording = RecordingFileSystem(LocalFileSystem(), root: directory.path)
      let faulty = FaultInjectingFileSystem(recording, fault: .failure(EIO), at: position)
      let error = #expect(throws: LakeError.self) { try useEverything(faulty) }
      #expect(faulty.hasStruck)
      #expect(error?.code == .io)
      #expect(error?.systemErrorNumber == EIO)
      #expect(recording.log == Array(Self.changes[..<position]))
      try cleanUp()
    }
  }

  @Test func nothingReachesTheDiskOnceStopped() throws {
    let recording = RecordingFileSystem(
      LocalFileSystem(), root: directory.path, recordsReads: true)
    let faulty = FaultInjectingFileSystem(recording, fault: .stop, at: 1)
    try faulty.makeDirectory(directory.file("d"))
    for _ in 0..<2 {
      #expect(throws: LakeError.self) { try faulty.makeDirectory(directory.file("e")) }
      #expect(throws: LakeError.self) { try faulty.list(directory.path) }
    }
    #expect(recording.log == ["make the directory d"])
  }

  @Test func aShortWriteLeavesHalf() throws {
    let faulty = FaultInjectingFileSystem(
      LocalFileSystem(), fault: .shortWrite(ENOSPC), at: 1)
    let file = try faulty.create(directory.file("a"))
    let error = #expect(throws: LakeError.self) {
      try Array("12345678".utf8).withUnsafeBytes { try file.write($0) }
    }
    #expect(error?.message.hasSuffix("the disk is full") == true)
    #expect(try directory.read("a") == Array("1234".utf8))
  }

  @Test func readsFailAndFallShort() throws {
    let path = try directory.write("12345678", to: "a")
    let isRead: @Sendable (FileOperation) -> Bool = { if case .read = $0 { true } else { false } }
    let short = FaultInjectingFileSystem(
      LocalFileSystem(), fault: .shortRead, at: 1, counting: isRead)
    let file = try short.openForReading(path)
    #expect(try file.bytes(count: 8, at: 0).count == 8)
    #expect(try file.bytes(count: 8, at: 0).count == 4)
    #expect(try file.bytes(count: 8, at: 0).count == 8)

    let failing = FaultInjectingFileSystem(
      LocalFileSystem(), fault: .failure(EIO), at: 0, counting: isRead)
    let error = #expect(throws: LakeError.self) {
      try failing.openForReading(path).bytes(count: 8, at: 0)
    }
    #expect(error?.systemErrorNumber == EIO)
  }

  private func cleanUp() throws {
    for name in try LocalFileSystem().list(directory.path) {
      try FileManager.default.removeItem(atPath: directory.file(name))
    }
  }
}
