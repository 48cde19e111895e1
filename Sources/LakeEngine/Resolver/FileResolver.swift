import LakeCore
import LakeFormats

/// Makes a table of files that are named by path, directory or pattern. Their format follows from
/// their content unless it is said; the columns of text files from all of their records.
package struct FileResolver: Sendable {
  private let context: ExecutionContext

  package init(_ context: ExecutionContext) {
    self.context = context
  }

  package func resolve(_ pattern: String, format: String?) throws -> BoundTable {
    let paths = try context.fileSystem.files(named: pattern)
    let parquet = try paths.filter { try isParquet($0) }
    if format != "parquet", parquet.isEmpty { return try text(pattern, paths, format) }
    guard parquet.count == paths.count, format == nil || format == "parquet" else {
      let odd = paths.first { !parquet.contains($0) } ?? pattern
      throw LakeError(
        .invalidInput,
        format == nil
          ? "some of the files are Parquet and some are not" : "the file is not \(format ?? "")",
        at: .file(format == "parquet" || format == nil ? odd : parquet[0]))
    }
    return try self.parquet(pattern, paths)
  }

  private func isParquet(_ path: String) throws(LakeError) -> Bool {
    let file = try context.fileSystem.openForReading(path)
    let head = try Buffer(byteCount: FileSignature.byteCount)
    let count = try file.read(into: head.base, count: head.byteCount, at: 0)
    return FileSignature(ByteView(head, count: count)) == .parquet
  }

  private func parquet(_ pattern: String, _ paths: [String]) throws -> BoundTable {
    // The first file says what columns there are; others are read by their names.
    let first = try ParquetFile.open(
      paths[0], in: context.fileSystem, libraries: context.libraries, tracker: context.tracker)
    return BoundTable(
      name: nil, label: pattern, schema: first.schema,
      source: ParquetTableSource(
        files: paths.map { SourceFile($0) },
        rowCountEstimate: paths.count == 1 ? first.rowCount : nil))
  }

  private func text(
    _ pattern: String, _ paths: [String], _ format: String?
  ) throws -> BoundTable {
    let textFormat = format.flatMap { TextFormat(rawValue: $0) }
    let files = try paths.map { path in
      try TextFile.open(
        path, as: textFormat, in: context.fileSystem, libraries: context.libraries)
    }
    var scan = TextScan(files: files)
    scan.tracker = context.tracker
    scan.cancellation = context.cancellation
    let inference = try scan.infer(on: context.pool)
    return BoundTable(
      name: nil, label: pattern, schema: inference.schema,
      source: TextTableSource(files: paths.map { SourceFile($0) }, format: textFormat))
  }
}
