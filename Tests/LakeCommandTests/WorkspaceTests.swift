import LakeCommand
import LakeCore
import LakeTestSupport
import Lakehouse
import Testing

@Suite("Workspaces")
struct WorkspaceTests {
  private func workspace(
    _ files: [(path: String, text: String)] = []
  ) throws -> (TemporaryDirectory, LakeWorkspace) {
    let folder = try TemporaryDirectory()
    let workspace = try Lake().createWorkspace(at: folder.path)
    for (path, text) in files { try folder.write(Array(text.utf8), to: path) }
    return (folder, workspace)
  }

  private static let readings = (
    path: "lake/landing/reading/a.json", text: "{\"id\": 1, \"x\": 0.5}\n{\"id\": 2, \"x\": null}\n"
  )

  @Test func aQueryNeedsNoWorkspace() throws {
    let result = try Lake().workspace(from: "/").query("SELECT 1 AS n, NULL AS nil")
    #expect(result.columns.map(\.name) == ["n", "nil"])
    #expect(result.rows == [["1", nil]])
  }

  @Test func aTableNeedsAWorkspace() throws {
    let error = try #require(throws: LakeError.self) {
      try Lake().workspace(from: "/").query("SELECT * FROM customer")
    }
    #expect(error.code == .notFound)
    #expect(error.message.contains("no workspace"))
  }

  @Test func landingIsCrawledAndQueried() throws {
    let (folder, workspace) = try workspace([WorkspaceTests.readings])
    defer { _ = folder }
    let tables = try workspace.crawlLanding()
    #expect(tables.map(\.name.description) == ["landing.reading"])
    #expect(tables.map(\.recordCount) == [2])
    #expect(
      try workspace.query("SELECT id, x FROM reading_landing ORDER BY id").rows
        == [["1", "0.5"], ["2", nil]])
  }

  @Test func aPipelineIsRunOnceAndThenUpToDate() throws {
    let (folder, workspace) = try workspace([
      WorkspaceTests.readings,
      ("pipelines/p/low_trusted.sql", "SELECT id FROM landing.reading WHERE x < 1"),
    ])
    defer { _ = folder }
    #expect(try workspace.runPipeline("p").map(\.state) == [.published])
    #expect(try workspace.runPipeline("LOW_TRUSTED").map(\.state) == [.upToDate])
    #expect(try workspace.query("SELECT count(*) FROM trusted.low").rows == [["1"]])
  }

  @Test func filesOfOthersBecomeATable() throws {
    let (folder, workspace) = try workspace()
    _ = try workspace.query("CREATE TABLE trusted.a AS SELECT 1 AS id")
    let path = folder.path + "/out.parquet"
    let published = folder.path + "/lake/trusted/a/part-00000-v000000.gz.parquet"
    try LocalFileSystem().link(published, to: path)
    let made = try workspace.adopt([path], into: "trusted.b")
    #expect(made.taken == [path])
    #expect(made.version == 0)
    let added = try workspace.adopt([path], into: "b", mode: .append, moving: true)
    #expect(added.rowCountBefore == 1)
    #expect(added.rowCount == 2)
    #expect(try LocalFileSystem().status(of: path, followLinks: false) == nil)
    #expect(try workspace.query("SELECT id FROM b").rows == [["1"], ["1"]])
    let error = try #require(throws: LakeError.self) {
      try workspace.adopt([published], into: "b", mode: .append)
    }
    #expect(error.code == .invalidInput)
  }

  @Test func oneRunAtATime() throws {
    let (folder, workspace) = try workspace([
      WorkspaceTests.readings, ("pipelines/p/low_trusted.sql", "SELECT id FROM landing.reading"),
    ])
    let lock = try LocalFileSystem().lock(
      folder.file("catalog/.run.lock"), waitingMilliseconds: 0)
    let error = try #require(throws: LakeError.self) { try workspace.runPipeline() }
    #expect(error.code == .conflict)
    lock.release()
    #expect(try workspace.runPipeline().map(\.state) == [.published])
  }

  @Test func theCatalogIsRebuiltFromTheDisk() throws {
    let (folder, workspace) = try workspace([
      WorkspaceTests.readings, ("pipelines/p/low_trusted.sql", "SELECT id FROM landing.reading"),
      ("catalog/v.sql", "CREATE VIEW curated.all_ids AS SELECT id FROM trusted.low;"),
    ])
    defer { _ = folder }
    _ = try workspace.runPipeline()
    let before = try workspace.query("SHOW TABLES").rows
    let report = try workspace.rebuildCatalog()
    #expect(report == (1, 1, 0, 1))
    #expect(try workspace.query("SHOW TABLES").rows == before)
    #expect(try workspace.query("SELECT count(*) FROM all_ids_curated").rows == [["2"]])
  }

  @Test func aDroppedViewLeavesItsFileToTheOthers() throws {
    let (folder, workspace) = try workspace([
      ("catalog/both.sql", "CREATE DATABASE d;\nCREATE VIEW trusted.one AS SELECT 1 AS a;\n")
    ])
    _ = try workspace.crawlLanding()
    _ = try workspace.query("DROP VIEW trusted.one")
    let left = try String(
      decoding: LocalFileSystem().readWhole(folder.file("catalog/both.sql"), limit: 1000),
      as: UTF8.self)
    #expect(left.contains("CREATE DATABASE d;"))
    #expect(!left.contains("VIEW"))
  }
}
