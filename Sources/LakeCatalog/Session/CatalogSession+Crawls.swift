import LakeCore

extension CatalogSession {
  /// So many reports are kept.
  private static let crawlsMax = 1_000

  /// Records a crawl, and returns its number. The oldest ones go.
  @discardableResult
  package func saveCrawl(_ crawl: CrawlRecord) throws(LakeError) -> Int {
    try connection.run(
      "INSERT INTO crawls (scope, started_at, seconds, report) VALUES (?, ?, ?, ?)",
      [
        .text(crawl.scope), .integer(crawl.startedAt), .real(crawl.seconds), .text(crawl.report),
      ])
    let id = connection.lastInsertedID
    try connection.run(
      "DELETE FROM crawls WHERE id <= ?", [.integer(id - CatalogSession.crawlsMax)])
    return id
  }

  /// Crawls, the newest first.
  package func crawls(limit: Int = 100) throws(LakeError) -> [CrawlRecord] {
    try connection.rows(
      "SELECT id, scope, started_at, seconds, report FROM crawls ORDER BY id DESC LIMIT ?",
      [.integer(limit)]
    ) { row in
      CrawlRecord(
        id: row.int(0), scope: row.text(1), startedAt: row.int(2), seconds: row.double(3),
        report: row.text(4))
    }
  }

  // MARK: - Rejects

  /// Records how many records of a source were refused; none takes the entry away.
  package func saveRejects(_ rejects: CatalogRejects) throws(LakeError) {
    if rejects.count == 0 {
      return try removeRejects(from: rejects.source, of: rejects.table)
    }
    try connection.run(
      "INSERT OR REPLACE INTO rejects VALUES (?, ?, ?, ?, ?, ?, ?)",
      rejects.table.key + [
        .text(rejects.source), .integer(rejects.count), SQLiteValue(rejects.firstReason),
        .text(rejects.path), .integer(rejects.recordedAt),
      ])
  }

  package func removeRejects(from source: String, of table: TableName) throws(LakeError) {
    try connection.run(
      "DELETE FROM rejects WHERE zone = ? AND key = ? AND source = ?",
      table.key + [.text(source)])
  }

  /// The rejects of a table, by source.
  package func rejects(of table: TableName) throws(LakeError) -> [CatalogRejects] {
    try connection.rows(
      """
      SELECT source, reject_count, first_reason, path, recorded_at FROM rejects
      WHERE zone = ? AND key = ? ORDER BY source
      """, table.key
    ) { row in
      CatalogRejects(
        table: table, source: row.text(0), count: row.int(1), firstReason: row.optionalText(2),
        path: row.text(3), recordedAt: row.int(4))
    }
  }
}
