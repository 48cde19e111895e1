import LakeCore
import LakeFormats
import LakePipelines
import LakeSamples
import LakeTables
import LakeTestSupport
import Lakehouse
import Testing

@Suite("Running the STEDI pipeline")
struct StediRunTests {
  /// A workspace with the STEDI template and its own landing data.
  static func makeWorkspace(
    _ directory: TemporaryDirectory, _ options: StediOptions, threads: Int = 2
  ) throws -> (workspace: LakeWorkspace, truth: StediTruth) {
    var settings = Lake.Settings()
    settings.threadCount = threads
    let lake = try Lake(settings)
    let workspace = try lake.createWorkspace(at: directory.file("ws"), template: .stedi)
    var options = options
    options.replacesExisting = true
    let generator = StediGenerator(
      options, fileSystem: LocalFileSystem(), pool: try ThreadPool(threadCount: 2),
      memory: MemoryTracker(name: "test"))
    let report = try generator.generate(into: try workspace.root)
    return (workspace, report.truth)
  }

  static func counts(_ report: RunReport) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: report.jobs.map { ($0.table.suffixed, $0.rowsWritten) })
  }

  @Test("the tables have the rows that the generator counts, and a second run finds nothing to do")
  func sample() throws {
    let directory = try TemporaryDirectory()
    let (workspace, truth) = try Self.makeWorkspace(directory, StediOptions(scale: 0.05, seed: 7))
    let first = try workspace.run("STEDI").run
    #expect(first.error == nil, "\(String(describing: first.error))")
    #expect(
      Self.counts(first)
        == Dictionary(uniqueKeysWithValues: truth.tables.map { ($0.name, $0.rows) }))
    let again = try workspace.run("stedi").run
    #expect(again.jobs.map(\.state) == Array(repeating: .upToDate, count: 5))
  }

  @Test(
    "every profile and every damage gives the generator's counts",
    arguments: StediProfile.allCases, [nil] + StediDamage.allCases)
  func counts(profile: StediProfile, damage: StediDamage?) throws {
    let directory = try TemporaryDirectory()
    var options = StediOptions(scale: 0.05, seed: 3, profile: profile)
    options.damage = damage
    let (workspace, truth) = try Self.makeWorkspace(directory, options)
    var run = RunOptions()
    run.rejectLimit = .share(1)
    let report = try workspace.run("STEDI", run).run
    #expect(report.error == nil, "\(String(describing: report.error))")
    #expect(
      Self.counts(report)
        == Dictionary(uniqueKeysWithValues: truth.tables.map { ($0.name, $0.rows) }))
    guard profile == .early else { return }
    let steps = report.jobs.first { $0.table.name == "step_trainer" }
    #expect(steps?.rowsWritten == 0)
    #expect(steps?.warnings.contains { $0.contains("several people share") } == true)
  }
}
