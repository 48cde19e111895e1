import LakeCatalog
import LakeCore
import LakeFormats

extension Crawler {
  /// Decides what is recorded of a table, once its files were read.
  func finish(_ plan: inout TablePlan, _ options: CrawlOptions) throws {
    if plan.report.failure != nil { return }
    chooseFormat(&plan)
    for reading in plan.readings { plan.files.append(reading.file) }
    plan.files += plan.kept
    plan.files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    addEvidence(&plan)
    if let failure = plan.evidence.failure, plan.definition?.columns == nil {
      plan.report.failure = failure.located(at: .file(workspace.path(of: plan.table.location)))
      return
    }
    mergeColumns(&plan, options)
    placePartitionValues(&plan)
    try findMisfits(&plan, options)
    try keepProblems(&plan, options)
    total(&plan)
  }

  // MARK: - Format

  /// A table has one format: the one that is declared or known, else the one of most bytes. Files
  /// of others are left out, and say so.
  private func chooseFormat(_ plan: inout TablePlan) {
    let known = plan.kept.isEmpty ? plan.definition?.format : plan.table.format
    var bytes: [TableFormat: Int] = [:]
    for reading in plan.readings {
      if let format = reading.format { bytes[format, default: 0] += reading.file.stamp.size + 1 }
    }
    let most = bytes.max {
      ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue)
    }
    guard let format = known ?? most?.key ?? plan.table.format else { return }
    plan.table.format = format
    plan.explain("its files are \(format.rawValue), by what is in them")
    for index in plan.readings.indices {
      let found = plan.readings[index].format
      plan.readings[index].file.format = found ?? format
      guard let found, found != format, !isOneFamily(found, format) else { continue }
      let problem = "the file is \(found.rawValue), and the table is \(format.rawValue)"
      plan.readings[index].file.problem = problem
    }
  }

  /// Files of both are read alike, each in its own dialect.
  private func isOneFamily(_ one: TableFormat, _ other: TableFormat) -> Bool {
    let separated: Set<TableFormat> = [.csv, .tsv]
    return separated.contains(one) && separated.contains(other)
  }

  // MARK: - Evidence

  private func addEvidence(_ plan: inout TablePlan) {
    let fresh = Dictionary(
      plan.readings.map { ($0.file.path, $0.evidence) }, uniquingKeysWith: { first, _ in first })
    // In the order of paths, so that the columns do not depend on when a file came.
    for index in plan.files.indices where plan.files[index].problem == nil {
      let file = plan.files[index]
      let evidence = fresh[file.path] ?? file.evidence.flatMap { FileEvidence(encoded: $0) }
      guard let evidence else { continue }
      plan.evidence.add(evidence)
      if fresh[file.path] != nil { plan.files[index].evidence = evidence.encoded() }
    }
  }

  private func mergeColumns(_ plan: inout TablePlan, _ options: CrawlOptions) {
    var columns = plan.table.reading.named(
      plan.table.format == .parquet
        ? declaredColumns(&plan, options) : inferredColumns(&plan, options))
    let partitions = partitionColumns(&plan, options)
    for partition in partitions {
      let place = columns.firstIndex { $0.name.lowercased() == partition.name.lowercased() }
      guard let place else { continue }
      columns.remove(at: place)
      plan.report.warnings.append(
        "column \(partition.name) is in the files and in the names of their directories; the "
          + "directories count")
    }
    plan.table.columns = columns + partitions
  }

  private func inferredColumns(
    _ plan: inout TablePlan, _ options: CrawlOptions
  ) -> [CatalogColumn] {
    let merge = SchemaMerge(
      known: plan.knownInFiles, evidence: plan.evidence, definition: plan.definitionInFiles,
      acceptsChanges: options.acceptsChanges)
    plan.report.schemaChanges = plan.report.isNew ? [] : merge.changes
    plan.report.definitionDifferences = merge.differences
    plan.report.warnings += merge.warnings
    return merge.columns
  }

  /// The columns of files that say themselves what they are. A file that says something else than
  /// the table is a problem.
  private func declaredColumns(
    _ plan: inout TablePlan, _ options: CrawlOptions
  ) -> [CatalogColumn] {
    var merge = DeclaredMerge(
      known: plan.knownInFiles, definition: plan.definitionInFiles,
      acceptsChanges: options.acceptsChanges)
    for index in plan.files.indices where plan.files[index].problem == nil {
      guard let bytes = plan.files[index].evidence, let evidence = FileEvidence(encoded: bytes)
      else { continue }
      plan.files[index].problem = merge.add(evidence.declared.map(\.field))
    }
    plan.report.schemaChanges = plan.report.isNew ? [] : merge.changes
    plan.report.definitionDifferences = merge.differences
    return merge.columns
  }

  // MARK: - Partitions

  private func partitionColumns(
    _ plan: inout TablePlan, _ options: CrawlOptions
  ) -> [CatalogColumn] {
    let known = plan.known?.partitionColumns ?? []
    let declared = plan.definition?.partitionColumns ?? []
    var columns = declared
    for key in plan.discovered.partitionKeys
    where !columns.contains(where: { $0.name.lowercased() == key.lowercased() }) {
      let type = PartitionPath.type(of: values(of: key, plan))
      let old = known.first { $0.name.lowercased() == key.lowercased() }
      let kept = options.acceptsChanges ? nil : old?.type
      columns.append(
        CatalogColumn(old?.name ?? key, kept ?? type, isPartition: true, comment: old?.comment))
      if !declared.isEmpty {
        plan.report.definitionDifferences.append(
          "the directories give a column \(key) that is not declared")
      }
    }
    // Columns whose directories are all gone: they may come back.
    for column in known
    where !columns.contains(where: { $0.name.lowercased() == column.name.lowercased() })
      && declared.isEmpty && !options.acceptsChanges
    {
      columns.append(column)
    }
    return columns.map { column in
      var column = column
      column.isPartition = true
      return column
    }
  }

  private func values(of key: String, _ plan: TablePlan) -> [String?] {
    plan.discovered.files.compactMap { file in
      file.partitionValues.first { $0.column.lowercased() == key.lowercased() }
    }.map(\.value)
  }

  /// Gives each file the values of the table's partition columns. A value that the column's type
  /// cannot hold makes its file a problem.
  private func placePartitionValues(_ plan: inout TablePlan) {
    let columns = plan.table.partitionColumns
    if columns.isEmpty { return }
    let given = Dictionary(
      plan.discovered.files.map { ($0.path, $0.partitionValues) },
      uniquingKeysWith: { first, _ in first })
    for index in plan.files.indices {
      let values = given[plan.files[index].path] ?? []
      plan.files[index].partitionValues = columns.map { column in
        let value = values.first { $0.column.lowercased() == column.name.lowercased() }
        return PartitionValue(column.name, value?.value)
      }
      for (column, value) in zip(columns, plan.files[index].partitionValues) {
        guard let text = value.value, !PartitionPath.holds(text, column.type) else { continue }
        plan.files[index].problem =
          "its directory says \(column.name)=\(text), which is no \(column.type)"
      }
    }
  }

  // MARK: - Misfits

  /// Reads files once more that hold values which do not fit the columns, for their rejects.
  private func findMisfits(_ plan: inout TablePlan, _ options: CrawlOptions) throws {
    let columns = plan.columnsInFiles
    let isOtherSchema = plan.knownInFiles?.map(\.field) != columns.map(\.field)
    let fresh = Set(plan.readings.map(\.file.path))
    for index in plan.files.indices where plan.files[index].problem == nil {
      let file = plan.files[index]
      guard file.format != .parquet, let bytes = file.evidence,
        let evidence = FileEvidence(encoded: bytes)
      else { continue }
      let isFresh = fresh.contains(file.path)
      guard isFresh || isOtherSchema else { continue }
      if let column = evidence.misfit(of: columns) {
        plan.explain(
          "\(plan.name(file.path)): is read once more, since not all of its values are known to "
            + "fit the column \(column)")
      } else if isFresh || file.rejectCount == 0 {
        continue
      }
      try readAgain(index, &plan, options)
    }
  }

  private func readAgain(
    _ index: Int, _ plan: inout TablePlan, _ options: CrawlOptions
  ) throws {
    let file = plan.files[index]
    let path = workspace.path(of: file, in: plan.table)
    let text = try TextFile.open(
      path, as: plan.definition?.format?.textFormat, csv: plan.table.reading.csv, in: fileSystem,
      libraries: libraries)
    let store = RejectStore(layout: workspace.layout, fileSystem: fileSystem)
    let source = RejectSink.Source(
      table: plan.table.name, path: file.path, absolutePath: text.path)
    let sink = RejectSink(
      [source], store: options.isDryRun ? nil : store, workspace: workspace)
    var scan = FileReading(self, options).scan([text])
    if plan.table.reading.nullsMisfits { scan.onError = .null }
    let schema = Schema(plan.columnsInFiles.map(\.field))
    let summaries = try scan.run(
      on: pool, makeDecoder: try scan.decoderFactory(schema: schema), transform: { _ in },
      consume: { _ in }, reject: { try sink.add($0) })
    try sink.finish()
    guard let summary = summaries.first else { return }
    plan.files[index].recordCount = summary.recordCount
    plan.files[index].rejectCount = summary.rejectCount
    plan.note(index, sink.results.first)
    let nulled = summary.notes.nulledValues
    if nulled > 0 {
      plan.report.warnings.append(
        "\(plan.name(file.path)): \(nulled) \(nulled == 1 ? "value" : "values") did not fit and "
          + "became null")
    }
  }

  // MARK: - Problems

  /// A file that cannot be read as one of its table counts as one reject.
  private func keepProblems(_ plan: inout TablePlan, _ options: CrawlOptions) throws {
    let store = RejectStore(layout: workspace.layout, fileSystem: fileSystem)
    let kept = Dictionary(
      plan.kept.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    for index in plan.files.indices {
      let file = plan.files[index]
      guard let problem = file.problem, kept[file.path] != file else { continue }
      let path = workspace.path(of: file, in: plan.table)
      let reject = Reject(
        file: path, byteOffset: 0, byteCount: file.stamp.size, line: 1, column: 1,
        reason: problem, hash: file.contentHash ?? 0, raw: [])
      let source = RejectSink.Source(
        table: plan.table.name, path: file.path, absolutePath: path)
      let sink = RejectSink(
        [source], store: options.isDryRun ? nil : store, workspace: workspace)
      try sink.add(reject)
      try sink.finish()
      plan.files[index].recordCount = 0
      plan.files[index].rejectCount = 1
      plan.files[index].evidence = nil
      plan.note(index, sink.results.first)
      plan.report.warnings.append("\(plan.name(file.path)) is left out: \(problem)")
    }
  }

  // MARK: - Totals

  private func total(_ plan: inout TablePlan) {
    let kept = Dictionary(
      plan.kept.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    plan.changedFiles = plan.files.filter { kept[$0.path] != $0 }
    plan.table.fileCount = plan.files.count
    plan.table.recordCount = plan.files.reduce(0) { $0 + $1.recordCount }
    plan.table.rejectCount = plan.files.reduce(0) { $0 + $1.rejectCount }
    plan.table.byteCount = plan.files.reduce(0) { $0 + $1.stamp.size }
    let read = Set(plan.readings.map(\.file.path))
    for file in plan.files where read.contains(file.path) {
      plan.report.recordsRead += file.recordCount
      plan.report.bytesRead += file.stamp.size
    }
    plan.finishReport()
  }
}

extension FileEvidence {
  /// The first column that holds values which are not surely of its type.
  fileprivate func misfit(of declared: [CatalogColumn]) -> String? {
    var types: [String: DataType] = [:]
    for column in declared { types[column.name.lowercased()] = column.type }
    for column in columns {
      guard let type = types[column.name.lowercased()] else { continue }
      if !column.evidence.fits(type) { return column.name }
    }
    return nil
  }
}
