import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Parquet, read in part")
struct ParquetSkippingTests {
  /// Random columns in a file of small pages, and their values.
  private static func sample(
    _ random: inout SeededRandom, rows: Int
  ) throws -> (bytes: [UInt8], values: [[Value]]) {
    let schema = ParquetTrip.schema(&random, columns: 1 + random.below(4))
    var options = ParquetWriteOptions()
    options.pageBytes = random.pick([20, 100, 1000, 1 << 20])
    options.codec = random.pick([.gzip, .none])
    let values = schema.fields.map { random.values($0.type, count: rows) }
    var columns: [ColumnVector] = []
    for (field, column) in zip(schema.fields, values) {
      columns.append(try random.vector(field.type, column))
    }
    let batch = Batch(columns: columns, rowCount: rows)
    return (try ParquetTrip.write(schema, [batch], options).bytes, values)
  }

  private static func open(_ bytes: [UInt8], _ folder: TemporaryDirectory) throws -> ParquetFile {
    try ParquetFile.open(
      try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
  }

  @Test(arguments: 0..<40)
  func columnsAreReadAndPassedOverIndependently(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let rows = random.pick([1, 60, 300])
    let (bytes, values) = try Self.sample(&random, rows: rows)
    let folder = try TemporaryDirectory()
    let file = try Self.open(bytes, folder)
    let reader = try file.open(rowGroup: 0, columns: Array(values.indices))
    for column in values.indices {
      while reader.position(column: column) < rows {
        let at = reader.position(column: column)
        let count = min(1 + random.below(70), rows - at)
        guard random.chance(2) else {
          reader.skip(count, column: column)
          continue
        }
        let vector = try reader.read(count, column: column)
        try vector.checkInvariants()
        #expect(areSame(vector.allValues, Array(values[column][at..<(at + count)])))
      }
    }
  }

  @Test(arguments: 0..<20)
  func rangesOfRowsAreRead(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed + 100))
    let rows = 500
    let (bytes, values) = try Self.sample(&random, rows: rows)
    var ranges: [Range<Int>] = []
    var at = random.below(40)
    while at < rows {
      let end = min(rows, at + random.below(60))
      ranges.append(at..<end)
      at = end + random.below(60)
    }
    let folder = try TemporaryDirectory()
    let file = try Self.open(bytes, folder)
    var found: [[Value]] = values.map { _ in [] }
    try file.read(rowGroup: 0, columns: Array(values.indices), rows: ranges) { batch in
      for (index, column) in batch.columns.enumerated() { found[index] += column.allValues }
    }
    for (index, column) in values.enumerated() {
      #expect(areSame(found[index], ranges.flatMap { column[$0] }))
    }
  }

  /// Twelve megabytes that do not compress, in pages of one.
  @Test func largeColumnsAreInMemoryByPieces() throws {
    let count = 1_500_000
    let numbers = try Buffer(byteCount: count * 8)
    let target = numbers.pointer(as: Int64.self)
    var (state, sum): (UInt64, Int64) = (1, 0)
    for row in 0..<count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      target[row] = Int64(bitPattern: state)
      sum &+= target[row]
    }
    let column = ColumnVector(
      type: .bigint, flat: FlatColumn(count: count, validity: nil, values: .fixed(numbers)))
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = count
    options.codec = .none
    let bytes = try ParquetTrip.write(
      Schema([Field("a", .bigint)]), [Batch(columns: [column], rowCount: count)], options
    ).bytes
    let folder = try TemporaryDirectory()
    let tracker = MemoryTracker(name: "test")
    let file = try ParquetFile.open(
      try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: tracker)
    try file.read(rowGroup: 0, columns: [0]) { batch in
      guard case .flat(let flat) = batch.columns[0].form, case .fixed(let buffer) = flat.values
      else { return }
      let values = buffer.pointer(as: Int64.self)
      for row in 0..<batch.rowCount { sum &-= values[row] }
    }
    #expect(sum == 0)
    #expect(tracker.peak < 7 << 20, "\(tracker.peak)")
    #expect(tracker.usedBytes == 0)
  }

  @Test func pagesWithoutAWantedRowAreNotDecompressed() throws {
    var options = ParquetWriteOptions()
    options.pageBytes = 800
    options.hasPageIndex = false
    let schema = Schema([Field("a", .bigint)])
    var random = SeededRandom(seed: 3)
    let values = (0..<1000).map { _ in Value.int(Int64(bitPattern: random.next())) }
    let column = try ColumnVector.of(.bigint, values)
    var bytes = try ParquetTrip.write(
      schema, [Batch(columns: [column], rowCount: 1000)], options
    ).bytes
    // The last bytes before the footer are the checksum of the last page.
    let length = Int(bytes[bytes.count - 8]) | Int(bytes[bytes.count - 7]) << 8
    bytes[bytes.count - 8 - length - 6] ^= 0xFF
    let folder = try TemporaryDirectory()
    let file = try Self.open(bytes, folder)
    var found: [Value] = []
    try file.read(rowGroup: 0, columns: [0], rows: [10..<20, 700..<800]) { batch in
      found += batch.columns[0].allValues
    }
    #expect(areSame(found, Array(values[10..<20] + values[700..<800])))
    #expect(throws: LakeError.self) {
      try file.read(rowGroup: 0, columns: [0], rows: [990..<1000]) { _ in }
    }
  }
}
