import Foundation
import LakeCatalog
import LakeCore
import LakeEngine
import LakeFormats
import LakeSQL
import LakeTables
import LakeTestSupport

/// A table `trusted.t` whose log is written by hand, entry by entry, as other programs would.
final class LoggedTable {
  let directory: TemporaryDirectory
  let context: ExecutionContext
  private let workspace: Workspace
  private let catalog: Catalog
  private(set) var nextVersion = 0

  init() throws {
    directory = try TemporaryDirectory()
    workspace = try Workspace.create(at: directory.file("w"), in: LocalFileSystem())
    catalog = Catalog(workspace, fileSystem: LocalFileSystem())
    context = try ExecutionFixture.context(threads: 2)
    try LocalFileSystem().makeDirectories("\(root)/_delta_log")
  }

  var root: String { "\(workspace.root)/lake/.tables/trusted/t" }

  func path(ofVersion version: Int) -> String {
    "\(root)/_delta_log/\(LogFileName.entry(version))"
  }

  /// Writes the next entry.
  func commit(_ lines: [String]) throws {
    let text = lines.map { $0 + "\n" }.joined()
    try text.write(toFile: path(ofVersion: nextVersion), atomically: true, encoding: .utf8)
    nextVersion += 1
  }

  static let plainProtocol = #"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}"#

  static func metadata(_ schema: String, partitionedBy: [String] = []) -> String {
    let columns = JSONValue.array(partitionedBy.map { .string($0) })
    let text = JSONValue.string(schema)
    return """
      {"metaData":{"id":"a","format":{"provider":"parquet"},"schemaString":\(text),\
      "partitionColumns":\(columns),"configuration":{}}}
      """
  }

  /// The first entry of a table with the columns `name type, …`.
  func create(_ columns: String, partitionedBy: [String]) throws {
    let fields = try columns.split(separator: ", ").map { column in
      let words = column.split(separator: " ")
      return Field(String(words[0]), try DataType(parsing: String(words[1])))
    }
    try commit([
      Self.plainProtocol,
      Self.metadata(DeltaSchema(Schema(fields)).text, partitionedBy: partitionedBy),
    ])
  }

  /// Writes a data file of columns, and the entry that adds it.
  func add(
    _ name: String, _ schema: Schema, _ columns: [[Value]], partition: [String: String?] = [:],
    statistics: String? = nil
  ) throws {
    let path = "\(root)/\(name)"
    try write(path, schema, columns)
    let size = try LocalFileSystem().status(of: path, followLinks: true)?.size ?? 0
    let file = AddedFile(
      path: name, partitionValues: partition, size: size, modificationTime: 0, dataChange: true,
      statisticsText: statistics)
    try commit([Action.add(file).json.description])
  }

  func write(_ path: String, _ schema: Schema, _ columns: [[Value]]) throws {
    try LocalFileSystem().makeDirectories(Path.directory(of: path))
    let target = try AtomicFileWriter(path: path, fileSystem: LocalFileSystem())
    let writer = try ParquetWriter(
      schema: schema, target: target, options: ParquetWriteOptions(), pool: context.pool,
      libraries: context.libraries, tracker: nil)
    let vectors = try zip(schema.fields, columns).map { try ColumnVector.of($0.type, $1) }
    try writer.append(Batch(columns: vectors, rowCount: columns.first?.count ?? 0))
    _ = try writer.finish()
    try target.commit()
  }

  func remove(_ name: String) throws {
    try LocalFileSystem().removeFile("\(root)/\(name)")
  }

  func rows(_ sql: String) throws -> [[Value]] {
    let resolver = WorkspaceResolver(
      workspace: workspace, catalog: catalog, context: context, tableOptions: TableOptions())
    let bound = try Binder(resolver, source: SourceText(sql)).bind(try BindingFixture.query(sql))
    let plan = try Optimizer(isChecking: true).optimize(bound.plan)
    return try Execution(plan, context).collect().flatMap(\.allRows)
  }
}
