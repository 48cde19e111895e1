import LakeCatalog
import LakeCore
import LakeFormats

/// Finds what is in landing and records it in the catalog.
///
/// 1. The landing zone is walked, and its files are grouped into tables (`LandingWalk`).
/// 2. Files that are as they were are skipped (`TablePlan`).
/// 3. All others are opened, looked at and read once, all of their records, in parallel, whatever
///    tables they belong to (`FileReading`).
/// 4. Each table's columns are decided from what all of its files hold (`SchemaMerge`). Only files
///    with values that do not fit are read once more, for their rejects.
/// 5. One transaction records files, columns, statistics and the report.
///
/// A crawl that is interrupted anywhere has recorded nothing; the next one does all of it.
package struct Crawler: Sendable {
  package var workspace: Workspace
  package var catalog: Catalog
  package var fileSystem: any FileSystem
  package var pool: ThreadPool
  package var libraries: CodecLibraries
  package var tracker: MemoryTracker?
  package var cancellation: CancellationFlag?
  package var progress: ScanProgress?

  package init(
    _ catalog: Catalog, fileSystem: any FileSystem, pool: ThreadPool, libraries: CodecLibraries,
    tracker: MemoryTracker? = nil, cancellation: CancellationFlag? = nil,
    progress: ScanProgress? = nil
  ) {
    workspace = catalog.workspace
    self.catalog = catalog
    self.fileSystem = fileSystem
    self.pool = pool
    self.libraries = libraries
    self.tracker = tracker
    self.cancellation = cancellation
    self.progress = progress
  }

  package func crawl(
    _ scope: CrawlScope = .all, _ options: CrawlOptions = CrawlOptions()
  ) throws -> CrawlReport {
    let started = ContinuousClock.now
    var report = CrawlReport(scope: scope, startedAt: Moment.now())
    report.isDryRun = options.isDryRun
    var walk = try LandingWalk(workspace, fileSystem, definitions: options.definitions)
    let wanted = try selection(scope)
    let discovered = try walk.run(where: wanted)
    report.warnings = walk.warnings
    try requireFound(scope, discovered)
    var plans = try makePlans(discovered, options)
    let dropped = try scope == .all ? vanishedTables(discovered) : []
    report.dropped = dropped.map(\.name)

    try FileReading(self, options).read(&plans)
    for index in plans.indices { try finish(&plans[index], options) }
    report.tables = plans.map(\.report)
    let elapsed = ContinuousClock.now - started
    report.seconds =
      Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    if !options.isDryRun {
      try record(plans, report)
      try tidyRejects(plans, dropped: report.dropped)
    }
    return report
  }

  // MARK: - Scope

  /// Which tables a scope names.
  private func selection(_ scope: CrawlScope) throws(LakeError) -> (DiscoveredTable) -> Bool {
    switch scope {
    case .all:
      return { _ in true }
    case .table(let name):
      guard name.zone == .landing else {
        throw LakeError(
          .invalidInput, "\(name) is in \(name.zone.rawValue), whose tables are made by lake",
          hint: "Only landing is crawled.")
      }
      return { $0.name == name }
    case .path(let path):
      let landing = workspace.layout.zone(.landing)
      let resolved = try PathSafety.resolve(path, inside: workspace.root, in: fileSystem)
      return { [workspace] table in
        let location = workspace.path(of: table.location)
        return PathSafety.isInside(resolved, location)
          || PathSafety.isInside(location, resolved) && PathSafety.isInside(resolved, landing)
      }
    }
  }

  private func requireFound(
    _ scope: CrawlScope, _ found: [DiscoveredTable]
  ) throws(LakeError) {
    guard scope != .all, found.isEmpty else { return }
    throw LakeError(
      .notFound, "there is nothing in landing for \(scope)",
      hint: "A table is a folder in lake/landing, or a file in it.")
  }

  // MARK: - Plans

  private func makePlans(
    _ discovered: [DiscoveredTable], _ options: CrawlOptions
  ) throws(LakeError) -> [TablePlan] {
    let rejects = RejectStore(layout: workspace.layout, fileSystem: fileSystem)
    let known = try catalog.read { (session) throws(LakeError) in
      var known: [TableName: (CatalogTable, [CatalogFile])] = [:]
      for table in try session.tables(in: .landing)
      where table.kind == .external && !table.isForeign {
        if !discovered.contains(where: { $0.name == table.name }) { continue }
        known[table.name] = (table, try session.files(of: table.name))
      }
      return known
    }
    var plans: [TablePlan] = []
    for table in discovered {
      let (knownTable, knownFiles) = known[table.name].map { ($0, $1) } ?? (nil, [])
      // An empty folder is no table yet.
      if knownTable == nil, table.definition == nil, table.files.isEmpty { continue }
      var plan = TablePlan(table, known: knownTable, knownFiles)
      let kept = try knownFiles.contains { $0.rejectCount > 0 } ? rejects.files(of: table.name) : []
      plan.choose(options) { file in
        file.rejectCount == 0 || kept.contains(rejects.path(of: table.name, source: file.path))
      }
      plans.append(plan)
    }
    return plans
  }

  /// Tables of landing that the catalog has and the disk has not.
  private func vanishedTables(
    _ discovered: [DiscoveredTable]
  ) throws(LakeError) -> [CatalogTable] {
    try catalog.tables(in: .landing).filter { table in
      table.kind == .external && !table.isForeign
        && !discovered.contains { $0.name == table.name }
    }
  }

  // MARK: - Recording

  private func record(_ plans: [TablePlan], _ report: CrawlReport) throws(LakeError) {
    let now = Moment.now()
    let store = RejectStore(layout: workspace.layout, fileSystem: fileSystem)
    try catalog.write { (session) throws(LakeError) in
      for plan in plans where plan.report.failure == nil && plan.report.hasChanges {
        try plan.record(in: session, workspace, store, now)
      }
      for name in report.dropped { try session.drop(name) }
      try session.saveCrawl(
        CrawlRecord(
          scope: report.scope.description, startedAt: report.startedAt, seconds: report.seconds,
          report: report.json))
    }
  }

  /// Removes the rejects of files that have none any more, or are gone.
  private func tidyRejects(_ plans: [TablePlan], dropped: [TableName]) throws(LakeError) {
    let store = RejectStore(layout: workspace.layout, fileSystem: fileSystem)
    var expected: [(TableName, Set<String>)] = dropped.map { ($0, []) }
    for plan in plans where plan.report.failure == nil {
      let sources = plan.files.filter { $0.rejectCount > 0 }.map(\.path)
      expected.append(
        (plan.table.name, Set(sources.map { store.path(of: plan.table.name, source: $0) })))
    }
    for (name, paths) in expected {
      var hasRemoved = false
      for path in try store.files(of: name) where !paths.contains(path) {
        try fileSystem.removeFile(path)
        hasRemoved = true
      }
      if hasRemoved { try fileSystem.syncDirectory(workspace.layout.rejects(of: name)) }
    }
  }
}
