import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Writing Parquet")
struct ParquetWritingTests {
  private static let types: [DataType] = [
    .bigint, .varchar, .double, .integer, .boolean, .decimal(precision: 38, scale: 10),
    .array(.varchar), .row([Field("a", .bigint), Field("b", .map(key: .varchar, value: .real))]),
  ]

  /// The same rows in other forms and other batches, encoded by another number of threads.
  @Test(arguments: 0..<12)
  func bytesDependOnValuesAlone(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let schema = Schema(Self.types.enumerated().map { Field("c\($0)", $1) })
    let count = 500
    let values = Self.types.map { random.values($0, count: count) }
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = random.pick([100, 333, 1000])
    options.pageBytes = random.pick([100, 1 << 20])
    options.pageRowsMax = random.pick([7, 1 << 20])
    var seen: [UInt8]?
    for threads in [1, 2, 7] {
      var batches: [Batch] = []
      var start = 0
      while start < count {
        let rows = min(1 + random.below(200), count - start)
        let columns = try zip(Self.types, values).map { type, all in
          try random.vector(type, Array(all[start..<(start + rows)]))
        }
        batches.append(Batch(columns: columns, rowCount: rows))
        start += rows
      }
      let bytes = try ParquetTrip.write(schema, batches, options, threads: threads).bytes
      #expect(seen == nil || seen == bytes)
      seen = bytes
    }
  }

  @Test func memoryIsGivenBack() throws {
    let tracker = MemoryTracker(name: "test")
    let schema = Schema([Field("a", .varchar), Field("b", .array(.bigint))])
    var random = SeededRandom(seed: 3)
    do {
      let columns = try schema.fields.map { field in
        try ColumnVector.of(field.type, (0..<300).map { _ in random.value(field.type) })
      }
      let target = MemoryTarget()
      let writer = try ParquetWriter(
        schema: schema, target: target, pool: try ThreadPool(threadCount: 2),
        libraries: CodecLibraries(), tracker: tracker)
      try writer.append(Batch(columns: columns, rowCount: 300))
      _ = try writer.finish()
      let folder = try TemporaryDirectory()
      let file = try ParquetFile.open(
        try folder.write(target.bytes, to: "a"), in: LocalFileSystem(),
        libraries: CodecLibraries(), tracker: tracker)
      try file.read(rowGroup: 0, columns: [1, 0]) { _ in }
    }
    #expect(tracker.usedBytes == 0)
    #expect(tracker.peak > 0)
  }

  @Test func aFailingTargetEndsTheWriting() throws {
    final class Full: OutputTarget {
      let name = "full"
      func write(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
        if bytes.count > 4 { throw LakeError(.io, "no space left") }
      }
      func commit() {}
    }
    let writer = try ParquetWriter(
      schema: Schema([Field("a", .bigint)]), target: Full(),
      pool: try ThreadPool(threadCount: 1), libraries: CodecLibraries(), tracker: nil)
    try writer.append(Batch(columns: [try ColumnVector.of(.bigint, [.int(1)])], rowCount: 1))
    #expect(throws: LakeError.self) { try writer.finish() }
  }

  @Test func memoryThatIsRefusedIsAnError() throws {
    let tracker = MemoryTracker(name: "small", limit: 10_000)
    let writer = try ParquetWriter(
      schema: Schema([Field("a", .bigint)]), target: MemoryTarget(),
      pool: try ThreadPool(threadCount: 2), libraries: CodecLibraries(), tracker: tracker)
    let column = try ColumnVector.of(.bigint, (0..<10_000).map { .int($0) })
    try writer.append(Batch(columns: [column], rowCount: 10_000))
    let error = #expect(throws: LakeError.self) { try writer.finish() }
    #expect(error?.code == .limitExceeded)
  }

  @Test(arguments: [
    DataType.intervalDayToSecond, .row([]), .array(.row([])),
    .map(key: .varchar, value: .intervalYearToMonth),
  ])
  func typesThatParquetLacksAreRefused(type: DataType) throws {
    let error = #expect(throws: LakeError.self) {
      try ParquetTrip.write(Schema([Field("a", type)]), [])
    }
    #expect(error?.code == .unsupported)
  }

  @Test func aFileWithoutRowsHasItsSchema() throws {
    let schema = Schema([Field("a", .array(.timestamp)), Field("Ä b", .json)])
    let folder = try TemporaryDirectory()
    let bytes = try ParquetTrip.write(schema, []).bytes
    let (found, columns) = try ParquetTrip.read(try folder.write(bytes, to: "a.parquet"))
    #expect(found == schema)
    #expect(columns == [[], []])
  }

  @Test func keyValuesAndCreatorStandInTheFooter() throws {
    var options = ParquetWriteOptions()
    options.keyValueMetadata = [("a", "1"), ("b", "")]
    options.createdBy = "lake version 1 (build x)"
    let bytes = try ParquetTrip.write(Schema([Field("a", .bigint)]), [], options).bytes
    let folder = try TemporaryDirectory()
    let file = try ParquetFile.open(
      try folder.write(bytes, to: "a.parquet"), in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
    #expect(file.keyValueMetadata.map(\.0) == ["a", "b"])
    #expect(file.keyValueMetadata.map(\.1) == ["1", ""])
    #expect(file.createdBy == "lake version 1 (build x)")
  }

  /// The whole of a tiny file, byte by byte.
  @Test func aTinyFileHasTheseBytes() throws {
    var options = ParquetWriteOptions()
    options.codec = .none
    options.createdBy = "lake"
    let column = try ColumnVector.of(.integer, [.int(7), .null])
    let bytes = try ParquetTrip.write(
      Schema([Field("a", .integer)]), [Batch(columns: [column], rowCount: 2)], options
    ).bytes
    let text = bytes.map { byte in
      byte >= 0x20 && byte < 0x7F ? String(UnicodeScalar(byte)) : "<\(byte)>"
    }.joined()
    #expect(text == Self.tiny)
  }

  private static let tiny =
    "PAR1<21><4><21><8><21><8><21><181><225><224><182><8><<21><2><21><0><0><0><7><0><0>"
    + "<0><21><0><21><18><21><18><21><210><225><224><208><3><28><21><4><21><16><21><6><21>"
    + "<6><0><0><2><0><0><0><3><1><1><3><0><25><17><2><25><24><4><7><0><0><0><25><24><4><7>"
    + "<0><0><0><21><2><25><22><2><0><25><28><22>6<21>@<22><0><0><0><21><2><25>,H<6>schema"
    + "<21><2><0><21><2>%<2><24><1>aU<2><0><22><4><25><28><25><28>&<0><28><21><2><25>5<0>"
    + "<6><16><25><24><1>a<21><0><22><4><22>n<22>n&6&<8><28>6<2>(<4><7><0><0><0><24><4><7>"
    + "<0><0><0><17><17><0><0><22><164><1><21><20><22>v<21>.<0><22>n<22><4>&<8><22>n<20><0>"
    + "<0>(<4>lake<25><28><28><0><0><0>m<0><0><0>PAR1"
}
