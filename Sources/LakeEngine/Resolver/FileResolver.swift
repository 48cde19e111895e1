import LakeCore
import LakeFormats
import LakeTables

/// Files as a table: `FROM 'readings/*.json'`. What they are is told from their content, unless it
/// is said; the columns of text are inferred from every record.
package struct FileResolver: Sendable {
  private let context: ExecutionContext

  package init(context: ExecutionContext) {
    self.context = context
  }

  package func resolve(_ request: FileRequest) throws -> BoundTable {
    if let table = try logged(request) { return table }
    var paths: [String] = []
    for path in request.paths { paths += try expand(path) }
    let sources = paths.map { SourceFile($0) }
    switch request.format {
    case nil where try isParquet(paths[0]), .parquet:
      return try parquet(request.label, paths, sources)
    case nil: return try text(request, nil, paths, sources)
    case .text(let format): return try text(request, format, paths, sources)
    case .delta:
      throw LakeError(
        .notFound, "there is no table with a log", at: .file(request.label),
        hint: "A directory with _delta_log in it is one.")
    }
  }

  // MARK: - Tables with a log

  /// The table that a directory is; nil where it is none, or its files are asked for.
  private func logged(_ request: FileRequest) throws -> BoundTable? {
    if request.format == nil || request.format == .delta, request.paths.count == 1,
      let table = try ForeignTable(at: request.paths[0], in: context.fileSystem)
    {
      let snapshot =
        switch request.version {
        case nil: try table.snapshot()
        case .version(let version): try table.snapshot(version: version)
        case .timestamp(let micros): try table.snapshot(atTimestamp: Int(micros / 1000))
        }
      return try table.bound(to: snapshot, zone: request.timeZone)
    }
    if request.version != nil {
      throw LakeError(
        .invalidInput, "\(request.label) has no versions: it is files",
        hint: "Tables with a log have versions.")
    }
    return nil
  }

  // MARK: - Paths

  private func expand(_ path: String) throws(LakeError) -> [String] {
    let isThere = try context.fileSystem.status(of: path, followLinks: true) != nil
    if !isThere, path == StandardInput.name {
      throw LakeError(
        .unsupported, "standard input is not read here",
        hint: "A query can read it: SELECT … FROM stdin.")
    }
    if !isThere, !PathPattern.isPattern(path) { throw missing(path) }
    return try FileNames.expand(path, in: context.fileSystem)
  }

  /// With the name in the same directory that is nearest.
  private func missing(_ path: String) -> LakeError {
    let name = Path.lastComponent(of: path)
    let directory = String(path.dropLast(name.count))
    let there = try? context.fileSystem.list(directory.isEmpty ? "." : directory)
    let nearest = Suggestion.nearest(to: name, among: there ?? [])
    return LakeError(
      .notFound, "cannot open: there is no such file or directory", at: .file(path),
      hint: nearest.map { "Did you mean '\(directory)\($0)'?" }
        ?? "Check the spelling of the path.")
  }

  private func isParquet(_ path: String) throws(LakeError) -> Bool {
    let file = try context.fileSystem.openForReading(path)
    let head = try Buffer(byteCount: 4)
    guard try file.read(into: head.base, count: 4, at: 0) == 4 else { return false }
    return ByteView(head).text == "PAR1"
  }

  // MARK: - Columns

  private func text(
    _ request: FileRequest, _ format: TextFormat?, _ paths: [String], _ sources: [SourceFile]
  ) throws -> BoundTable {
    let source = TextTableSource(files: sources, format: format, csv: request.csv)
    let files = try paths.map { path in
      try TextFile.open(
        path, as: format, csv: request.csv, in: context.fileSystem, libraries: context.libraries)
    }
    var schema: Schema
    if let columns = request.columns {
      schema = columns
    } else {
      var scan = TextScan(files: files)
      scan.tracker = context.tracker
      scan.cancellation = context.cancellation
      schema = try scan.infer(on: context.pool).schema
    }
    if request.isAllText { schema = Schema(schema.fields.map { Field($0.name, .varchar) }) }
    let table = BoundTable(name: nil, label: request.label, schema: schema, source: source)
    return request.names.isEmpty ? table : try renamed(table, request.names)
  }

  /// Columns under other names; the file goes on calling them what it does.
  private func renamed(_ table: BoundTable, _ names: [String]) throws(LakeError) -> BoundTable {
    let fields = table.schema.fields
    guard names.count <= fields.count else {
      throw LakeError(
        .invalidInput,
        "\(names.count) names are given, and there "
          + (fields.count == 1 ? "is one column" : "are \(fields.count) columns"))
    }
    var renamed = table
    let all = names + fields.dropFirst(names.count).map(\.name)
    renamed.schema = Schema(zip(all, fields).map { Field($0, $1.type, isNullable: $1.isNullable) })
    renamed.source = RenamedSource(table.source, columns: table.schema)
    return renamed
  }

  private func parquet(
    _ label: String, _ paths: [String], _ sources: [SourceFile]
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
      name: nil, label: label, schema: Schema(fields),
      source: ParquetTableSource(files: sources, rowCountEstimate: rowCount))
  }
}
