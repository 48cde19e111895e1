import LakeCore
import LakeFormats
import Synchronization

/// The time that a Parquet file of sensor-like rows takes to write and to read again: an e-mail
/// address of fifty thousand, a time that nearly ascends, and three doubles of a few hundred
/// values.
struct ParquetTimes {
  private(set) var writeSeconds = 0.0
  private(set) var readSeconds = 0.0
  private(set) var byteCount = 0
  private(set) var rowsRead = 0

  private static let schema = Schema([
    Field("user", .varchar), Field("timestamp", .bigint), Field("x", .double),
    Field("y", .double), Field("z", .double),
  ])

  init(
    rows: Int, path: String, options: ParquetWriteOptions, libraries: CodecLibraries,
    pool: ThreadPool
  ) throws {
    let batches = try Self.batches(rows)
    let clock = ContinuousClock()
    let fileSystem = LocalFileSystem()
    let start = clock.now
    let target = try AtomicFileWriter(path: path, fileSystem: fileSystem)
    let writer = try ParquetWriter(
      schema: Self.schema, target: target, options: options, pool: pool,
      libraries: libraries, tracker: nil)
    for batch in batches { try writer.append(batch) }
    byteCount = try writer.finish().byteCount
    writeSeconds = (clock.now - start) / .seconds(1)
    try target.commit()

    let again = clock.now
    let file = try ParquetFile.open(
      path, in: fileSystem, libraries: libraries, tracker: nil)
    let total = Atomic<Int>(0)
    try pool.forEach(count: file.rowGroups.count) { (_, group) in
      try file.read(rowGroup: group, columns: [0, 1, 2, 3, 4]) { batch in
        total.add(batch.rowCount, ordering: .relaxed)
      }
    }
    rowsRead = total.load(ordering: .relaxed)
    readSeconds = (clock.now - again) / .seconds(1)
  }

  private static func batches(_ rows: Int) throws -> [Batch] {
    var state: UInt64 = 7
    func random(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state &>> 33) % bound
    }
    var arena = StringArena()
    var users: [StringView] = []
    for number in 0..<50_000 {
      let text = "person.number\(number &* 7919 % 1_000_003)@example.org"
      users.append(
        try ByteView.withUTF8(of: text) { bytes in
          try arena.append(bytes.start, count: bytes.count)
        })
    }
    var batches: [Batch] = []
    var time: Int64 = 1_655_000_000_000
    while batches.count * Batch.rowTarget < rows {
      let count = Batch.rowTarget
      let names = try Buffer(byteCount: count * 16)
      let times = try Buffer(byteCount: count * 8)
      let doubles = try (0..<3).map { _ in try Buffer(byteCount: count * 8) }
      for row in 0..<count {
        names.pointer(as: StringView.self)[row] = users[Int(random(50_000))]
        time += Int64(random(20))
        times.pointer(as: Int64.self)[row] = time - Int64(random(8))
        for buffer in doubles {
          buffer.pointer(as: Double.self)[row] = Double(random(400)) / 4 - 50
        }
      }
      let flats =
        [FlatColumn.Values.strings(StringValues(views: names, owners: arena.owners))]
        + ([times] + doubles).map { .fixed($0) }
      batches.append(
        Batch(
          columns: zip(schema.fields, flats).map {
            ColumnVector(
              type: $0.type, flat: FlatColumn(count: count, validity: nil, values: $1))
          }, rowCount: count))
    }
    return batches
  }
}
