import LakeCatalog
import LakeCore
import LakeFormats

/// What a crawl looks at.
package enum CrawlScope: Sendable, Hashable {
  /// All of landing.
  case all
  case table(TableName)
  /// A file or a directory in landing: the table that it belongs to.
  case path(String)
}

extension CrawlScope: CustomStringConvertible {
  package var description: String {
    switch self {
    case .all: "landing"
    case .table(let name): name.description
    case .path(let path): path
    }
  }
}

/// How a crawl is done.
package struct CrawlOptions: Sendable {
  /// Everything is found out and nothing is written.
  package var isDryRun = false
  /// Reasons are put down for every file, and not only for what changed.
  package var explains = false
  /// Columns become what the files of today say, also where that loses something.
  package var acceptsChanges = false
  /// Files are read again even if they did not change.
  package var rereads = false
  /// The bytes of files up to this size are hashed too.
  package var hashedBytesMax = 16 << 20
  /// What definitions say of tables of landing.
  package var definitions: [TableDefinition] = []
  /// Nanoseconds since 1970.
  package var clock: @Sendable () -> Int = { Moment.now() * 1_000 }

  package init() {}

  /// A file younger than this is not trusted to stay as it is: a later change may bear the same
  /// time.
  static let settlingNanoseconds = 2_000_000_000
  /// So many files are open at once.
  static let openFilesMax = 256
}
