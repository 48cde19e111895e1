import LakeCore

/// A file of an external table, as the last crawl found it.
package struct CatalogFile: Sendable, Hashable {
  /// From the location of the table; empty where the location is the file itself.
  package var path: String
  package var stamp: FileStamp
  /// False where the file was so young that it may have changed within one tick of its clock: it
  /// is read again by the next crawl.
  package var isSettled = true
  package var format: TableFormat
  /// `none` or `gzip`.
  package var compression = "none"
  /// How its records are arranged, in words.
  package var layout = ""
  /// Bytes after decompression.
  package var textBytes = 0
  package var recordCount = 0
  package var rejectCount = 0
  /// XXH64 of its bytes; nil where it was not computed.
  package var contentHash: UInt64?
  /// The texts that its `key=value` directories give, decoded; nil for Hive's name of null.
  package var partitionValues: [PartitionValue] = []
  /// What kinds of values it holds, as `LakeCrawler` writes it: lets schemas be merged without
  /// reading the file again.
  package var evidence: [UInt8]?
  /// Why it cannot be read as a file of its table: readers leave it out, and it counts as one
  /// reject.
  package var problem: String?

  package init(path: String, stamp: FileStamp, format: TableFormat) {
    self.path = path
    self.stamp = stamp
    self.format = format
  }
}

/// What tells that a file is the one that was read: if none of these changed, its bytes did not.
package struct FileStamp: Sendable, Hashable {
  package var size: Int
  /// Nanoseconds since 1970.
  package var modified: Int
  package var changed: Int
  package var inode: UInt64

  package init(size: Int, modified: Int, changed: Int, inode: UInt64) {
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
  }

  package init(_ status: FileStatus) {
    self.init(
      size: status.size, modified: status.modified, changed: status.changed, inode: status.inode)
  }
}

/// One `key=value` of a path.
package struct PartitionValue: Sendable, Hashable {
  package var column: String
  package var value: String?

  package init(_ column: String, _ value: String?) {
    self.column = column
    self.value = value
  }
}

extension Workspace {
  /// The absolute path of a file of a table.
  package func path(of file: CatalogFile, in table: CatalogTable) -> String {
    let location = path(of: table.location)
    return file.path.isEmpty ? location : Path.join(location, file.path)
  }
}

extension [PartitionValue] {
  var json: String { FlatJSON.text(map { ($0.column, $0.value) }) }

  /// The values in the order of the columns that a table has.
  init(json: String, columns: [String]) {
    let members = FlatJSON.members(of: json) ?? [:]
    self = columns.map { PartitionValue($0, members[$0]) }
  }
}

/// A `key=value` directory of a table.
package struct CatalogPartition: Sendable, Hashable {
  /// From the directory of the table.
  package var path: String
  package var values: [PartitionValue]
  package var fileCount: Int
  package var recordCount: Int?
  package var byteCount: Int

  package init(
    path: String, values: [PartitionValue], fileCount: Int, recordCount: Int?, byteCount: Int
  ) {
    self.path = path
    self.values = values
    self.fileCount = fileCount
    self.recordCount = recordCount
    self.byteCount = byteCount
  }
}

/// What is known of the values of a column.
package struct CatalogStatistics: Sendable, Hashable {
  package var column: String
  package var nullCount: Int?
  /// As the writers write values.
  package var minimum: String?
  package var maximum: String?
  package var distinctCount: Int?

  package init(
    column: String, nullCount: Int?, minimum: String? = nil, maximum: String? = nil,
    distinctCount: Int? = nil
  ) {
    self.column = column
    self.nullCount = nullCount
    self.minimum = minimum
    self.maximum = maximum
    self.distinctCount = distinctCount
  }
}

/// A committed version of a managed table.
package struct CatalogVersion: Sendable, Hashable {
  package var version: Int
  package var committedAt: Int
  /// What made it: `CREATE OR REPLACE TABLE AS SELECT`, `RESTORE`.
  package var operation: String
  package var recordCount: Int?
  package var byteCount: Int?
  package var fileCount: Int?
  package var runID: Int?

  package init(
    version: Int, committedAt: Int, operation: String, recordCount: Int? = nil,
    byteCount: Int? = nil, fileCount: Int? = nil, runID: Int? = nil
  ) {
    self.version = version
    self.committedAt = committedAt
    self.operation = operation
    self.recordCount = recordCount
    self.byteCount = byteCount
    self.fileCount = fileCount
    self.runID = runID
  }
}

/// How many records of one source were refused, and where they are kept.
package struct CatalogRejects: Sendable, Hashable {
  package var table: TableName
  /// The file, or the run, that brought them.
  package var source: String
  package var count: Int
  package var firstReason: String?
  /// The file of the rejects, from the workspace.
  package var path: String
  package var recordedAt: Int

  package init(
    table: TableName, source: String, count: Int, firstReason: String?, path: String,
    recordedAt: Int
  ) {
    self.table = table
    self.source = source
    self.count = count
    self.firstReason = firstReason
    self.path = path
    self.recordedAt = recordedAt
  }
}
