import LakeCore
import LakeTables
import LakeTestSupport
import Testing

@Suite("Paths in the log")
struct DataPathTests {
  static let hostile = [
    "", "/etc/passwd", "..", "../x", "a/../../x", "a/..", ".", "./x", "a//b", "a/",
    "%2e%2e/x", "..%2fx", "%2e%2e%2fx", "a/%2E%2E/x", "%2Fetc/passwd", "a%2F..%2F..%2Fx",
    "%252e%252e/x", "%252e%252e%252fx", "a%00b", "a\u{0}b", "a%0ab", "file:///etc/passwd",
    "file:/etc/passwd", "s3://bucket/x", "C:x", "file%3A///etc/passwd", "a%", "a%2", "a%zz",
    "%ff",
  ]

  @Test(arguments: hostile)
  func whatLeadsOutOfTheTableIsRefused(path: String) throws {
    let error = #expect(throws: LakeError.self) { try DataPath.decode(path) }
    #expect(error?.code == .corruptData)
    #expect(error?.message.contains("refused") == true)
  }

  @Test(arguments: hostile, ["add", "remove"])
  func aLogWithSuchAPathIsRefused(path: String, action: String) throws {
    let fixture = try TableFixture()
    let table = try fixture.table()
    try fixture.overwrite(table, 0..<1)
    let body = JSONValue.object([
      "path": .string(path), "partitionValues": .object([]), "size": .int(1),
      "modificationTime": .int(1), "dataChange": .bool(true),
    ])
    try fixture.directory.write(
      JSONValue.object([JSONValue.Member(action, body)]).description + "\n",
      to: "lake/.tables/trusted/customer/_delta_log/00000000000000000001.json")
    let error = #expect(throws: LakeError.self) { try table.snapshot() }
    #expect(error?.place?.line == 1)
    // And nothing is published or removed on the strength of it.
    #expect(throws: LakeError.self) { try fixture.overwrite(table, 0..<1) }
    #expect(try fixture.publishedLines(table)?.count == 1)
  }

  @Test(arguments: [
    ("part-00000-v000001.gz.parquet", "part-00000-v000001.gz.parquet"),
    ("d=2024-01-01 00%3A00/a", "d=2024-01-01%2000%253A00/a"),
    ("grün/ä", "gr%C3%BCn/%C3%A4"),
    ("..a/b..", "..a/b.."),
    ("a#b?c", "a%23b%3Fc"),
  ])
  func pathsReadBackAsWhatTheyWere(path: String, encoded: String) throws {
    #expect(DataPath.encode(path) == encoded)
    #expect(try DataPath.decode(encoded) == path)
  }

  @Test func onlyOurOwnNamesOfDataFilesAreRecognised() {
    #expect(DataFileName.make(part: 7, version: 42) == "part-00007-v000042.gz.parquet")
    #expect(DataFileName.version(of: "part-00007-v000042.gz.parquet") == 42)
    #expect(DataFileName.version(of: "part-123456-v1234567.gz.parquet") == 1_234_567)
    for name in [
      "part-00007-v42.gz.parquet", "part-7-v000042.gz.parquet", "part-00007-v0000042.gz.parquet",
      "part-00007-v000042.parquet", "part-00007-000042.gz.parquet", "part-00007-v00004x.gz.parquet",
      "apart-00007-v000042.gz.parquet", "part-00007-v000042-x.gz.parquet",
      "part-99999999999999999999-v000042.gz.parquet", "",
    ] {
      #expect(DataFileName.version(of: name) == nil, "\(name)")
    }
  }

  @Test func entriesAndCheckpointsAreToldByTheirNames() {
    #expect(LogFileName.entry(42) == "00000000000000000042.json")
    #expect(LogFileName.version(ofEntry: "00000000000000000042.json") == 42)
    #expect(LogFileName.version(ofCheckpoint: "00000000000000000042.checkpoint.parquet") == 42)
    #expect(
      LogFileName.version(ofCheckpoint: "00000000000000000042.checkpoint.1.2.parquet") == 42)
    for name in ["42.json", "0000000000000000004x.json", "00000000000000000042.crc", "_last"] {
      #expect(LogFileName.version(ofEntry: name) == nil)
      #expect(LogFileName.version(ofCheckpoint: name) == nil)
    }
  }
}
