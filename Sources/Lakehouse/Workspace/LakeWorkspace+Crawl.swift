import LakeCatalog
import LakeCore
import LakeCrawler
import LakeFormats
import LakePipelines

extension LakeWorkspace {
  /// Finds what is in landing and records it; then what `catalog/*.sql` says of views, databases
  /// and people's data.
  package func crawl(
    _ scopes: [CrawlScope] = [.all], _ options: CrawlOptions = CrawlOptions(),
    progress: ScanProgress? = nil
  ) throws -> [CrawlReport] {
    let session = try session
    let definitions = try definitions()
    var options = options
    options.definitions = definitions.tables.filter { $0.name.zone == .landing }
    let crawler = Crawler(
      session.catalog, fileSystem: session.fileSystem, pool: session.pool,
      libraries: session.libraries, tracker: session.memory, cancellation: cancellation,
      progress: progress)
    var reports: [CrawlReport] = []
    for scope in scopes { reports.append(try crawler.crawl(scope, options)) }
    if !options.isDryRun { try record(definitions) }
    return reports
  }

  /// Who withdrew or joined since the last run, by the tables of subjects that were crawled. Those
  /// that were not are not looked at.
  package func pendingConsent(after reports: [CrawlReport]) throws -> [PendingConsent] {
    let tables = reports.flatMap { $0.tables.map(\.name) + $0.dropped }
    return try PendingConsent.find(try sessionFromNow, try definitions(), subjectsIn: tables)
  }

  /// Puts into the catalog what definitions say beside the tables of landing. Nothing is written
  /// where nothing changed.
  package func record(_ definitions: WorkspaceDefinitions) throws(LakeError) {
    let session = try session
    let applied = try session.catalog.read { (catalog) throws(LakeError) in
      try catalog.appliedDefinitions()
    }
    if applied == definitions.hashes { return }
    try session.catalog.write { (catalog) throws(LakeError) in
      for path in applied.keys where definitions.hashes[path] == nil {
        try catalog.setDefinition(path, hash: nil)
      }
      for (path, hash) in definitions.hashes { try catalog.setDefinition(path, hash: hash) }
      try record(views: definitions.views, in: catalog)
      try record(foreign: definitions.foreignTables, in: catalog)
      let names = definitions.databases.map { $0.name.lowercased() }
      for known in try catalog.databases() where !names.contains(known.name.lowercased()) {
        _ = try catalog.dropDatabase(known.name)
      }
      for database in definitions.databases {
        try catalog.saveDatabase(database.name, comment: database.comment)
      }
      for table in try catalog.tables() {
        let said = definitions.isPersonal[table.name]
        if said != table.isPersonal { try catalog.setPersonal(said, of: table.name) }
      }
    }
  }

  private func record(
    views: [WorkspaceDefinitions.View], in catalog: CatalogSession
  ) throws(LakeError) {
    let names = Set(views.map(\.name))
    for table in try catalog.tables() where table.kind == .view && !names.contains(table.name) {
      try catalog.drop(table.name)
    }
    for view in views {
      var table =
        try catalog.table(named: view.name) ?? CatalogTable(view.name, kind: .view, location: "")
      guard table.kind == .view else {
        throw LakeError(
          .alreadyExists, "the view \(view.name) has the name of a table", at: .file(view.file),
          hint: "Give it another name.")
      }
      table.viewSQL = view.sql
      table.comment = view.comment
      table.definedBy = view.file
      try catalog.save(&table)
    }
  }
}
