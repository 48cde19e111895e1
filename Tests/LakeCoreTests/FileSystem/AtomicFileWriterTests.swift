import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("AtomicFileWriter")
struct AtomicFileWriterTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// Writes ten times five bytes through a buffer of sixteen.
  private static func writeNew(to path: String, on fileSystem: any FileSystem) throws {
    let writer = try AtomicFileWriter(path: path, fileSystem: fileSystem, bufferBytes: 16)
    for number in 0..<10 { try writer.write("row\(number)\n") }
    try writer.commit()
  }

  private static let newContent = Array((0..<10).map { "row\($0)\n" }.joined().utf8)

  @Test func theOperationsAreThese() throws {
    let recording = RecordingFileSystem(LocalFileSystem(), root: directory.path)
    try Self.writeNew(to: directory.file("out"), on: recording)
    #expect(
      recording.log == [
        "create .lake-tmp-1",
        "write 15 bytes to .lake-tmp-1",
        "write 15 bytes to .lake-tmp-1",
        "write 15 bytes to .lake-tmp-1",
        "write 5 bytes to .lake-tmp-1",
        "sync .lake-tmp-1",
        "close .lake-tmp-1",
        "rename .lake-tmp-1 to out",
        "sync the directory .",
      ])
    #expect(try directory.read("out") == Self.newContent)
  }

  @Test func whatIsGivenUpLeavesNothing() throws {
    let path = try directory.write("old", to: "out")
    let recording = RecordingFileSystem(LocalFileSystem(), root: directory.path)
    do {
      let writer = try AtomicFileWriter(path: path, fileSystem: recording)
      try writer.write("new")
    }
    #expect(recording.log == ["create .lake-tmp-1", "remove .lake-tmp-1"])
    #expect(try directory.read("out") == Array("old".utf8))
    #expect(try LocalFileSystem().list(directory.path) == ["out"])
  }

  @Test func aWriterThatFailedTidiesAtOnce() throws {
    let faulty = FaultInjectingFileSystem(LocalFileSystem(), fault: .failure(ENOSPC), at: 1)
    let writer = try AtomicFileWriter(
      path: directory.file("out"), fileSystem: faulty, bufferBytes: 1)
    #expect(throws: LakeError.self) { try writer.write("too much") }
    #expect(try LocalFileSystem().list(directory.path) == [])
    withExtendedLifetime(writer) {}
  }

  @Test func largeWritesAreNotCopied() throws {
    let recording = RecordingFileSystem(LocalFileSystem(), root: directory.path)
    let writer = try AtomicFileWriter(
      path: directory.file("out"), fileSystem: recording, bufferBytes: 8)
    for text in ["abc", "0123456789", "d", "1234567", "e", ""] { try writer.write(text) }
    try writer.commit()
    #expect(
      recording.log.filter { $0.hasPrefix("write") }.map { $0.prefix(8) }
        == ["write 3 ", "write 10", "write 8 ", "write 1 "])
    #expect(try directory.read("out") == Array("abc0123456789d1234567e".utf8))
  }

  static let faults: [FaultInjectingFileSystem.Fault] = [
    .failure(EIO), .failure(ENOSPC), .failure(EACCES), .failure(EINTR), .shortWrite(ENOSPC), .stop,
  ]

  /// Every operation fails once, in every way: the target is the old or the new content, whole.
  @Test(arguments: faults, [nil, "old content"])
  func everyFaultLeavesTheOldOrTheNewContent(
    fault: FaultInjectingFileSystem.Fault, old: String?
  ) throws {
    let oldContent = old.map { Array($0.utf8) }
    var position = 0
    while true {
      let directory = try TemporaryDirectory()
      if let old { try directory.write(old, to: "out") }
      let fileSystem = FaultInjectingFileSystem(LocalFileSystem(), fault: fault, at: position)
      var error: LakeError?
      do {
        try Self.writeNew(to: directory.file("out"), on: fileSystem)
      } catch let thrown as LakeError {
        error = thrown
      }
      let names = try LocalFileSystem().list(directory.path)
      let content = names.contains("out") ? try directory.read("out") : nil
      guard fileSystem.hasStruck else {
        #expect(error == nil && content == Self.newContent && names == ["out"])
        break
      }
      // The rename has happened when the last operation, the sync of the directory, fails.
      let isLast = position == 8
      #expect(error != nil, "operation \(position) failed and nobody heard of it")
      #expect(content == (isLast ? Self.newContent : oldContent), "operation \(position)")
      let leftovers = names.filter { $0 != "out" }
      let mayLeave = fault == .stop && (1...7).contains(position)
      #expect(leftovers.count == (mayLeave ? 1 : 0), "operation \(position) left \(leftovers)")
      #expect(leftovers.allSatisfy(TemporaryName.matches))
      position += 1
    }
    #expect(position == 9)
  }

  @Test func errorsNameTheTargetAndNotTheTemporaryFile() throws {
    let path = directory.file("none/out")
    let error = #expect(throws: LakeError.self) {
      try AtomicFileWriter(path: path, fileSystem: LocalFileSystem())
    }
    #expect(error?.code == .notFound)
    #expect(error?.place?.path == path)
    #expect(error?.message == "cannot create: there is no such file or directory")

    for position in 1...7 {
      let faulty = FaultInjectingFileSystem(
        LocalFileSystem(), fault: .failure(ENOSPC), at: position)
      let error = #expect(throws: LakeError.self) {
        try Self.writeNew(to: directory.file("out"), on: faulty)
      }
      #expect(error?.place?.path == directory.file("out"))
    }
  }

  @Test func whatIsNotAFileIsNeverReplaced() throws {
    let pipe = directory.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let link = directory.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/null")
    for path in [directory.path, directory.path + "/", pipe, link, "/dev/null"] {
      let error = #expect(throws: LakeError.self) {
        try AtomicFileWriter(path: path, fileSystem: LocalFileSystem())
      }
      #expect(error?.code == .invalidInput)
      #expect(error?.hint != nil)
    }
    #expect(throws: LakeError.self) {
      try AtomicFileWriter(path: directory.file("none/"), fileSystem: LocalFileSystem())
    }
  }

  @Test func aLinkStaysALink() throws {
    try directory.write("old", to: "d/real")
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("link"), withDestinationPath: "d/real")
    try Self.writeNew(to: directory.file("link"), on: LocalFileSystem())
    let status = try LocalFileSystem().status(of: directory.file("link"), followLinks: false)
    #expect(status?.kind == .symbolicLink)
    #expect(try directory.read("d/real") == Self.newContent)
  }

  @Test func writingAfterCommitIsABug() async {
    await #expect(processExitsWith: .failure) {
      let directory = try TemporaryDirectory()
      let writer = try AtomicFileWriter(
        path: directory.file("out"), fileSystem: LocalFileSystem())
      try writer.commit()
      try writer.write("x")
    }
  }
}
