import LakeCore
import LakeTables
import LakeTestSupport
import Testing

@Suite("Vacuum")
struct VacuumTests {
  private let fixture: TableFixture
  private let table: ManagedTable

  init() throws {
    fixture = try TableFixture()
    table = try fixture.table()
  }

  private func dataFiles() throws -> [String] {
    try fixture.names(in: table.root).filter { $0.hasPrefix("part-") }
  }

  @Test func nothingGoesBeforeItsTimeAndNothingOnADryRun() throws {
    for rows in 1...4 {
      try fixture.overwrite(table, 0..<rows)
      fixture.now.add(1000)
    }
    #expect(try table.vacuum(isDryRun: false).files.isEmpty)
    let dry = try table.vacuum(retentionMilliseconds: 0, isDryRun: true)
    // The last two versions stay whatever is asked.
    #expect(
      dry.files.map(\.path)
        == ["part-00000-v000000.gz.parquet", "part-00000-v000001.gz.parquet"])
    #expect(try dataFiles().count == 4)
    let wet = try table.vacuum(retentionMilliseconds: 0, isDryRun: false)
    #expect(wet.files == dry.files)
    #expect((wet.oldestVersion, wet.latestVersion) == (2, 3))
    #expect(try dataFiles().count == 2)
    #expect(try table.snapshot(version: 2).rowCount == 3)
    #expect(throws: LakeError.self) { try table.snapshot(version: 1) }
  }

  @Test func filesOfOthersAreNamedAndLeft() throws {
    try fixture.overwrite(table, 0..<1)
    try fixture.directory.write("x", to: "lake/.tables/trusted/customer/notes.txt")
    try fixture.directory.write("x", to: "lake/.tables/trusted/customer/part-0-uuid.parquet")
    try fixture.directory.write(
      "x", to: "lake/.tables/trusted/customer/part-00003-v000007.gz.parquet")
    let report = try table.vacuum(isDryRun: false)
    #expect(report.strangers == ["notes.txt", "part-0-uuid.parquet"])
    #expect(report.files.map(\.path) == ["part-00003-v000007.gz.parquet"])
    #expect(try dataFiles() == ["part-0-uuid.parquet", "part-00000-v000000.gz.parquet"])
  }

  @Test func aReaderWithinTheFenceIsNotDisturbed() throws {
    try fixture.overwrite(table, 0..<3, generation: "a")
    let reader = try table.snapshot()
    fixture.now.add(1000)
    try fixture.overwrite(table, 0..<3, generation: "b")
    fixture.now.add(1000)
    try fixture.overwrite(table, 0..<3, generation: "c")
    #expect(try table.vacuum(isDryRun: false).files.isEmpty)
    #expect(try fixture.lines(reader).first == "int(0)|string(\"a0\")")
  }
}
