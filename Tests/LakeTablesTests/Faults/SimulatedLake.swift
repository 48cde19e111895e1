import LakeCore
import LakeTables
import LakeTestSupport

/// A workspace with one table, `trusted.t`, on a simulated disk. The clock is moved by tests alone,
/// and UUIDs are counted.
struct SimulatedLake: Sendable {
  static let name = TableName(.trusted, "t")
  static let layout = WorkspaceLayout(root: "/w")

  let disk: SimulatedDisk
  let now: Shared<Int>
  private let uuids: Shared<Int>

  init() throws {
    self.init(SimulatedDisk(), now: 1_700_000_000_000, uuids: 0)
    try disk.makeDirectory(Self.layout.root)
    try disk.syncDirectory("/")
  }

  private init(_ disk: SimulatedDisk, now: Int, uuids: Int) {
    self.disk = disk
    self.now = Shared(now)
    self.uuids = Shared(uuids)
  }

  /// The same workspace, at the same time, on another disk.
  func moved(to disk: SimulatedDisk) -> SimulatedLake {
    SimulatedLake(disk, now: now.value, uuids: uuids.value)
  }

  var options: TableOptions {
    let (now, uuids) = (now, uuids)
    var options = TableOptions(
      engine: "lake test", clock: { now.value }, makeUUID: { "uuid-\(uuids.add(1))" })
    // Nobody else is at work: a lock that is held is one that was left behind.
    options.lockWaitMilliseconds = 0
    return options
  }

  /// The table as a process sees it; by default one without faults.
  func table(_ process: (any FileSystem)? = nil) throws -> ManagedTable {
    try ManagedTable(
      Self.name, in: Self.layout, fileSystem: process ?? disk, options: options)
  }

  static var root: String { layout.tableRoot(of: name) }
  static var published: String { layout.directory(of: name) }
}

// MARK: - Rows

/// Rows of a test: a range of numbers, and a text that tells who wrote them. All of them may be in
/// one partition, of two levels.
struct MarkedRows: Sendable {
  static let schema = Schema([Field("id", .bigint), Field("marker", .varchar)])
  static let partitioned = Schema(schema.fields + [Field("p", .varchar), Field("q", .varchar)])

  var ids: Range<Int>
  var marker: String
  var partition: [String]

  init(_ marker: String, _ ids: Range<Int>, in partition: [String] = []) {
    self.marker = marker
    self.ids = ids
    self.partition = partition
  }

  var schema: Schema { partition.isEmpty ? Self.schema : Self.partitioned }

  func batch() throws -> Batch {
    let columns = try schema.fields.map { try ColumnBuilder($0.type) }
    for id in ids {
      try columns[0].append(.int(Int64(id)))
      for (column, text) in zip(columns.dropFirst(), [marker] + partition) {
        try column.append(.string(text))
      }
    }
    return Batch(columns: try columns.map { try $0.finish() }, rowCount: ids.count)
  }

  /// As `FakeFormat` writes them, and with the partition that a path tells.
  var lines: [String] {
    let levels = zip(["p", "q"], partition).map { " \($0)=\($1)" }.joined()
    return ids.map { "int(\($0))|string(\"\(marker)\")\(levels)" }
  }
}

extension [MarkedRows] {
  var lines: [String] { flatMap(\.lines) }
}

extension SimulatedLake {
  func overwrite(
    _ rows: MarkedRows..., through process: (any FileSystem)? = nil
  ) throws -> PublishOutcome {
    let request = WriteRequest(
      schema: rows[0].schema, partitionColumns: rows[0].partition.isEmpty ? [] : ["p", "q"])
    return try publish(
      try rows.map { try $0.batch() }, request, as: rows[0].marker, through: process)
  }

  /// Changes the rows of the table that is there.
  func write(
    _ rows: MarkedRows..., through process: (any FileSystem)? = nil,
    _ change: (Snapshot) -> TableChange
  ) throws -> PublishOutcome {
    let snapshot = try table(process).snapshot()
    return try publish(
      try rows.map { try $0.batch() }, WriteRequest(change(snapshot), of: snapshot),
      as: rows.first?.marker ?? "", through: process)
  }

  func publish(
    _ batches: [Batch], _ request: WriteRequest, as job: String,
    through process: (any FileSystem)?
  ) throws -> PublishOutcome {
    let table = try table(process)
    let write = try table.beginWrite(request, format: FakeFormat())
    for batch in batches { try write.append(batch) }
    return try table.publish(try write.finish(), PublishRequest(job: job))
  }

  // MARK: - Files of other programs

  static let offered = "/w/out.parquet"

  /// Another program writes a file. It makes nothing durable but the name.
  func offer(_ rows: MarkedRows) throws {
    let file = try disk.create(Self.offered)
    try file.write(rows.lines.joined(separator: "\n") + "\n")
    try file.close()
    try disk.syncDirectory("/w")
  }

  /// Adds that file to the table.
  func adopt(
    _ rows: MarkedRows, isGiven: Bool, through process: any FileSystem
  ) throws -> PublishOutcome {
    let table = try table(process)
    let request = WriteRequest(.append, of: try table.snapshot())
    let write = try table.beginWrite(request, format: FakeFormat())
    guard let status = try process.status(of: Self.offered, followLinks: false) else {
      throw LakeError(.notFound, "the file is gone")
    }
    let offer = OfferedFile(
      path: Self.offered, status: status,
      summary: DataFileSummary(
        rowCount: rows.ids.count, byteCount: status.size,
        columns: rows.schema.fields.map { _ in .init(minimum: nil, maximum: nil, nullCount: 0) }),
      isGiven: isGiven)
    guard try write.take(offer, rows: { _, _ in }) else {
      throw LakeError(.internal, "the file is not taken")
    }
    return try table.publish(try write.finish(), PublishRequest(job: rows.marker))
  }
}
