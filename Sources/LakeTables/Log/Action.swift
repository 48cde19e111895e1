import LakeCore

/// One line of a log entry.
package enum Action: Sendable, Hashable {
  case tableProtocol(TableProtocol)
  case metadata(TableMetadata)
  case add(AddedFile)
  case remove(RemovedFile)
  case transaction(TableTransaction)
  case commitInfo(CommitInfo)

  /// As the log calls it.
  var name: String {
    switch self {
    case .tableProtocol: "protocol"
    case .metadata: "metaData"
    case .add: "add"
    case .remove: "remove"
    case .transaction: "txn"
    case .commitInfo: "commitInfo"
    }
  }
}

/// What a reader and a writer must know to use a table.
package struct TableProtocol: Sendable, Hashable {
  package var minReaderVersion: Int
  package var minWriterVersion: Int
  package var readerFeatures: [String]?
  package var writerFeatures: [String]?

  package init(
    minReaderVersion: Int, minWriterVersion: Int, readerFeatures: [String]? = nil,
    writerFeatures: [String]? = nil
  ) {
    self.minReaderVersion = minReaderVersion
    self.minWriterVersion = minWriterVersion
    self.readerFeatures = readerFeatures
    self.writerFeatures = writerFeatures
  }

  /// What we write.
  package static let ours = TableProtocol(minReaderVersion: 1, minWriterVersion: 2)
}

/// What a table is: its columns and its settings.
package struct TableMetadata: Sendable, Hashable {
  package var id: String
  package var name: String?
  package var comment: String?
  package var schema: DeltaSchema
  package var partitionColumns: [String]
  package var configuration: [String: String]
  /// Milliseconds since 1970.
  package var createdTime: Int?

  package init(
    id: String, name: String? = nil, comment: String? = nil, schema: DeltaSchema,
    partitionColumns: [String] = [], configuration: [String: String] = [:],
    createdTime: Int? = nil
  ) {
    self.id = id
    self.name = name
    self.comment = comment
    self.schema = schema
    self.partitionColumns = partitionColumns
    self.configuration = configuration
    self.createdTime = createdTime
  }
}

/// A data file that belongs to the table from this version on.
package struct AddedFile: Sendable, Hashable {
  /// Relative to the table's root, decoded and checked.
  package var path: String
  /// The path as the log has it; nil where that is as we write it.
  package var spelling: String?
  /// Nil is null.
  package var partitionValues: [String: String?]
  package var size: Int
  /// Milliseconds since 1970.
  package var modificationTime: Int
  package var dataChange: Bool
  /// What the log says to all of the file's values, as JSON. It is parsed for those who ask: a
  /// table has many files, and a query looks at few columns of few of them.
  package var statisticsText: String?
  /// The rows of the file that do not belong to the table.
  package var deletionVector: DeletionVector?
  /// What other writers note beside a file.
  package var tags: [String: String?]?

  /// A file of ours, with the columns of the schema in it.
  init(
    path: String, partitionValues: [String: String?], size: Int, modificationTime: Int,
    dataChange: Bool, statistics: FileStatistics, of schema: Schema
  ) {
    let isShared = statistics.boundsAll(of: schema)
    let shared = isShared ? statistics : statistics.withoutBounds
    let isTagged = !isShared && !statistics.minimums.isEmpty
    self.init(
      path: path, partitionValues: partitionValues, size: size,
      modificationTime: modificationTime, dataChange: dataChange,
      statisticsText: shared.json.description,
      tags: isTagged ? [FileStatistics.tag: statistics.json.description] : nil)
  }

  package init(
    path: String, partitionValues: [String: String?], size: Int, modificationTime: Int,
    dataChange: Bool, statisticsText: String?, deletionVector: DeletionVector? = nil,
    tags: [String: String?]? = nil
  ) {
    self.path = path
    self.partitionValues = partitionValues
    self.size = size
    self.modificationTime = modificationTime
    self.dataChange = dataChange
    self.statisticsText = statisticsText
    self.deletionVector = deletionVector
    self.tags = tags
  }

  /// What tells the file from others of a version: some belong to it with other rows left out.
  package var key: String { DeletionVector.key(path, deletionVector) }

  /// Statistics help and decide nothing: those that cannot be read are none.
  package var statistics: FileStatistics? {
    knownStatistics.flatMap { FileStatistics(parsing: $0) }
  }

  /// All that the log says of the file's values, as JSON.
  package var knownStatistics: String? { (tags?[FileStatistics.tag] ?? nil) ?? statisticsText }

  /// The rows that belong to the table.
  package var rowCount: Int? {
    guard let all = statisticsText.flatMap({ FileStatistics.rowCount(in: $0) }) else { return nil }
    guard let deletionVector else { return all }
    return deletionVector.rowCount <= all ? all - deletionVector.rowCount : nil
  }
}

/// A data file that belongs to the table no more.
package struct RemovedFile: Sendable, Hashable {
  /// Relative to the table's root, decoded and checked.
  package var path: String
  /// The path as the log has it; nil where that is as we write it.
  package var spelling: String?
  /// Milliseconds since 1970.
  package var deletionTimestamp: Int?
  package var dataChange: Bool
  package var size: Int?
  package var partitionValues: [String: String?]?
  package var deletionVector: DeletionVector?

  package init(
    path: String, deletionTimestamp: Int?, dataChange: Bool, size: Int? = nil,
    partitionValues: [String: String?]? = nil, deletionVector: DeletionVector? = nil
  ) {
    self.path = path
    self.deletionTimestamp = deletionTimestamp
    self.dataChange = dataChange
    self.size = size
    self.partitionValues = partitionValues
    self.deletionVector = deletionVector
  }

  /// What tells the file from others of a version.
  var key: String { DeletionVector.key(path, deletionVector) }
}

/// How far an application has come: the exact-once mark of a job.
package struct TableTransaction: Sendable, Hashable {
  package var application: String
  package var version: Int
  /// Milliseconds since 1970.
  package var lastUpdated: Int?

  package init(application: String, version: Int, lastUpdated: Int? = nil) {
    self.application = application
    self.version = version
    self.lastUpdated = lastUpdated
  }
}

/// Who made a version, how and why. Nothing depends on it but people, audit and fingerprints.
package struct CommitInfo: Sendable, Hashable {
  /// All members, those of other writers too.
  package var members: [JSONValue.Member]

  package init(members: [JSONValue.Member]) {
    self.members = members
  }

  package subscript(name: String) -> JSONValue? { JSONValue.object(members)[name] }

  /// Milliseconds since 1970.
  package var timestamp: Int? { self["timestamp"]?.integer }
  package var operation: String? { self["operation"]?.text }
  package var engineInfo: String? { self["engineInfo"]?.text }
  package var job: String? { self["lake.job"]?.text }
  package var runID: String? { self["lake.run"]?.text }
  package var policyHash: String? { self["lake.policyHash"]?.text }
  package var consentEpoch: String? { self["lake.consentEpoch"]?.text }
  package var contractHash: String? { self["lake.contractHash"]?.text }
  /// The hash of what the job's result depends on, as the job's runner computed it.
  package var fingerprint: String? { self["lake.fingerprint"]?.text }
}
