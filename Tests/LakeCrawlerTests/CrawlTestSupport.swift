import LakeCatalog
import LakeCore
import LakeCrawler
import LakeFormats
import LakeTestSupport

/// A workspace with a crawler whose clock stands far in the future, so that files count as settled.
struct TestLake {
  let directory: TemporaryDirectory
  let workspace: Workspace
  let catalog: Catalog
  let pool: ThreadPool
  let libraries = CodecLibraries()
  var options = CrawlOptions()

  static let distantFuture = 4_000_000_000 * 1_000_000_000

  init(threadCount: Int = 2) throws {
    directory = try TemporaryDirectory()
    workspace = try Workspace.create(at: directory.path, named: "test", in: LocalFileSystem())
    catalog = Catalog(workspace, fileSystem: LocalFileSystem())
    pool = try ThreadPool(threadCount: threadCount)
    options.clock = { TestLake.distantFuture }
  }

  /// Writes a file below `lake/landing`.
  @discardableResult
  func land(_ text: String, _ name: String) throws -> String {
    try directory.write(text, to: "lake/landing/\(name)")
  }

  func remove(_ name: String) throws {
    try LocalFileSystem().removeFile(directory.file("lake/landing/\(name)"))
  }

  func shell(_ command: String) throws -> ShellCommand.Result {
    try ShellCommand(
      command, in: directory.path, environment: ["PATH": "/usr/bin:/bin:/usr/local/bin"]
    ).run()
  }

  @discardableResult
  func crawl(
    _ scope: CrawlScope = .all, in fileSystem: (any FileSystem)? = nil,
    _ change: (inout CrawlOptions) -> Void = { _ in }
  ) throws -> CrawlReport {
    var options = options
    change(&options)
    let crawler = Crawler(
      catalog, fileSystem: fileSystem ?? LocalFileSystem(), pool: pool, libraries: libraries)
    return try crawler.crawl(scope, options)
  }

  func table(_ name: String) throws -> CatalogTable? {
    try catalog.table(named: TableName(.landing, name))
  }

  /// The columns of a table as SQL.
  func columns(_ name: String) throws -> String? {
    try table(name)?.schema.description
  }

  func rejects(_ name: String) throws -> [Reject] {
    var found: [Reject] = []
    let store = RejectStore(layout: workspace.layout, fileSystem: LocalFileSystem())
    try store.read(of: TableName(.landing, name), on: pool, libraries: libraries) { reject in
      found.append(reject)
      return true
    }
    return found
  }

  /// All that the catalog knows of the tables, for comparison.
  func state() throws -> [String] {
    try catalog.read { (session) throws(LakeError) in
      var lines: [String] = []
      for table in try session.tables(in: .landing) {
        lines.append(
          "\(table.name) \(table.schema) \(table.recordCount ?? -1) \(table.rejectCount ?? -1)")
        for file in try session.files(of: table.name) {
          lines.append("  \(file.path) \(file.recordCount) \(file.rejectCount)")
        }
        for rejects in try session.rejects(of: table.name) {
          lines.append("  rejects \(rejects.source) \(rejects.count)")
        }
      }
      return lines
    }
  }
}

extension CrawlReport {
  func table(_ name: String) -> TableCrawl? {
    tables.first { $0.name == TableName(.landing, name) }
  }
}
