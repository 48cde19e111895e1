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
    let name = try stored(vacuum.table, "VACUUM", text)
    var options = VacuumOptions()
    options.retentionHours = vacuum.hours
    options.isForced = vacuum.mode == .force
    options.isDryRun = vacuum.mode == .dryRun
    do {
      let report = try workspace.vacuum(name, options)
      return MaintenanceText.vacuumed(name, report, isDryRun: options.isDryRun)
    } catch let error as LakeError {
      throw error.located(at: text.place(at: vacuum.table.range.lowerBound))
    }
  }

  // MARK: - DESCRIBE

  /// The versions, the newest first, under Delta's names for what it says of them too.
  func history(
    of name: QualifiedName, _ limit: Int?, _ text: SourceText
  ) throws -> ResultRows {
    let table = try workspace.session.table(try stored(name, "DESCRIBE HISTORY", text))
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
    let table = try workspace.session.table(try stored(name, "DESCRIBE DETAIL", text))
    let snapshot = try table.snapshot()
    let session = try workspace.session
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
      .string("delta"), .string(metadata.id), .string(table.name.description),
      Value(metadata.comment), .string(session.workspace.location(of: table.root)),
      .string(session.workspace.location(of: table.publishedDirectory)),
      metadata.createdTime.map { Value(milliseconds: $0) } ?? .null,
      Value(milliseconds: snapshot.timestamp),
      .string(metadata.partitionColumns.joined(separator: ", ")), Value(snapshot.files.count),
      Value(snapshot.rowCount), Value(snapshot.byteCount), Value(snapshot.version),
      Value(snapshot.tableProtocol.minReaderVersion),
      Value(snapshot.tableProtocol.minWriterVersion),
    ]
    return try ResultRows(fields, [row], workspace.executionContext())
  }
}
