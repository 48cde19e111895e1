import LakeCore
import LakeTables

/// What a directory with a log in Delta's format is, by its log alone.
public struct TableInspection: Sendable {
  public struct Column: Sendable {
    public var name: String
    public var type: DataType
    public var isNullable: Bool
    public var isPartition: Bool
    public var comment: String?
  }

  public var path: String
  public var version: Int
  /// When the version was made, in milliseconds since 1970.
  public var madeAt: Int
  /// Who made it, and by what.
  public var engine: String?
  public var operation: String?
  /// Nil where a file does not say how many it has, or has some that are deleted.
  public var rowCount: Int?
  public var fileCount: Int
  public var byteCount: Int
  public var minReaderVersion: Int
  public var minWriterVersion: Int
  /// What a reader must know, beside the version.
  public var readerFeatures: [String]
  public var partitionColumns: [String]
  public var properties: [String: String]
  public var columns: [Column]
}

extension Lake {
  /// Nil where the path is no directory with a log in it.
  public func inspectTable(_ path: String) throws -> TableInspection? {
    guard let table = try ForeignTable(at: path, in: fileSystem) else { return nil }
    return TableInspection(try table.snapshot(), path: path)
  }
}

extension TableInspection {
  init(_ snapshot: Snapshot, path: String) {
    let metadata = snapshot.metadata
    self.path = path
    version = snapshot.version
    madeAt = snapshot.timestamp
    engine = snapshot.commitInfo.engineInfo
    operation = snapshot.commitInfo.operation
    let hasDeletions = snapshot.files.contains { $0.deletionVector != nil }
    rowCount = hasDeletions ? nil : snapshot.rowCount
    fileCount = snapshot.files.count
    byteCount = snapshot.byteCount
    minReaderVersion = snapshot.tableProtocol.minReaderVersion
    minWriterVersion = snapshot.tableProtocol.minWriterVersion
    readerFeatures = snapshot.tableProtocol.readerFeatures ?? []
    partitionColumns = metadata.partitionColumns
    properties = metadata.configuration
    columns = snapshot.schema.fields.map { field in
      Column(
        name: field.name, type: field.type, isNullable: field.isNullable,
        isPartition: metadata.partitionColumns.contains(field.name),
        comment: metadata.schema.comment(of: field.name))
    }
  }
}
