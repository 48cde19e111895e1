import LakeCore

extension CatalogSession {
  /// The versions of a managed table, the newest first.
  package func versions(of name: TableName) throws(LakeError) -> [CatalogVersion] {
    guard let id = try tableID(name) else { return [] }
    return try connection.rows(
      """
      SELECT version, committed_at, operation, record_count, byte_count, file_count, run_id
      FROM versions WHERE table_id = ? ORDER BY version DESC
      """, [.integer(id)]
    ) { row in
      CatalogVersion(
        version: row.int(0), committedAt: row.int(1), operation: row.text(2),
        recordCount: row.optionalInt(3), byteCount: row.optionalInt(4),
        fileCount: row.optionalInt(5), runID: row.optionalInt(6))
    }
  }

  /// Records a commit of a managed table and, where it is its newest, the table's new state.
  package func saveVersion(
    _ version: CatalogVersion, of name: TableName
  ) throws(LakeError) {
    let id = try requireTableID(name)
    try connection.run(
      "INSERT OR REPLACE INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      [
        .integer(id), .integer(version.version), .integer(version.committedAt),
        .text(version.operation), SQLiteValue(version.recordCount),
        SQLiteValue(version.byteCount), SQLiteValue(version.fileCount),
        SQLiteValue(version.runID),
      ])
    try connection.run(
      """
      UPDATE tables SET current_version = ?, record_count = ?, byte_count = ?, file_count = ?,
        updated_at = ?
      WHERE id = ? AND (current_version IS NULL OR current_version <= ?)
      """,
      [
        .integer(version.version), SQLiteValue(version.recordCount),
        SQLiteValue(version.byteCount), SQLiteValue(version.fileCount), .integer(Moment.now()),
        .integer(id), .integer(version.version),
      ])
  }

  /// Forgets versions before one, as vacuum and erasure do.
  package func removeVersions(before version: Int, of name: TableName) throws(LakeError) {
    let id = try requireTableID(name)
    try connection.run(
      "DELETE FROM versions WHERE table_id = ? AND version < ?", [.integer(id), .integer(version)])
  }
}
