import Foundation
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

@Suite("Partitioned tables")
struct PartitionTests {
  private static let schema = Schema([Field("id", .bigint), Field("site", .varchar)])
  private let fixture: TableFixture
  private let table: ManagedTable

  init() throws {
    fixture = try TableFixture()
    table = try fixture.table()
  }

  private func batch(_ rows: [(Int, String?)]) throws -> Batch {
    let ids = try ColumnBuilder(.bigint)
    let sites = try ColumnBuilder(.varchar)
    for (id, site) in rows {
      try ids.append(.int(Int64(id)))
      try sites.append(site.map { .string($0) } ?? .null)
    }
    return Batch(columns: [try ids.finish(), try sites.finish()], rowCount: rows.count)
  }

  @discardableResult
  private func write(
    _ change: TableChange, _ rows: [(Int, String?)], by columns: [String] = ["site"],
    schema: Schema = PartitionTests.schema
  ) throws -> CommitReport {
    let request =
      change == .overwrite
      ? WriteRequest(schema: schema, partitionColumns: columns)
      : WriteRequest(change, of: try table.snapshot())
    let write = try table.beginWrite(request, format: FakeFormat())
    try write.append(try batch(rows))
    return try #require(try table.publish(try write.finish(), PublishRequest()).report)
  }

  private func published() throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    let all = FileManager.default.enumerator(atPath: table.publishedDirectory)
    for case let path as String in all ?? .init() where path.hasSuffix(".parquet") {
      let directory = path.split(separator: "/").dropLast().joined(separator: "/")
      let file = "\(table.publishedDirectory)/\(path)"
      found[directory, default: []] += try String(contentsOfFile: file, encoding: .utf8)
        .split(separator: "\n").map(String.init)
    }
    return found.mapValues { $0.sorted() }
  }

  @Test func rowsAreInTheDirectoriesOfTheirValues() throws {
    let report = try write(.overwrite, [(1, "a"), (2, "a"), (3, "b/ü %"), (4, nil), (5, "")])
    #expect(
      try published() == [
        "site=a": ["int(1)", "int(2)"], "site=b%2Fü %25": ["int(3)"],
        "site=__HIVE_DEFAULT_PARTITION__": ["int(4)", "int(5)"],
      ])
    #expect(report.snapshot.metadata.partitionColumns == ["site"])
    #expect(report.snapshot.files.map { $0.partitionValues["site"] ?? nil } == ["a", "b/ü %", nil])
    #expect(try table.snapshot().files == report.snapshot.files)
    #expect(try table.publishedDirectoryState() == .current)
  }

  @Test func aPartitionThatComesAgainGetsAnotherFile() throws {
    let report = try write(.overwrite, [(1, "a"), (2, "b"), (3, "a")])
    #expect(report.files == 3)
    #expect(try published() == ["site=a": ["int(1)", "int(3)"], "site=b": ["int(2)"]])
  }

  @Test func onlyThePartitionsOfTheNewRowsAreOverwritten() throws {
    try write(.overwrite, [(1, "a"), (2, "b"), (3, nil)])
    let report = try write(.overwritePartitions, [(9, "b"), (8, nil)])
    #expect(report.filesRemoved == 2)
    #expect(
      try published() == [
        "site=a": ["int(1)"], "site=b": ["int(9)"],
        "site=__HIVE_DEFAULT_PARTITION__": ["int(8)"],
      ])
    try write(.append, [(7, "c")])
    #expect(try published()["site=c"] == ["int(7)"])
    try write(.append, [(6, "c")])
    #expect(try published()["site=c"] == ["int(6)", "int(7)"])
  }

  @Test func whatExpiresTakesItsEmptyDirectoriesAlong() throws {
    try write(.overwrite, [(1, "a"), (2, "b")])
    try write(.overwrite, [(3, "b")])
    fixture.now.add(30 * 24 * 3_600_000)
    try write(.append, [(4, "b")])
    try write(.append, [(5, "b")])
    #expect(try fixture.names(in: table.root).filter { $0.hasPrefix("site=") } == ["site=b"])
    #expect(try fixture.names(in: table.root + "/site=b").count == 3)
  }

  @Test func aTableCanBePartitionedOtherwiseByAnOverwriteOnly() throws {
    try write(.overwrite, [(1, "a")])
    var request = WriteRequest(.append, of: try table.snapshot())
    request.partitionColumns = []
    #expect(throws: LakeError.self) {
      try table.beginWrite(request, format: FakeFormat())
    }
    try write(.overwrite, [(1, "a")], by: [])
    #expect(try published() == ["": ["int(1)|string(\"a\")"]])
  }

  @Test func anEmptyTableHasAFileInNoPartition() throws {
    let report = try write(.overwrite, [])
    #expect(report.files == 1)
    #expect(try published() == ["site=__HIVE_DEFAULT_PARTITION__": []])
  }

  @Test(arguments: [["nowhere"], ["site", "SITE"], ["id", "site"]])
  func columnsThatNoTableCanBePartitionedByAreRefused(columns: [String]) throws {
    #expect(throws: LakeError.self) { try write(.overwrite, [(1, "a")], by: columns) }
    #expect(try !table.exists)
  }
}
