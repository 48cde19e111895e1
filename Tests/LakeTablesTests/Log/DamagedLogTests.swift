import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// Logs that are not what they should be, or need what we do not have.
@Suite("Damaged and foreign logs")
struct DamagedLogTests {
  private let fixture: TableFixture

  init() throws {
    fixture = try TableFixture()
  }

  private func table(_ entries: [String]) throws -> ManagedTable {
    for (version, entry) in entries.enumerated() {
      try fixture.directory.write(
        entry, to: "lake/.tables/trusted/customer/_delta_log/" + LogFileName.entry(version))
    }
    return try fixture.table()
  }

  private static let tableProtocol = #"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}"#
  private static let metadata = """
    {"metaData":{"id":"x","format":{"provider":"parquet","options":{}},\
    "schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[]}","partitionColumns":[],\
    "configuration":{}}}
    """
  private static let add = """
    {"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}
    """

  private func refusal(_ lines: String...) throws -> LakeError {
    let table = try table([([Self.tableProtocol, Self.metadata] + lines).joined(separator: "\n")])
    return try #require(throws: LakeError.self) { try table.snapshot() }
  }

  @Test func aWholeLogIsRead() throws {
    let snapshot = try table([
      [Self.tableProtocol, "", Self.metadata, Self.add, ""].joined(separator: "\r\n"),
      #"{"cdc":{"path":"x"}}"# + "\n" + #"{"txn":{"appId":"job","version":7}}"#,
    ]).snapshot()
    #expect(snapshot.files.map(\.path) == ["a"])
    #expect(snapshot.transactions["job"]?.version == 7)
    #expect(snapshot.rowCount == nil)
  }

  @Test func linesThatAreNoActionsAreCorrupt() throws {
    for line in ["{", "[]", "1", "{}", #"{"add":{},"remove":{}}"#, #"{"add":{"path":1}}"#] {
      let error = try refusal(line)
      #expect(error.code == .corruptData, "\(line)")
      #expect(error.place?.line == 3, "\(line)")
    }
  }

  @Test func sizesBelowZeroAndNumbersThatDoNotFitAreCorrupt() throws {
    for size in ["-1", "99999999999999999999", "1.5", "\"1\""] {
      let error = try refusal(Self.add.replacing("\"size\":1", with: "\"size\":\(size)"))
      #expect(error.code == .corruptData, "\(size)")
    }
  }

  @Test func anActionThatIsNotKnownIsRefusedByName() throws {
    let error = try refusal(#"{"futureAction":{}}"#)
    #expect(error.code == .unsupported)
    #expect(error.message.contains("futureAction"))
  }

  @Test func whatMayStandOnceStandsOnce() throws {
    #expect(try refusal(Self.add, Self.add).message.contains("twice"))
    #expect(try refusal(Self.metadata).message.contains("twice"))
    #expect(try refusal(Self.tableProtocol).message.contains("twice"))
  }

  @Test func aMissingVersionIsNamed() throws {
    let table = try table([Self.tableProtocol + "\n" + Self.metadata])
    try fixture.directory.write(
      Self.add, to: "lake/.tables/trusted/customer/_delta_log/" + LogFileName.entry(2))
    let error = #expect(throws: LakeError.self) { try table.snapshot() }
    #expect(error?.message == "the log lacks version 1, and has version 2")
  }

  @Test func deepNestingAndHugeEntriesAreErrors() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(try refusal(deep).code == .corruptData)
  }

  @Test func tablesThatNeedMoreCanBeReadAndNotBeOverwritten() throws {
    let cases = [
      (#"{"protocol":{"minReaderVersion":1,"minWriterVersion":4}}"#, Self.metadata, "version 4"),
      (
        """
        {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["timestampNtz"],\
        "writerFeatures":["timestampNtz","appendOnly"]}}
        """, Self.metadata, "appendOnly, timestampNtz"
      ),
      (
        Self.tableProtocol,
        Self.metadata.replacing(
          "\"configuration\":{}", with: #""configuration":{"delta.appendOnly":"true"}"#),
        "append-only"
      ),
      (
        Self.tableProtocol,
        Self.metadata.replacing(
          #"\"fields\":[]"#,
          with: #"\"fields\":[{\"name\":\"a\",\"type\":\"long\",\"nullable\":true,"#
            + #"\"metadata\":{\"delta.invariants\":\"x\"}}]"#), "invariant"
      ),
    ]
    for (tableProtocol, metadata, words) in cases {
      let fixture = try TableFixture()
      try fixture.directory.write(
        tableProtocol + "\n" + metadata,
        to: "lake/.tables/trusted/customer/_delta_log/" + LogFileName.entry(0))
      let table = try fixture.table()
      #expect(try table.snapshot().version == 0)
      let error = #expect(throws: LakeError.self) { try fixture.overwrite(table, 0..<1) }
      #expect(error?.code == .unsupported)
      #expect(error?.message.contains(words) == true, "\(words)")
    }
  }
}
