import Foundation
import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// A workspace with one table, `trusted.customer`, a clock that only tests move, and UUIDs that are
/// counted.
struct TableFixture: Sendable {
  static let schema = Schema([Field("id", .bigint), Field("email", .varchar)])

  let directory: TemporaryDirectory
  let now = Shared(1_700_000_000_000)
  private let uuids = Shared(0)

  init() throws {
    directory = try TemporaryDirectory()
  }

  var layout: WorkspaceLayout { WorkspaceLayout(root: directory.path) }

  /// The table proper.
  var root: String { layout.tableRoot(of: TableName(.trusted, "customer")) }

  func table(
    _ fileSystem: any FileSystem = LocalFileSystem(), name: String = "customer",
    adjusting adjust: (inout TableOptions) -> Void = { _ in }
  ) throws -> ManagedTable {
    let (now, uuids) = (now, uuids)
    var options = TableOptions(
      engine: "lake test",
      clock: { now.value },
      makeUUID: { "uuid-\(uuids.add(1))" })
    adjust(&options)
    return try ManagedTable(
      TableName(.trusted, name), in: layout, fileSystem: fileSystem, options: options)
  }

  /// Rows of two columns: a number, and a text that carries the generation.
  func batch(_ ids: Range<Int>, generation: String = "a", hidden: Bool = false) throws -> Batch {
    let numbers = try ColumnBuilder(.bigint)
    let texts = try ColumnBuilder(.varchar)
    for id in ids {
      try numbers.append(.int(Int64(id)))
      try texts.append(.string("\(generation)\(id)"))
    }
    var columns = [try numbers.finish(), try texts.finish()]
    if hidden { columns.append(columns[0]) }
    return Batch(columns: columns, rowCount: ids.count)
  }

  func request(contract: TableContract? = nil, checker: (any RowChecker)? = nil) -> WriteRequest {
    WriteRequest(schema: Self.schema, contract: contract, checker: checker)
  }

  /// Overwrites the table with rows of one generation.
  @discardableResult
  func overwrite(
    _ table: ManagedTable, _ ids: Range<Int>, generation: String = "a"
  ) throws -> PublishOutcome {
    let write = try table.beginWrite(request(), format: FakeFormat())
    try write.append(try batch(ids, generation: generation))
    return try table.publish(try write.finish(), PublishRequest(job: "test"))
  }

  /// Changes the table otherwise.
  @discardableResult
  func change(
    _ table: ManagedTable, _ change: TableChange, _ ids: Range<Int>, generation: String = "a"
  ) throws -> PublishOutcome {
    var request = request()
    if let snapshot = try table.latestSnapshot() { request = WriteRequest(change, of: snapshot) }
    request.change = change
    let write = try table.beginWrite(request, format: FakeFormat())
    try write.append(try batch(ids, generation: generation))
    return try table.publish(try write.finish(), PublishRequest(job: "test"))
  }

  // MARK: - What plain readers see

  /// The lines of all files in the published directory; nil where there is none.
  func publishedLines(_ table: ManagedTable) throws -> [String]? {
    guard FileManager.default.fileExists(atPath: table.publishedDirectory) else { return nil }
    return try lines(
      of: try names(in: table.publishedDirectory).map {
        "\(table.publishedDirectory)/\($0)"
      })
  }

  /// The lines of all files of a snapshot.
  func lines(_ snapshot: Snapshot) throws -> [String] {
    try lines(of: snapshot.files.map { snapshot.path(of: $0) })
  }

  private func lines(of paths: [String]) throws -> [String] {
    try paths.flatMap { path in
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }
  }

  func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }

  /// All names below the workspace, for comparison.
  func tree() throws -> [String] {
    (FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String } ?? [])
      .sorted()
  }
}

extension PublishOutcome {
  var report: CommitReport? {
    if case .committed(let report) = self { report } else { nil }
  }
}
