import Glibc
import LakeCore
import LakeTestSupport
import Testing

/// What a loss of power may take from a simulated disk, and what it must leave.
@Suite("A simulated loss of power")
struct SimulatedDiskPowerTests {
  private let disk = SimulatedDisk()

  init() throws {
    try disk.makeDirectory("/a")
    try disk.makeDirectory("/b")
    try disk.syncDirectory("/")
  }

  private func write(_ text: String, to path: String, sync: Bool = true) throws {
    let file = try disk.create(path)
    try file.write(text)
    if sync { try file.sync() }
    try file.close()
  }

  private func read(_ path: String, on disk: SimulatedDisk) -> String? {
    (try? disk.readWhole(path, limit: 1000)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What a path may hold afterwards, over many losses of power; nil stands for no such file.
  private func outcomes(of path: String) -> Set<String?> {
    var found = Set<String?>()
    for (cut, seed) in allCuts {
      var random = SeededRandom(seed: seed)
      found.insert(read(path, on: disk.afterPowerCut(cut, using: &random)))
    }
    return found
  }

  private var allCuts: [(PowerCut, UInt64)] {
    PowerCut.allCases.flatMap { cut in (0..<40).map { (cut, UInt64($0)) } }
  }

  @Test func bytesAreCertainFromTheirSyncAndNamesFromThatOfTheirDirectory() throws {
    try write("new", to: "/a/f")
    #expect(outcomes(of: "/a/f") == [nil, "new"])
    try disk.syncDirectory("/a")
    #expect(outcomes(of: "/a/f") == ["new"])
    #expect(disk.isDurable)
  }

  @Test func unsyncedBytesAreLostWhollyOrInPart() throws {
    try write("12", to: "/a/f", sync: false)
    try disk.syncDirectory("/a")
    #expect(outcomes(of: "/a/f") == ["", "1", "12", "\0\0", "1\0"])
    #expect(!disk.isDurable)
  }

  @Test func aFileIsReplacedInOneStep() throws {
    try write("old", to: "/a/f")
    try disk.syncDirectory("/a")
    try write("new", to: "/a/t")
    try disk.rename("/a/t", to: "/a/f")
    #expect(outcomes(of: "/a/f") == ["old", "new"])
    try disk.syncDirectory("/a")
    #expect(outcomes(of: "/a/f") == ["new"])
    #expect(outcomes(of: "/a/t") == [nil])
  }

  @Test func aMoveBetweenDirectoriesIsOneStep() throws {
    try write("x", to: "/a/f")
    try disk.syncDirectory("/a")
    try disk.rename("/a/f", to: "/b/f")
    for (cut, seed) in allCuts {
      var random = SeededRandom(seed: seed)
      let after = disk.afterPowerCut(cut, using: &random)
      #expect((read("/a/f", on: after) == nil) != (read("/b/f", on: after) == nil))
    }
    try disk.syncDirectory("/b")
    #expect(outcomes(of: "/a/f") == [nil])
  }

  @Test func anExchangeIsOneStep() throws {
    try write("1", to: "/a/f")
    try write("2", to: "/b/f")
    for path in ["/a", "/b"] { try disk.syncDirectory(path) }
    try disk.exchange("/a", with: "/b")
    #expect(outcomes(of: "/a/f") == ["1", "2"])
    #expect(outcomes(of: "/b/f") == ["1", "2"])
    try disk.syncDirectory("/")
    #expect(outcomes(of: "/a/f") == ["2"])
  }

  @Test func operationsOnNamesMaySurviveInAnyOrder() throws {
    try write("1", to: "/a/first")
    try write("2", to: "/a/second")
    var seen = Set<[Bool]>()
    for seed in 0..<100 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      let after = disk.afterPowerCut(.anyOrder, using: &random)
      seen.insert([read("/a/first", on: after) != nil, read("/a/second", on: after) != nil])
    }
    #expect(seen.count == 4)
  }

  @Test func aNameThatIsCertainTakesAlongWhatItIsBuiltOn() throws {
    try write("x", to: "/a/f")
    try disk.syncDirectory("/a")
    try disk.rename("/a/f", to: "/b/f")
    try disk.rename("/b/f", to: "/b/g")
    try disk.syncDirectory("/b")
    #expect(outcomes(of: "/b/g") == ["x"])
    #expect(outcomes(of: "/a/f") == [nil])
  }

  @Test func whatWasRemovedMayComeBack() throws {
    try write("x", to: "/a/f")
    try disk.syncDirectory("/a")
    try disk.removeFile("/a/f")
    #expect(outcomes(of: "/a/f") == [nil, "x"])
    try disk.syncDirectory("/a")
    #expect(outcomes(of: "/a/f") == [nil])
  }

  @Test func pagesThatTheKernelFailedToWriteStayLost() throws {
    try write("x", to: "/a/f", sync: false)
    let file = try disk.create("/a/g")
    try file.write("y")
    disk.losePages(of: "/a/g")
    try file.sync()
    try disk.syncDirectory("/a")
    #expect(outcomes(of: "/a/g").contains(""))
  }

  @Test func theSameSeedGivesTheSameDisk() throws {
    for index in 0..<20 { try write("text", to: "/a/\(index)", sync: index % 3 == 0) }
    for (cut, seed) in allCuts {
      let names = try (0..<2).map { _ in
        var random = SeededRandom(seed: seed)
        let after = disk.afterPowerCut(cut, using: &random)
        return try after.list("/a").map { [$0, read("/a/\($0)", on: after) ?? ""] }
      }
      #expect(names[0] == names[1])
    }
  }

  /// Stops an atomic write at each of its operations and cuts the power in each way; returns what
  /// the target held, and whether the writer had reported success.
  private func interruptedWrites(
    through wrap: (any FileSystem) -> any FileSystem
  ) throws -> Set<[String?]> {
    try write("old", to: "/a/f")
    try disk.syncDirectory("/a")
    var found = Set<[String?]>()
    for position in 0..<20 {
      let copy = disk.copy()
      let faulty = FaultInjectingFileSystem(copy, fault: .stop, at: position)
      let report: String
      do {
        let writer = try AtomicFileWriter(path: "/a/f", fileSystem: wrap(faulty))
        try writer.write("new")
        try writer.commit()
        report = "done"
      } catch {
        report = "failed"
      }
      for (cut, seed) in allCuts {
        var random = SeededRandom(seed: seed)
        found.insert([report, read("/a/f", on: copy.afterPowerCut(cut, using: &random))])
      }
    }
    return found
  }

  @Test func anAtomicWriteSurvivesALossOfPowerAtEachOfItsOperations() throws {
    let found = try interruptedWrites { $0 }
    #expect(found == [["failed", "old"], ["failed", "new"], ["done", "new"]])
  }

  @Test func aWriterThatMakesNothingDurableIsFoundOut() throws {
    let found = try interruptedWrites { UnsyncedFileSystem($0) }
    #expect(found.isSuperset(of: [["done", "old"], ["done", ""], ["done", "n\0\0"]]))
  }
}
