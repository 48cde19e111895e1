import LakeCore
import LakeTables
import LakeTestSupport
import Testing

@Suite("Expiry of old files")
struct ExpiryTests {
  private static let day = 24 * 3_600_000
  private let fixture: TableFixture

  init() throws {
    fixture = try TableFixture()
  }

  private func dataFiles(_ table: ManagedTable) throws -> [String] {
    try fixture.names(in: table.root).filter { $0.hasPrefix("part-") }
  }

  /// One version a day.
  private func publishDaily(_ table: ManagedTable, days: Int) throws {
    for _ in 0..<days {
      fixture.now.add(Self.day)
      try fixture.overwrite(table, 0..<3)
    }
  }

  @Test func filesStayForTheirRetentionAndNoLonger() throws {
    let table = try fixture.table()
    try publishDaily(table, days: 20)
    // The versions 11 to 18 were superseded within the last seven days, or at their very end.
    #expect(
      try dataFiles(table)
        == (12...19).map { "part-00000-v0000\($0).gz.parquet" })
    #expect(try table.snapshot(version: 12).rowCount == 3)
    let error = #expect(throws: LakeError.self) { try table.snapshot(version: 11) }
    #expect(error?.code == .notFound)
    #expect(try table.history().count == 20)
  }

  @Test func twoVersionsStayHoweverOldTheyAre() throws {
    let table = try fixture.table()
    try fixture.overwrite(table, 0..<1)
    try fixture.overwrite(table, 0..<2)
    fixture.now.add(100 * Self.day)
    let report = try #require(try fixture.overwrite(table, 0..<3).report)
    #expect(report.expiredFiles == 1)
    #expect(try table.snapshot(version: 1).rowCount == 2)
    #expect(throws: LakeError.self) { try table.snapshot(version: 0) }
  }

  @Test func onlyFilesOfOurNamingGo() throws {
    let table = try fixture.table { $0.retentionMilliseconds = 0 }
    try fixture.overwrite(table, 0..<1)
    let names = [
      "notes.txt", "part-00000-abc.snappy.parquet", "part-00000-v1.gz.parquet",
      "part-00000-v0000007.gz.parquet",
    ]
    for name in names + ["part-00007-v000009.gz.parquet"] {
      try fixture.directory.write("x", to: "lake/.tables/trusted/customer/\(name)")
    }
    let report = try #require(try fixture.overwrite(table, 0..<1).report)
    #expect(report.expiredFiles == 0)
    try table.recover()
    #expect(try dataFiles(table).contains("part-00007-v000009.gz.parquet") == false)
    for name in names { #expect(try fixture.names(in: table.root).contains(name)) }
  }
}
