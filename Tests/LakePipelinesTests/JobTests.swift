import Foundation
import LakeCore
import LakePipelines
import LakeTestSupport
import Lakehouse
import Testing

@Suite("Jobs")
struct JobTests {
  /// A workspace without people: a table of numbers, and jobs.
  private func workspace(_ jobs: String, threads: Int = 2) throws -> TestWorkspace {
    let test = try TestWorkspace(policy: nil, people: [], pipeline: jobs, threads: threads)
    for name in ["customer", "reading", "step"] { try test.remove("lake/landing/\(name)") }
    try test.write(
      "lake/landing/n/1.json", (1...5).map { #"{"n":\#($0),"half":\#($0 / 2)}"# } + [#"{"half":9}"#]
    )
    return test
  }

  @Test("a job is up to date until its statement, its input or its table changes, or it is forced")
  func upToDate() throws {
    let test = try workspace("CREATE TABLE trusted.n AS SELECT n FROM landing.n")
    #expect(try test.runWell().jobs[0].reason == "the table is new")
    #expect(try test.runWell().jobs[0].state == .upToDate)
    var options = RunOptions()
    options.isForced = true
    #expect(try test.run("p", options).jobs[0].reason == "forced")
    try test.write(
      "pipelines/p/jobs.sql", "CREATE TABLE trusted.n AS SELECT n + 1 n FROM landing.n")
    #expect(try test.runWell().jobs[0].reason == "its statement changed")
    try test.write("lake/landing/n/2.json", [#"{"n":7,"half":3}"#])
    #expect(try test.runWell().jobs[0].reason == "landing.n changed")
    _ = try test.workspace.query("CREATE OR REPLACE TABLE trusted.n AS SELECT 1 AS n")
    #expect(try test.runWell().jobs[0].state == .published)
    #expect(try test.runWell().jobs[0].state == .upToDate)
  }

  @Test("a view that changed makes the tables over it anew")
  func views() throws {
    let test = try workspace("CREATE TABLE trusted.n AS SELECT * FROM trusted.v")
    try test.write("catalog/v.sql", "CREATE VIEW trusted.v AS SELECT n FROM landing.n WHERE n > 3")
    try test.runWell()
    #expect(try test.runWell().jobs[0].state == .upToDate)
    try test.write("catalog/v.sql", "CREATE VIEW trusted.v AS SELECT n FROM landing.n WHERE n > 4")
    try test.runWell()
    #expect(try test.rows("SELECT n FROM trusted.n") == ["5"])
  }

  @Test("a result that depends on the moment is never up to date")
  func nondeterministic() throws {
    let test = try workspace("CREATE TABLE trusted.n AS SELECT n, now() AS at FROM landing.n")
    try test.runWell()
    #expect(try test.runWell().jobs[0].state == .published)
  }

  @Test("a circle is named, and so are two statements that make one table")
  func graph() throws {
    let circle = try workspace(
      """
      CREATE TABLE trusted.a AS SELECT * FROM trusted.b;
      CREATE TABLE trusted.b AS SELECT * FROM trusted.a
      """
    )
    let error = try #require(circle.failure())
    #expect(error.message.contains("a_trusted reads b_trusted reads a_trusted"))
    let twice = try workspace("CREATE TABLE trusted.a AS SELECT 1 x")
    try twice.write("pipelines/p/z.sql", "CREATE TABLE trusted.a AS SELECT 2 x")
    #expect(twice.failure()?.message.contains("made twice") == true)
  }

  @Test("a bare SELECT makes the table of its file, and ALTER TABLE ADD its constraints")
  func bareSelect() throws {
    let test = try workspace("ALTER TABLE trusted.n ADD UNIQUE (half) ON VIOLATION REJECT")
    try test.write("pipelines/p/n_trusted.sql", "SELECT * FROM landing.n WHERE n IS NOT NULL")
    try test.runWell()
    #expect(try test.rows("SELECT n FROM trusted.n") == ["1", "2", "4"])
  }

  @Test(
    "constraints forbid, put aside or count",
    arguments: [
      ("PRIMARY KEY (n)", 1), ("UNIQUE (half)", 2), ("CHECK (n < 5)", 1),
      ("CONSTRAINT c CHECK (half <> 9)", 1),
    ])
  func constraints(constraint: String, broken: Int) throws {
    func test(_ action: String) throws -> TestWorkspace {
      try workspace(
        "CREATE TABLE trusted.n (\(constraint)\(action)) AS SELECT n, half FROM landing.n")
    }
    let failing = try test("")
    let error = try #require(failing.failure())
    #expect(error.code == .qualityLimit && error.message.hasPrefix("\(broken) row"))
    #expect(throws: LakeError.self) { try failing.rows("SELECT * FROM trusted.n") }
    let rejecting = try test(" ON VIOLATION REJECT")
    #expect(try rejecting.runWell().jobs[0].rowsRejected == broken)
    #expect(try rejecting.rows("SELECT n FROM trusted.n").count == 6 - broken)
    let lines = String(
      decoding: try rejecting.directory.read("ws/lake/.rejects/trusted/n/publish.ndjson"),
      as: UTF8.self)
    #expect(lines.split(separator: "\n").count == broken)
    let warning = try test(" ON VIOLATION WARN")
    #expect(try warning.runWell().jobs[0].warnings.count == 1)
    #expect(try warning.rows("SELECT n FROM trusted.n").count == 6)
  }

  @Test("a curated table reads landing only where it says so")
  func curated() throws {
    let test = try workspace("CREATE TABLE curated.n AS SELECT n FROM landing.n")
    #expect(test.failure()?.hint?.contains("allow_landing = true") == true)
    try test.write(
      "pipelines/p/jobs.sql",
      "CREATE TABLE curated.n WITH (allow_landing = true) AS SELECT n FROM landing.n")
    try test.runWell()
  }

  @Test(
    "unknown names are errors with their place; what depends on the job is skipped, others go on")
  func failures() throws {
    let test = try workspace(
      """
      CREATE TABLE trusted.a AS SELECT missing
      FROM landing.n;
      CREATE TABLE trusted.b AS SELECT * FROM trusted.a;
      CREATE TABLE trusted.c AS SELECT n FROM landing.n;
      CREATE TABLE trusted.d AS SELECT * FROM landing.nowhere;
      """)
    let report = try test.run()
    #expect(report.jobs.map(\.state) == [.failed, .skipped, .published, .failed])
    let place = try #require(report.jobs[0].error?.place)
    #expect(place.path == "pipelines/p/jobs.sql" && place.line == 1 && place.column == 34)
    #expect(report.jobs[3].error?.place?.line == 5)
  }

  @Test("files are the same bytes on one thread and on two")
  func deterministic() throws {
    var files: [[UInt8]] = []
    for threads in [1, 2] {
      let test = try workspace(
        "CREATE TABLE trusted.n AS SELECT half, count(*) c, sum(n) s FROM landing.n GROUP BY half",
        threads: threads)
      try test.write(
        "lake/landing/n/2.json", (1...20_000).map { #"{"n":\#($0),"half":\#($0 % 997)}"# })
      try test.runWell()
      let folder = test.directory.file("ws/lake/trusted/n")
      let name = try #require(
        FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".parquet") })
      files.append(try test.directory.read("ws/lake/trusted/n/\(name)"))
    }
    #expect(files[0] == files[1])
  }

  @Test("a second run at the same time is a conflict")
  func twoRuns() throws {
    let test = try workspace("CREATE TABLE trusted.n AS SELECT n FROM landing.n")
    let second = OnJob { _ in
      #expect(test.failure()?.code == .conflict)
    }
    #expect(try test.workspace.run("p", observer: second).run.error == nil)
  }

  @Test("too many rejects of a landing table make no table, unless --max-rejects lets them")
  func rejectLimit() throws {
    let test = try workspace("CREATE TABLE trusted.n AS SELECT n FROM landing.n")
    try test.write("lake/landing/n/2.json", [#"{"n":"#, #"{"n":8,"half":1}"#])
    #expect(test.failure()?.code == .qualityLimit)
    var options = RunOptions()
    options.rejectLimit = .count(1)
    #expect(test.failure("p", options) == nil)
    #expect(try test.rows("SELECT count(*) FROM trusted.n") == ["7"])
  }
}
