import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL
import LakeTables

/// RESTORE, OPTIMIZE, VACUUM, and what DESCRIBE says of versions.
extension StatementRunner {
  func restore(_ restore: Restore, _ text: SourceText) throws -> String {
    let name = try stored(restore.table, "RESTORE", text)
    let moment = try binder(workspace.executionContext(), text).moment(restore.version)
    let report = try workspace.restore(name, to: moment, in: text)
    return MaintenanceText.restored(report)
  }

  func optimize(_ optimize: Optimize, _ text: SourceText) throws -> String {
    let name = try stored(optimize.table, "OPTIMIZE", text)
    if optimize.order == .zOrder, optimize.columns.count > 1 {
      throw LakeError(
        .unsupported, "rows are put into an order, and not into one along a curve",
        at: text.place(at: optimize.columns[1].range.lowerBound),
        hint: "Write ORDER BY, with the column first by which most queries filter.")
    }
    let columns = optimize.columns.map { $0.parts[$0.parts.count - 1] }
    let edit = OptimizeEdit(
      optimize.table, order: columns, isFull: optimize.isFull, filter: optimize.filter)
    return MaintenanceText.optimized(try self.edit(name, edit, as: "OPTIMIZE", text))
  }

  func vacuum(_ vacuum: Vacuum, _ text: SourceText) throws -> String {
    let place = text.place(at: vacuum.table.range.lowerBound)
    let target = try stored(vacuum.table, "VACUUM", text)
    guard case .managed(let name) = target else {
      throw VacuumOptions.refusal(target.label).located(at: place)
    }
    var options = VacuumOptions()
    options.retentionHours = vacuum.hours
    options.isForced = vacuum.mode == .force
    options.isDryRun = vacuum.mode == .dryRun
    do {
      let report = try workspace.vacuum(name, options)
      return MaintenanceText.vacuumed(name, report, isDryRun: options.isDryRun)
    } catch let error as LakeError {
      throw error.located(at: place)
    }
  }

  // MARK: - DESCRIBE

  /// The table with a log that a name means; Spark's delta.`path` is one too.
  private func logged(
    _ name: QualifiedName, _ verb: String, _ text: SourceText
  ) throws -> any LoggedTable {
    let place = text.place(at: name.range.lowerBound)
    if let table = try foreignTable(atPathOf: name, text) { return table }
    if name.parts.count == 1, session.relation(named: name.text) != nil {
      throw LakeError(
        .invalidInput, "\(name.text) is temporary: \(verb) is for stored tables", at: place)
    }
    let table = try catalogTable(name, text)
    do throws(LakeError) {
      if let logged = try workspace.session.loggedTable(table) { return logged }
    } catch {
      throw error.located(at: place)
    }
    throw LakeError(
      .invalidInput,
      "\(table.name) has no versions: it is "
        + (table.kind == .view ? "a view" : "files"), at: place,
      hint: "Tables in trusted and curated have versions.")
  }

  /// The table that delta.`path` names; nil for all other names.
  func foreignTable(
    atPathOf name: QualifiedName, _ text: SourceText
  ) throws -> ForeignTable? {
    guard name.parts.count == 2, name.parts[0].text.lowercased() == "delta" else { return nil }
    let path = name.parts[1].text
    guard path.contains("/") || path.contains(".") else { return nil }
    let session = try workspace.sessionIfAny
    let table = try ForeignTable(
      at: path, in: workspace.lake.fileSystem, options: session?.tableOptions ?? TableOptions())
    if let table { return table }
    throw LakeError(
      .notFound, "there is no table with a log in '\(path)'",
      at: text.place(at: name.range.lowerBound), hint: "A directory with _delta_log in it is one.")
  }

  /// The versions, the newest first, under Delta's names for what it says of them too.
  func history(
    of name: QualifiedName, _ limit: Int?, _ text: SourceText
  ) throws -> ResultRows {
    let table = try logged(name, "DESCRIBE HISTORY", text)
    let fields = [
      Field("version", .bigint), Field("timestamp", .timestamp), Field("operation", .varchar),
      Field("rows_added", .bigint), Field("files_added", .bigint),
      Field("files_removed", .bigint), Field("bytes_added", .bigint), Field("job", .varchar),
      Field("engine_info", .varchar),
    ]
    let rows = try table.history(limit: limit ?? .max).map { entry -> [Value] in
      [
        Value(entry.version), Value(milliseconds: entry.timestamp), Value(entry.info.operation),
        Value(entry.addedRows), Value(entry.addedFiles), Value(entry.removedFiles),
        Value(entry.addedBytes), Value(entry.info.job), Value(entry.info.engineInfo),
      ]
    }
    return try ResultRows(fields, rows, workspace.executionContext())
  }

  /// What the table is, in one row.
  func detail(of name: QualifiedName, _ text: SourceText) throws -> ResultRows {
    let table = try logged(name, "DESCRIBE DETAIL", text)
    let snapshot = try table.snapshot()
    let workspace = try workspace.sessionIfAny?.workspace
    let location = { (path: String) in Value.string(workspace?.location(of: path) ?? path) }
    let metadata = snapshot.metadata
    let fields = [
      Field("format", .varchar), Field("id", .varchar), Field("name", .varchar),
      Field("description", .varchar), Field("location", .varchar),
      Field("published_directory", .varchar), Field("created_at", .timestamp),
      Field("last_modified", .timestamp), Field("partition_columns", .varchar),
      Field("num_files", .bigint), Field("num_rows", .bigint), Field("size_in_bytes", .bigint),
      Field("version", .bigint), Field("min_reader_version", .bigint),
      Field("min_writer_version", .bigint),
    ]
    let row: [Value] = [
      .string("delta"), .string(metadata.id), .string(table.label),
      Value(metadata.comment), location(table.root),
      (table as? ManagedTable).map { location($0.publishedDirectory) } ?? .null,
      metadata.createdTime.map { Value(milliseconds: $0) } ?? .null,
      Value(milliseconds: snapshot.timestamp),
      .string(metadata.partitionColumns.joined(separator: ", ")), Value(snapshot.files.count),
      Value(snapshot.rowCount), Value(snapshot.byteCount), Value(snapshot.version),
      Value(snapshot.tableProtocol.minReaderVersion),
      Value(snapshot.tableProtocol.minWriterVersion),
    ]
    return try ResultRows(fields, [row], self.workspace.executionContext())
  }
}
