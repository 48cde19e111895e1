import LakeCore

extension CatalogSession {
  /// The hashes of the files of definitions that were applied, by path from the workspace.
  package func appliedDefinitions() throws(LakeError) -> [String: UInt64] {
    let rows = try connection.rows("SELECT path, hash FROM definitions") { row in
      (row.text(0), row.optionalBits(1) ?? 0)
    }
    return Dictionary(rows, uniquingKeysWith: { _, last in last })
  }

  /// Records that a file was applied as it is; nil that it is gone.
  package func setDefinition(_ path: String, hash: UInt64?) throws(LakeError) {
    guard let hash else {
      return try connection.run("DELETE FROM definitions WHERE path = ?", [.text(path)])
    }
    try connection.run(
      "INSERT OR REPLACE INTO definitions VALUES (?, ?, ?)",
      [.text(path), SQLiteValue(bits: hash), .integer(Moment.now())])
  }

  // MARK: - Databases

  /// The declared databases that are no zones, by name.
  package func databases() throws(LakeError) -> [(name: String, comment: String?)] {
    try connection.rows("SELECT name, comment FROM databases ORDER BY key") {
      ($0.text(0), $0.optionalText(1))
    }
  }

  /// Declares a database. One that is there keeps its comment where none is given.
  package func saveDatabase(_ name: String, comment: String? = nil) throws(LakeError) {
    try connection.run(
      """
      INSERT INTO databases VALUES (?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET comment = coalesce(excluded.comment, comment)
      """,
      [
        .text(name.lowercased()), .text(name), SQLiteValue(comment), .integer(Moment.now()),
      ])
  }

  /// False where there was none.
  @discardableResult
  package func dropDatabase(_ name: String) throws(LakeError) -> Bool {
    try connection.run("DELETE FROM databases WHERE key = ?", [.text(name.lowercased())])
    return connection.changedRows > 0
  }

  // MARK: - Properties of the workspace

  package func property(_ name: String) throws(LakeError) -> String? {
    try connection.first("SELECT value FROM properties WHERE name = ?", [.text(name)]) {
      $0.text(0)
    }
  }

  /// Nil takes it away.
  package func setProperty(_ name: String, _ value: String?) throws(LakeError) {
    guard let value else {
      return try connection.run("DELETE FROM properties WHERE name = ?", [.text(name)])
    }
    try connection.run(
      "INSERT OR REPLACE INTO properties VALUES (?, ?)", [.text(name), .text(value)])
  }

  /// What the tables of the catalog and their columns are; the empty column is the table.
  package func descriptions() throws(LakeError) -> [(
    object: String, column: String, description: String
  )] {
    try connection.rows(
      "SELECT object, column, description FROM descriptions ORDER BY object, column"
    ) { ($0.text(0), $0.text(1), $0.text(2)) }
  }
}
