import LakeCore

/// Which tables we read and write: reader version 1, writer version 2, and what is named by its
/// feature and costs nothing to honour.
enum ProtocolSupport {
  /// Features whose tables read as we read all tables.
  private static let readable: Set = ["timestampNtz", "vacuumProtocolCheck"]

  /// Features that came with a version before they had names.
  private static func implied(byReader version: Int) -> [String] {
    version == 2 ? ["columnMapping"] : []
  }

  static func requireReadable(_ table: TableProtocol) throws(LakeError) {
    let features = table.readerFeatures ?? implied(byReader: table.minReaderVersion)
    let unknown = features.filter { !readable.contains($0) }
    if table.minReaderVersion <= 1 { return }
    if table.minReaderVersion > 3 {
      throw LakeError(
        .unsupported, "the table needs reader version \(table.minReaderVersion) of Delta",
        hint: "Versions up to 3 are known.")
    }
    if !unknown.isEmpty {
      throw LakeError(
        .unsupported,
        "the table uses \(unknown.joined(separator: ", ")), which cannot be read",
        hint: "Rewrite it without \(unknown.count == 1 ? "this feature" : "these features").")
    }
  }

  static func requireWritable(
    _ table: TableProtocol, _ metadata: TableMetadata
  ) throws(LakeError) {
    let features = (table.writerFeatures ?? []) + (table.readerFeatures ?? [])
    if table.minReaderVersion > 1 || table.minWriterVersion > 2 {
      let named = features.isEmpty ? "" : " (\(Set(features).sorted().joined(separator: ", ")))"
      throw LakeError(
        .unsupported,
        "the table needs writer version \(table.minWriterVersion) of Delta\(named)",
        hint: "It can be read; only tables of writer version 2 are written.")
    }
    if metadata.configuration["delta.appendOnly"]?.lowercased() == "true" {
      throw LakeError(
        .unsupported, "the table is append-only (delta.appendOnly), and cannot be overwritten")
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
