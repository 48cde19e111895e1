import LakeCatalog
import LakeCore
import LakeFormats

/// What a crawl found, and what it recorded.
package struct CrawlReport: Sendable {
  package var scope: CrawlScope
  package var startedAt: Int
  package var seconds = 0.0
  /// Whether nothing was written.
  package var isDryRun = false
  /// In the order of their names.
  package var tables: [TableCrawl] = []
  /// Tables whose files are gone, and which no definition declares.
  package var dropped: [TableName] = []
  /// What concerns no table.
  package var warnings: [String] = []

  package init(scope: CrawlScope, startedAt: Int) {
    self.scope = scope
    self.startedAt = startedAt
  }

  package var fileCount: Int { tables.reduce(0) { $0 + $1.fileCount } }
  package var recordCount: Int { tables.reduce(0) { $0 + $1.recordCount } }
  package var rejectCount: Int { tables.reduce(0) { $0 + $1.rejectCount } }
  package var bytesRead: Int { tables.reduce(0) { $0 + $1.bytesRead } }
  /// Whether the catalog is, or would be, another one than before.
  package var hasChanges: Bool { !dropped.isEmpty || tables.contains(where: \.hasChanges) }
}

/// What a crawl found in one table.
package struct TableCrawl: Sendable {
  package var name: TableName
  /// From the workspace.
  package var location: String
  package var format: TableFormat?
  package var isNew = false
  package var newFiles: [String] = []
  package var changedFiles: [String] = []
  package var vanishedFiles: [String] = []
  package var unchangedFileCount = 0
  /// Of all its files.
  package var recordCount = 0
  package var rejectCount = 0
  package var byteCount = 0
  /// Of the files that were read now.
  package var recordsRead = 0
  /// Bytes on disk of the files that were read now.
  package var bytesRead = 0
  package var columns: [CatalogColumn] = []
  package var schemaChanges: [SchemaChange] = []
  /// Where the files are not as the definition says.
  package var definitionDifferences: [String] = []
  package var warnings: [String] = []
  /// Why it is a table, and what was done with its files and why.
  package var reasons: [String] = []
  /// The first of the records that were refused now.
  package var firstRejects: [Reject] = []
  /// Why nothing was recorded of it.
  package var failure: LakeError?
  /// Whether something but files is to be recorded anew: a definition, a comment.
  package var hasOtherChanges = false

  package init(_ name: TableName, location: String) {
    self.name = name
    self.location = location
  }

  package var fileCount: Int { newFiles.count + changedFiles.count + unchangedFileCount }
  package var hasChanges: Bool {
    isNew || !newFiles.isEmpty || !changedFiles.isEmpty || !vanishedFiles.isEmpty
      || !schemaChanges.isEmpty || hasOtherChanges
  }
}

/// A difference between the columns that were known and those that are recorded now.
package struct SchemaChange: Sendable, Hashable {
  package enum Kind: String, Sendable {
    case added, widened, removed
    /// Recorded since it was asked for, though it may lose something.
    case changed
    /// Not recorded: the values that stand against the column are rejects.
    case refused
  }

  package var kind: Kind
  package var column: String
  package var from: DataType?
  package var to: DataType?

  package init(_ kind: Kind, _ column: String, from: DataType?, to: DataType?) {
    self.kind = kind
    self.column = column
    self.from = from
    self.to = to
  }
}

extension SchemaChange: CustomStringConvertible {
  package var description: String {
    let (old, new) = (from?.description ?? "", to?.description ?? "")
    return switch kind {
    case .added: "column \(column) \(new) is new"
    case .widened: "column \(column) was \(old) and is \(new); no value is lost"
    case .removed: "column \(column) \(old) is gone"
    case .changed: "column \(column) was \(old) and is \(new), as was asked for"
    case .refused: "column \(column) stays \(old), though the files say \(new)"
    }
  }
}
