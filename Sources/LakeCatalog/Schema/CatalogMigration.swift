import LakeCore

/// Brings a catalog to the version that this program knows, or refuses it.
struct CatalogMigration {
  private let connection: SQLiteConnection
  private let path: String

  init(_ connection: SQLiteConnection, path: String) {
    self.connection = connection
    self.path = path
  }

  /// Whether the file is new or old. Throws where it is newer, or somebody else's. One read of one
  /// number in the usual case.
  func isNeeded() throws(LakeError) -> Bool {
    let version = try number("PRAGMA user_version")
    if version > CatalogSchema.version {
      throw LakeError(
        .unsupported,
        "the catalog is of version \(version), and this program knows versions up to "
          + "\(CatalogSchema.version)",
        at: .file(path),
        hint: "Use the newer program; or move the file away and run lake catalog rebuild.")
    }
    if version == CatalogSchema.version { return false }
    let owner = try number("PRAGMA application_id")
    let tableCount = try number("SELECT count(*) FROM sqlite_schema")
    guard owner == CatalogSchema.applicationID || owner == 0 && tableCount == 0, version >= 0 else {
      throw LakeError(
        .corruptData, "the file is a database of another program", at: .file(path),
        hint: "Move it away and run lake catalog rebuild; no data is lost.")
    }
    return true
  }

  /// Runs what is missing. The caller has begun to write, and commits.
  func run() throws(LakeError) {
    // Somebody else may have done it while we waited.
    let version = try number("PRAGMA user_version")
    guard version >= 0, version < CatalogSchema.version else { return }
    for migration in CatalogSchema.migrations[version...] {
      try connection.script(migration, action: "make the tables of the catalog")
    }
    try connection.script(
      """
      PRAGMA application_id = \(CatalogSchema.applicationID);
      PRAGMA user_version = \(CatalogSchema.version);
      """, action: "make the tables of the catalog")
  }

  private func number(_ sql: String) throws(LakeError) -> Int {
    try connection.first(sql) { $0.int(0) } ?? 0
  }
}
