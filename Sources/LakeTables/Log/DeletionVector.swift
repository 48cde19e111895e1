import LakeCore

/// Where the log says which rows of a file do not belong to the table.
package struct DeletionVector: Sendable, Hashable {
  package enum Storage: String, Sendable {
    /// In the log itself.
    case inline = "i"
    /// In a file of the table, named by a UUID.
    case relative = "u"
    /// In a file of an absolute path.
    case absolute = "p"
  }

  package let storage: Storage
  /// The vector, the name of its file, or its path.
  package let content: String
  /// Where in the file it begins.
  package let offset: Int?
  package let byteCount: Int
  /// How many rows it names.
  package let rowCount: Int

  init(
    storage: String, content: String, offset: Int?, byteCount: Int, rowCount: Int
  ) throws(LakeError) {
    guard let storage = Storage(rawValue: storage), byteCount >= 0, rowCount >= 0,
      offset ?? 0 >= 0
    else {
      throw LakeError(
        .corruptData,
        "a deletion vector in the log has a storage, a size or an offset that is none",
        hint: "The table's log is damaged; restore it from a copy.")
    }
    self.storage = storage
    self.content = content
    self.offset = offset
    self.byteCount = byteCount
    self.rowCount = rowCount
  }

  /// What the protocol tells vectors by.
  var id: String {
    storage.rawValue + content + (offset.map { "@\($0)" } ?? "")
  }

  /// A file with its vector. No path holds the byte between them.
  static func key(_ path: String, _ vector: DeletionVector?) -> String {
    vector.map { "\(path)\u{0}\($0.id)" } ?? path
  }
}
