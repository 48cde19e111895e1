import Foundation
import LakeCore
import LakeSamples
import LakeTestSupport
import Synchronization
import Testing

@Suite("STEDI target")
struct StediTargetTests {
  private static let small = StediOptions(scale: 0.01, files: 2)
  private static let replacing = StediOptions(
    scale: 0.01, seed: 2, files: 1, replacesExisting: true)

  private func expectRefusal(
    _ options: StediOptions, in directory: TemporaryDirectory, under name: String = "data",
    at path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: LakeError.self, sourceLocation: sourceLocation) {
      try StediFiles(options, into: directory, under: name)
    }
    #expect(error?.code == .alreadyExists, sourceLocation: sourceLocation)
    #expect(error?.place?.path == directory.file(path), sourceLocation: sourceLocation)
  }

  @Test func getsADirectoryForEachTableAndAReadme() throws {
    let files = try StediFiles(Self.small)
    #expect(
      try files.names(of: .stepTrainer) == ["step_trainer-00000.json", "step_trainer-00001.json"])
    let readme = String(decoding: try files.directory.read("data/README.md"), as: UTF8.self)
    #expect(readme.contains("--scale 0.01 --seed 1 --files 2"))
    for (name, rows) in files.report.truth.tables {
      #expect(readme.contains("| \(name) | \(rows) |"))
    }
    #expect(readme.contains("have \(files.report.truth.joinedOnTimeAlone) rows"))
  }

  @Test func isTheLandingZoneOfAWorkspace() throws {
    let directory = try TemporaryDirectory()
    try directory.write("{}", to: "space/catalog/workspace.json")
    try directory.write("other", to: "space/lake/landing/other/file.json")
    let files = try StediFiles(Self.small, into: directory, under: "space/")
    #expect(files.report.root == directory.file("space/lake/landing"))
    #expect(try files.names(of: .customer).count == 2)
    expectRefusal(
      Self.small, in: directory, under: "space", at: "space/lake/landing/customer")
  }

  @Test func isRefusedWhenItIsNotEmpty() throws {
    let directory = try TemporaryDirectory()
    try directory.write("mine", to: "data/note.txt")
    expectRefusal(Self.small, in: directory, at: "data")
    #expect(try directory.read("data/note.txt") == Array("mine".utf8))
  }

  @Test func isRefusedWhenItIsAFile() throws {
    let directory = try TemporaryDirectory()
    try directory.write("mine", to: "data")
    expectRefusal(Self.small, in: directory, at: "data")
    expectRefusal(Self.replacing, in: directory, at: "data")
  }

  @Test func keepsTheFilesOfOthersWhenReplaced() throws {
    let directory = try TemporaryDirectory()
    let first = try StediFiles(Self.small, into: directory)
    let before = try first.texts(of: .accelerometer)
    try directory.write("mine", to: "data/customer/customer-1.json")
    try directory.write("half", to: "data/customer/customer-00007.json.partial")
    let second = try StediFiles(Self.replacing, into: directory)
    #expect(try second.names(of: .customer) == ["customer-00000.json", "customer-1.json"])
    #expect(second.landing(.customer)?.strangers == 1)
    #expect(try second.names(of: .accelerometer) == ["accelerometer-00000.json"])
    #expect(try second.texts(of: .accelerometer) != before)
  }

  @Test func isRefusedWhenItsReadmeIsOfAnother() throws {
    let directory = try TemporaryDirectory()
    try directory.write("# My notes\n", to: "data/README.md")
    expectRefusal(Self.replacing, in: directory, at: "data/README.md")
    #expect(try directory.read("data/README.md") == Array("# My notes\n".utf8))
  }

  @Test func isRefusedWhenATableIsALinkElsewhere() throws {
    let directory = try TemporaryDirectory()
    try directory.write("mine", to: "elsewhere/customer-00000.json")
    try directory.write("", to: "data/.keep")
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("data/customer"), withDestinationPath: directory.file("elsewhere"))
    expectRefusal(Self.replacing, in: directory, at: "data/customer")
    #expect(try directory.read("elsewhere/customer-00000.json") == Array("mine".utf8))
  }

  @Test func staysAsItWasWhenTheWorkIsCancelled() throws {
    let directory = try TemporaryDirectory()
    let first = try StediFiles(Self.small, into: directory)
    let before = try first.texts(of: .customer)
    let cancellation = CancellationFlag()
    let generator = StediGenerator(
      Self.replacing, fileSystem: LocalFileSystem(), pool: try ThreadPool(threadCount: 2),
      memory: MemoryTracker(name: "test"), cancellation: cancellation,
      // The first file is on its way when somebody interrupts.
      progress: { _, _ in cancellation.cancel() })
    let error = #expect(throws: LakeError.self) {
      try generator.generate(into: directory.file("data"))
    }
    #expect(error?.code == .cancelled)
    #expect(try first.texts(of: .customer) == before)
    #expect(try first.names(of: .accelerometer).count == 2)
  }

  @Test func isNotWrittenToOnceTheWorkIsCancelled() throws {
    let directory = try TemporaryDirectory()
    let cancellation = CancellationFlag()
    let calls = Mutex(0)
    let generator = StediGenerator(
      StediOptions(scale: 0.5, files: 1), fileSystem: LocalFileSystem(),
      pool: try ThreadPool(threadCount: 1), memory: MemoryTracker(name: "test"),
      cancellation: cancellation,
      // The first of several megabytes of one file.
      progress: { _, _ in
        calls.withLock { $0 += 1 }
        cancellation.cancel()
      })
    #expect(throws: LakeError.self) { try generator.generate(into: directory.file("data")) }
    #expect(calls.withLock { $0 } == 1)
  }

  @Test func isAsEmptyAsBeforeWhenTheFirstWorkIsCancelled() throws {
    let directory = try TemporaryDirectory()
    let cancellation = CancellationFlag()
    let generator = StediGenerator(
      Self.small, fileSystem: LocalFileSystem(), pool: try ThreadPool(threadCount: 1),
      memory: MemoryTracker(name: "test"), cancellation: cancellation,
      progress: { _, _ in cancellation.cancel() })
    #expect(throws: LakeError.self) { try generator.generate(into: directory.file("data")) }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.file("data")).isEmpty)
  }

  /// Whatever operation fails, the next call puts everything right, and until the old files are
  /// replaced nothing has happened to them.
  @Test func isPutRightAfterAnyFault() throws {
    let wanted = try StediFiles(Self.replacing)
    var strikes = 0
    for position in 0... {
      let directory = try TemporaryDirectory()
      let first = try StediFiles(Self.small, into: directory)
      let before = try StediTable.allCases.map { try first.texts(of: $0) }
      let disk = FaultInjectingFileSystem(LocalFileSystem(), fault: .failure(28), at: position)
      let generator = StediGenerator(
        Self.replacing, fileSystem: disk, pool: try ThreadPool(threadCount: 1),
        memory: MemoryTracker(name: "test"))
      let failure = Result { try generator.generate(into: directory.file("data")) }
      guard disk.hasStruck else { break }
      strikes += 1
      #expect(throws: LakeError.self) { try failure.get() }
      if FileManager.default.fileExists(atPath: directory.file("data/README.md")) {
        #expect(try StediTable.allCases.map { try first.texts(of: $0) } == before)
      }
      let second = try StediFiles(Self.replacing, into: directory)
      for table in StediTable.allCases {
        #expect(try second.names(of: table) == wanted.names(of: table))
        #expect(try second.texts(of: table) == wanted.texts(of: table))
      }
    }
    #expect(strikes > 12)
  }

  @Test func failsWithinItsMemory() throws {
    let generator = StediGenerator(
      Self.small, fileSystem: LocalFileSystem(), pool: try ThreadPool(threadCount: 1),
      memory: MemoryTracker(name: "test", limit: 1000))
    let directory = try TemporaryDirectory()
    let error = #expect(throws: LakeError.self) {
      try generator.generate(into: directory.file("data"))
    }
    #expect(error?.code == .limitExceeded)
  }
}
