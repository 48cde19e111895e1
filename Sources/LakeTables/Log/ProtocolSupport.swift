import LakeCore

/// Which tables we read and write: all whose features we know for reading; reader version 1 and
/// writer version 2 for writing.
enum ProtocolSupport {
  private static let readable: Set = [
    "timestampNtz", "vacuumProtocolCheck", "v2Checkpoint", "columnMapping", "deletionVectors",
  ]

  /// Features that came with a version before they had names.
  private static func implied(byReader version: Int) -> [String] {
    version == 2 ? ["columnMapping"] : []
  }

  static func requireReadable(_ table: TableProtocol) throws(LakeError) {
    if table.minReaderVersion <= 1 { return }
    if table.minReaderVersion > 3 {
      throw LakeError(
        .unsupported, "the table needs reader version \(table.minReaderVersion) of Delta",
        hint: "Versions up to 3 are known.")
    }
    let features = table.readerFeatures ?? implied(byReader: table.minReaderVersion)
    let unknown = features.filter { !readable.contains($0) }
    if !unknown.isEmpty {
      throw LakeError(
        .unsupported,
        "the table uses \(unknown.joined(separator: ", ")), which cannot be read",
        hint: "Rewrite it without \(unknown.count == 1 ? "this feature" : "these features").")
    }
  }

  static func requireWritable(
    _ table: TableProtocol, _ metadata: TableMetadata, appending: Bool = false
  ) throws(LakeError) {
    let features = (table.writerFeatures ?? []) + (table.readerFeatures ?? [])
    if table.minReaderVersion > 1 || table.minWriterVersion > 2 {
      let named = features.isEmpty ? "" : " (\(Set(features).sorted().joined(separator: ", ")))"
      throw LakeError(
        .unsupported,
        "the table needs writer version \(table.minWriterVersion) of Delta\(named)",
        hint: "It can be read; only tables of writer version 2 are written.")
    }
    if try metadata.columnMapping != nil {
      throw LakeError(
        .unsupported, "the table's columns have other names in its files (columnMapping)",
        hint: "It can be read; only tables without column mapping are written.")
    }
    if !appending, metadata.configuration["delta.appendOnly"]?.lowercased() == "true" {
      throw LakeError(
        .unsupported, "the table is append-only (delta.appendOnly): its rows stay as they are",
        hint:
          "INSERT INTO adds rows; ALTER TABLE … UNSET TBLPROPERTIES ('delta.appendOnly') ends it.")
    }
    let invariants = metadata.schema.fieldMetadata.filter { _, members in
      members.contains { $0.name == "delta.invariants" }
    }
    if let column = invariants.keys.sorted().first {
      throw LakeError(
        .unsupported,
        "the column \(column) has an invariant (delta.invariants) that cannot be checked")
    }
  }
}
