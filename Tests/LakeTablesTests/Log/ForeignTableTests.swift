import Foundation
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// Tables that other programs wrote, from the test suites of Delta's own implementations.
@Suite("Tables of other writers", .enabled(if: SharedTables.root != nil, "no ../shared/data/delta"))
struct ForeignTableTests {
  /// The live files of the latest version; the numbers are those that delta-rs gives.
  private static let fileCounts = [
    "125-iterator-bug": 12,
    "basic-decimal-table-legacy": 4,
    "basic-with-inserts-deletes-checkpoint": 7,
    "basic-with-inserts-merge": 1,
    "basic-with-inserts-updates": 2,
    "basic-with-vacuum-protocol-check-feature": 2,
    "checkpoint": 1,
    "corrupted-last-checkpoint-kernel": 2,
    "data-reader-array-complex-objects": 2,
    "data-reader-array-primitives": 2,
    "data-reader-date-types-Asia": 2,
    "data-reader-date-types-Etc": 2,
    "data-reader-date-types-Jst": 2,
    "data-reader-date-types-Pst": 2,
    "data-reader-escaped-chars": 3,
    "data-reader-map": 2,
    "data-reader-nullable-field-invalid-schema-key": 2,
    "data-reader-partition-values": 3,
    "data-skipping-basic-stats-all-types": 1,
    "data-skipping-basic-stats-all-types-checkpoint": 1,
    "data-skipping-change-stats-collected-across-versions": 3,
    "decimal-various-scale-precision": 1,
    "delete-re-add-same-file-different-transactions": 2,
    "deltalog-getChanges": 0,
    "kernel-timestamp-int96": 5,
    "kernel-timestamp-pst": 5,
    "kernel-timestamp-timestamp_millis": 5,
    "log-replay-special-characters-a": 0,
    "log-replay-special-characters-b": 1,
    "multi-part-checkpoint": 10,
    "parquet-all-types": 1,
    "parquet-all-types-legacy-format": 1,
    "parquet-decimal-dictionaries": 1,
    "parquet-decimal-type": 1,
    "snapshot-data1": 4,
    "snapshot-data2-deleted": 3,
    "snapshot-data3": 4,
    "snapshot-repartitioned": 2,
    "time-travel-partition-changes-b": 4,
    "time-travel-schema-changes-a": 2,
    "time-travel-start-start20": 4,
    "time-travel-start-start20-start40": 6,
    "v2-checkpoint-json": 4,
    "data-reader-timestamp_ntz-id-mode": 4,
    "data-reader-timestamp_ntz-name-mode": 4,
    "data-skipping-basic-stats-all-types-columnmapping-id": 1,
    "dv-partitioned-with-checkpoint": 15,
    "dv-with-columnmapping": 15,
    "log-replay-dv-key-cases": 1,
    "table-with-columnmapping-mode-id": 2,
    "table-with-columnmapping-mode-name": 2,
  ]

  /// Words of the refusal: what the log needs and we do not have, or what is wrong with it.
  private static let refusals = [
    "canonicalized-paths-normal-b": "it is absolute",
    "canonicalized-paths-special-a": "it is absolute",
    "deltalog-invalid-protocol-version": "reader version 99",
    "deltalog-state-reconstruction-from-checkpoint-missing-protocol": "lacks 'schemaString'",
    "deltalog-state-reconstruction-without-metadata": "no metaData",
    "no-delta-log-folder": "there is no table",
    "update-deleted-directory": "lacks 'schemaString'",
    "versions-not-contiguous": "lacks version 1",
  ]

  @Test(arguments: SharedTables.names)
  func isReadOrRefusedByName(name: String) throws {
    do {
      let snapshot = try Self.snapshot(name)
      #expect(snapshot.files.count == Self.fileCounts[name], "\(name)")
    } catch let error as LakeError {
      let words = try #require(Self.refusals[name], "\(name): \(error)")
      #expect(error.message.contains(words))
      #expect(error.code != .internal)
    }
  }

  @Test func allThatIsExpectedIsThere() {
    let expected = Set(Self.fileCounts.keys).union(Self.refusals.keys)
    #expect(expected.subtracting(SharedTables.names).isEmpty)
  }

  private static func snapshot(_ name: String) throws -> Snapshot {
    let directory = try TemporaryDirectory()
    let tables = directory.file("lake/.tables/trusted")
    try FileManager.default.createDirectory(
      atPath: tables, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: tables + "/a", withDestinationPath: "\(SharedTables.root ?? "")/\(name)/delta")
    let table = try ManagedTable(
      TableName(.trusted, "a"), in: WorkspaceLayout(root: directory.path),
      fileSystem: LocalFileSystem())
    return try table.snapshot()
  }
}
