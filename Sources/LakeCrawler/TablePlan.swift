import LakeCatalog
import LakeCore
import LakeFormats

/// One table on its way through a crawl: what was known of it, which of its files are to be read,
/// and what came of that.
struct TablePlan {
  let discovered: DiscoveredTable
  let known: CatalogTable?
  private let knownFiles: [String: CatalogFile]
  /// Files that are to be read, by their place in `discovered.files`.
  private(set) var toRead: [Int] = []
  /// Files that are as they were.
  private(set) var kept: [CatalogFile] = []
  /// What was read, in the order of paths.
  var readings: [FileReading.Result] = []
  var report: TableCrawl

  /// The table as it is to be recorded.
  var table: CatalogTable
  /// All of its files, in byte order of their paths.
  var files: [CatalogFile] = []
  /// Those that are to be recorded anew.
  var changedFiles: [CatalogFile] = []
  var evidence = FileEvidence()

  init(_ discovered: DiscoveredTable, known: CatalogTable?, _ files: [CatalogFile]) {
    self.discovered = discovered
    self.known = known
    knownFiles = Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    report = TableCrawl(known?.name ?? discovered.name, location: discovered.location)
    report.isNew = known == nil
    report.reasons = discovered.reasons
    report.warnings = discovered.warnings
    table =
      known ?? CatalogTable(discovered.name, kind: .external, location: discovered.location)
    table.location = discovered.location
    apply(discovered.definition)
  }

  var definition: TableDefinition? { discovered.definition }

  /// The definition with its columns as the files name them.
  var definitionInFiles: TableDefinition? {
    var changed = definition
    changed?.columns = definition?.columns.map { table.reading.inFiles($0) }
    return changed
  }

  /// The columns that were known, as the files name them now.
  var knownInFiles: [CatalogColumn]? { known.map { table.reading.inFiles($0.dataColumns) } }

  /// The columns that stand in the files, as those name them.
  var columnsInFiles: [CatalogColumn] { table.reading.inFiles(table.dataColumns) }

  /// What the definition says besides columns.
  private mutating func apply(_ definition: TableDefinition?) {
    table.definedBy = definition?.source
    guard let definition else { return }
    table.name = definition.name
    table.format = definition.format ?? table.format
    table.reading = definition.reading
    table.comment = definition.comment ?? table.comment
    table.properties = definition.properties
    table.isPersonal = definition.isPersonal ?? table.isPersonal
  }

  /// Whether the files have to be read in another way than they were.
  private var isReadOtherwise: Bool {
    guard let known else { return true }
    return known.reading != table.reading || known.location != table.location
      || definition?.format != nil && known.format != definition?.format
  }

  /// Decides which files are read. `hasRejects` says whether the rejects of a file are kept still.
  mutating func choose(_ options: CrawlOptions, hasRejects: (CatalogFile) -> Bool) {
    let rereads = options.rereads || isReadOtherwise
    var present: Set<String> = []
    for (index, file) in discovered.files.enumerated() {
      present.insert(file.path)
      guard let before = knownFiles[file.path] else {
        report.newFiles.append(file.path)
        explain("\(name(file.path)): is new")
        toRead.append(index)
        continue
      }
      if let reason = reasonToRead(file, before, rereads, hasRejects) {
        report.changedFiles.append(file.path)
        explain("\(name(file.path)): \(reason)")
        toRead.append(index)
        continue
      }
      if options.explains { explain("\(name(file.path)): is as it was; skipped") }
      kept.append(before)
    }
    report.unchangedFileCount = kept.count
    report.vanishedFiles = knownFiles.keys.filter { !present.contains($0) }.sorted()
    for path in report.vanishedFiles { explain("\(name(path)): is gone") }
  }

  /// Why a known file is read again; nil where it is not.
  private func reasonToRead(
    _ file: DiscoveredFile, _ before: CatalogFile, _ rereads: Bool,
    _ hasRejects: (CatalogFile) -> Bool
  ) -> String? {
    let now = FileStamp(file.status)
    if now.size != before.stamp.size {
      return "has \(now.size) bytes and had \(before.stamp.size)"
    }
    if now.modified != before.stamp.modified { return "was modified" }
    if now.changed != before.stamp.changed { return "was changed, or its status was" }
    if now.inode != before.stamp.inode { return "is another file of that name" }
    if !before.isSettled { return "was so young that it may have changed since" }
    if rereads { return "is read again, since it is read in another way or all are" }
    if !hasRejects(before) { return "its rejects are gone" }
    if before.problem == nil, before.evidence.flatMap({ FileEvidence(encoded: $0) }) == nil {
      return "what was known of it cannot be used"
    }
    return nil
  }

  /// Takes over what was found out about a file when it was read again.
  mutating func note(_ index: Int, _ rejects: RejectSink.Result?) {
    let place = readings.firstIndex { $0.file.path == files[index].path }
    guard let place, let rejects else { return }
    readings[place].firstReason = rejects.firstReason
    readings[place].firstRejects = rejects.first
  }

  mutating func finishReport() {
    report.format = table.format
    report.columns = table.columns
    report.recordCount = table.recordCount ?? 0
    report.rejectCount = table.rejectCount ?? 0
    report.byteCount = table.byteCount ?? 0
    var notes = TextNotes()
    for reading in readings {
      notes.add(reading.notes)
      report.warnings += reading.warnings
      report.firstRejects += reading.firstRejects.prefix(
        RejectSink.shownMax - report.firstRejects.count)
    }
    report.warnings += notes.warnings
    report.hasOtherChanges = known.map { !isSame($0) } ?? true
  }

  /// Whether nothing but what files say is another than before.
  private func isSame(_ known: CatalogTable) -> Bool {
    known.location == table.location && known.format == table.format
      && known.reading == table.reading && known.comment == table.comment
      && known.properties == table.properties && known.isPersonal == table.isPersonal
      && known.definedBy == table.definedBy && known.columns == table.columns
      && known.name.name == table.name.name
  }

  mutating func explain(_ reason: String) { report.reasons.append(reason) }

  /// A file in messages.
  func name(_ path: String) -> String {
    path.isEmpty ? Path.lastComponent(of: discovered.location) : path
  }

  /// A file that was there when landing was walked and is not any more.
  mutating func forget(_ path: String) {
    report.newFiles.removeAll { $0 == path }
    report.changedFiles.removeAll { $0 == path }
    if knownFiles[path] != nil { report.vanishedFiles.append(path) }
    explain("\(name(path)): went away while it was looked at")
  }

  // MARK: - Recording

  func record(
    in session: CatalogSession, _ workspace: Workspace, _ store: RejectStore, _ now: Int
  ) throws(LakeError) {
    var table = table
    table.crawledAt = now
    try session.save(&table)
    try session.saveFiles(changedFiles, forgetting: report.vanishedFiles, of: table.name)
    try session.replacePartitions(partitions, of: table.name)
    try session.replaceStatistics(statistics, of: table.name)
    for path in report.vanishedFiles {
      try session.removeRejects(from: path, of: table.name)
    }
    for file in changedFiles {
      let reading = readings.first { $0.file.path == file.path }
      try session.saveRejects(
        CatalogRejects(
          table: table.name, source: file.path, count: file.rejectCount,
          firstReason: reading?.firstReason ?? file.problem,
          path: workspace.location(of: store.path(of: table.name, source: file.path)),
          recordedAt: now))
    }
  }

  /// From what the files themselves say.
  private var declaredStatistics: [CatalogStatistics] {
    let evidence = files.filter { $0.problem == nil }.compactMap { file in
      file.evidence.flatMap { FileEvidence(encoded: $0) }
    }
    return table.dataColumns.map { column in
      var sum: Int? = 0
      for file in evidence {
        let key = table.reading.key(of: column.name).lowercased()
        let found = file.declared.first { $0.field.name.lowercased() == key }
        let count = found.map(\.nullCount) ?? file.recordCount
        sum = sum.flatMap { sum in count.map { sum + $0 } }
      }
      return CatalogStatistics(column: column.name, nullCount: sum)
    }
  }

  private var partitions: [CatalogPartition] {
    if table.partitionColumns.isEmpty { return [] }
    var found: [String: CatalogPartition] = [:]
    for file in files {
      let path = Path.directory(of: file.path)
      var partition =
        found[path]
        ?? CatalogPartition(
          path: path, values: file.partitionValues, fileCount: 0, recordCount: 0, byteCount: 0)
      partition.fileCount += 1
      partition.recordCount = (partition.recordCount ?? 0) + file.recordCount
      partition.byteCount += file.stamp.size
      found[path] = partition
    }
    return found.values.sorted { $0.path < $1.path }
  }

  private var statistics: [CatalogStatistics] {
    if table.format == .parquet { return declaredStatistics }
    return table.dataColumns.map { column in
      let key = table.reading.key(of: column.name).lowercased()
      let seen = evidence.columns.first { $0.name.lowercased() == key }?.evidence
      // Fields of CSV that are quoted and empty are counted with those that are null.
      let isKnown = !evidence.emptyTexts.contains(key)
      let count = seen?.nullCount(of: evidence.recordCount) ?? evidence.recordCount
      return CatalogStatistics(column: column.name, nullCount: isKnown ? count : nil)
    }
  }
}
