import LakeCore

/// The catalog during one `read` or `write` of it. Not to be kept.
package struct CatalogSession {
  let connection: SQLiteConnection

  init(_ connection: SQLiteConnection) {
    self.connection = connection
  }
}
