import LakeCore

extension CatalogSession {
  /// What one table is made from.
  package func lineage(to target: TableName) throws(LakeError) -> [LineageEdge] {
    try edges("WHERE target_zone = ? AND target_key = ?", target.key)
  }

  /// What is made from one table.
  package func lineage(from source: TableName) throws(LakeError) -> [LineageEdge] {
    try edges("WHERE source_zone = ? AND source_key = ?", source.key)
  }

  package func lineage() throws(LakeError) -> [LineageEdge] { try edges("", []) }

  /// Records everything that a table is made from, in place of what was recorded before.
  package func replaceLineage(
    to target: TableName, _ edges: [LineageEdge]
  ) throws(LakeError) {
    try connection.run(
      "DELETE FROM lineage WHERE target_zone = ? AND target_key = ?", target.key)
    for edge in edges {
      precondition(edge.target == target)
      try connection.run(
        "INSERT OR REPLACE INTO lineage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        edge.target.key + [.text(edge.target.name), .text(edge.targetColumn ?? "")]
          + edge.source.key + [.text(edge.source.name), .text(edge.sourceColumn ?? "")]
          + [.text(edge.pipeline), .text(edge.job)])
    }
  }

  private func edges(
    _ condition: String, _ parameters: [SQLiteValue]
  ) throws(LakeError) -> [LineageEdge] {
    try connection.rows(
      """
      SELECT target_zone, target_name, source_zone, source_name, target_column, source_column,
        pipeline, job
      FROM lineage \(condition)
      ORDER BY target_zone, target_key, target_column, source_zone, source_key, source_column
      """, parameters
    ) { row throws(LakeError) in
      LineageEdge(
        target: try row.tableName(0), source: try row.tableName(2),
        targetColumn: row.text(4).isEmpty ? nil : row.text(4),
        sourceColumn: row.text(5).isEmpty ? nil : row.text(5), pipeline: row.text(6),
        job: row.text(7))
    }
  }
}
