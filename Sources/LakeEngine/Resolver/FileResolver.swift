import LakeCore
import LakeFormats

/// Files as a table: `FROM 'readings/*.json'`. What they are is told from their content, unless it
/// is said; the columns of text are inferred from every record.
package struct FileResolver: Sendable {
  private let context: ExecutionContext

  package init(context: ExecutionContext) {
    self.context = context
  }

  package func resolve(_ pattern: String, format: String?) throws -> BoundTable {
    let paths = try FileNames.expand(pattern, in: context.fileSystem)
    let sources = paths.map { SourceFile($0) }
    if try isParquet(paths[0], format) { return try parquet(pattern, paths, sources) }
    let wanted = try format.map(textFormat)
    let files = try paths.map { path in
      try TextFile.open(
        path, as: wanted, in: context.fileSystem, libraries: context.libraries)
    }
    var scan = TextScan(files: files)
    scan.tracker = context.tracker
    scan.cancellation = context.cancellation
    let inference = try scan.infer(on: context.pool)
    return BoundTable(
      name: nil, label: pattern, schema: inference.schema,
      source: TextTableSource(files: sources, format: wanted))
  }

  private func isParquet(_ path: String, _ format: String?) throws(LakeError) -> Bool {
    if let format { return format.lowercased() == "parquet" }
    let file = try context.fileSystem.openForReading(path)
    let head = try Buffer(byteCount: 4)
    guard try file.read(into: head.base, count: 4, at: 0) == 4 else { return false }
    return ByteView(head).text == "PAR1"
  }

  private func parquet(
    _ pattern: String, _ paths: [String], _ sources: [SourceFile]
  ) throws -> BoundTable {
    var fields: [Field] = []
    var rowCount = 0
    for path in paths {
      let file = try ParquetFile.open(
        path, in: context.fileSystem, libraries: context.libraries, tracker: context.tracker)
      rowCount += file.rowCount
      for field in file.schema.fields where Schema(fields).index(of: field.name) == nil {
        fields.append(field)
      }
    }
    return BoundTable(
      name: nil, label: pattern, schema: Schema(fields),
      source: ParquetTableSource(files: sources, rowCountEstimate: rowCount))
  }

  private func textFormat(_ name: String) throws(LakeError) -> TextFormat {
    switch name.lowercased() {
    case "json", "ndjson": return .json
    case "csv": return .csv
    case "tsv": return .tsv
    case "text": return .text
    default:
      throw LakeError(
        .invalidInput, "there is no format '\(name)'",
        hint: "There are json, csv, tsv, text and parquet.")
    }
  }
}
