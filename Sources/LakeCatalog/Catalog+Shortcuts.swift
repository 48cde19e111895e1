import LakeCore

/// One question, one answer. Whoever asks several things that belong together uses `read`.
extension Catalog {
  package func tables(in zone: Zone? = nil) throws(LakeError) -> [CatalogTable] {
    try read { (session) throws(LakeError) in try session.tables(in: zone) }
  }

  package func table(named name: TableName) throws(LakeError) -> CatalogTable? {
    try read { (session) throws(LakeError) in try session.table(named: name) }
  }

  package func tableNames() throws(LakeError) -> [TableName] {
    try read { (session) throws(LakeError) in try session.tableNames() }
  }

  /// Saves a table, and returns it as it was saved.
  @discardableResult
  package func save(_ table: CatalogTable) throws(LakeError) -> CatalogTable {
    try write { (session) throws(LakeError) in
      var table = table
      try session.save(&table)
      return table
    }
  }
}
