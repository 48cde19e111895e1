import LakeCatalog
import LakeCore
import LakeFormats

/// Rows that a constraint put aside, in a file beside the table: `lake/.rejects/<zone>/<table>/`.
/// One run's rejects replace those of the run before. Used by one thread.
final class TableRejects {
  private let table: TableName
  private let schema: Schema
  private let session: WorkspaceSession
  private var lines: [UInt8]?
  private var count = 0
  private var firstReason: String?

  static let source = "publish"

  init(table: TableName, schema: Schema, session: WorkspaceSession) {
    self.table = table
    self.schema = schema
    self.session = session
  }

  func add(_ batch: Batch, _ rows: Selection, reason: String) throws {
    let kernels = session.execution.evaluation.kernels
    let broken = try Batch(
      columns: Array(batch.columns.prefix(schema.count)), rowCount: batch.rowCount, selection: rows
    ).compacted(kernels)
    var text = lines ?? []
    let encoder = try JSONEncoder(schema: schema)
    for row in 0..<broken.rowCount {
      var number = UInt32(truncatingIfNeeded: row)
      var columns: [ColumnVector] = []
      for column in broken.columns {
        columns.append(try kernels.gather(column, rows: &number, count: 1))
      }
      var record = try ByteSink(tracker: session.memory)
      try encoder.append(Batch(columns: columns, rowCount: 1), to: &record)
      let raw = record.view.text
      let line = JSONValue.object([
        "table": .string(table.description), "reason": .string(reason),
        "raw": .string(raw.hasSuffix("\n") ? String(raw.dropLast()) : raw),
      ])
      text += (line.description + "\n").utf8
    }
    lines = text
    count += rows.count
    firstReason = firstReason ?? reason
  }

  /// Puts the file in place of the last run's, or removes that.
  func commit() throws {
    let directory = session.layout.rejects(of: table)
    let path = Path.join(directory, "publish.ndjson")
    let fileSystem = session.fileSystem
    if let lines {
      try fileSystem.makeDirectories(directory)
      let writer = try AtomicFileWriter(path: path, fileSystem: fileSystem)
      try lines.withUnsafeBytes { try writer.write($0) }
      try writer.commit()
    } else if try fileSystem.status(of: path, followLinks: false) != nil {
      try fileSystem.removeFile(path)
    } else {
      return
    }
    let record = CatalogRejects(
      table: table, source: TableRejects.source, count: count, firstReason: firstReason,
      path: session.workspace.location(of: path), recordedAt: Int(session.startedAt))
    try session.catalog.write { catalog throws(LakeError) in
      if record.count == 0 {
        try catalog.removeRejects(from: record.source, of: record.table)
      } else {
        try catalog.saveRejects(record)
      }
    }
  }
}
