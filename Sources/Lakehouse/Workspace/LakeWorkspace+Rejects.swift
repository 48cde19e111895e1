import LakeCore
import LakeFormats
import LakePipelines

extension LakeWorkspace {
  private static var rejectFileBytesMax: Int { 1 << 30 }

  /// The records of a table that were refused, as they are kept, file by file.
  package func rejects(
    of table: TableName, atMost limit: Int
  ) throws -> (records: [JSONValue], isCut: Bool) {
    let session = try session
    let store = RejectStore(layout: session.layout, fileSystem: session.fileSystem)
    var records: [JSONValue] = []
    for path in try store.files(of: table) {
      try cancellation.check()
      let bytes = try session.fileSystem.readWhole(
        path, limit: LakeWorkspace.rejectFileBytesMax)
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        if records.count == limit { return (records, true) }
        do {
          records.append(try JSONValue(parsing: String(decoding: line, as: UTF8.self)))
        } catch {
          throw LakeError(
            .corruptData, "the file of rejects cannot be read", at: .file(path),
            hint: "lake crawl --reread writes it anew.", cause: error)
        }
      }
    }
    return (records, false)
  }
}
