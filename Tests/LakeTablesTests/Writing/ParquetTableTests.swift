import Foundation
import LakeCore
import LakeFormats
import LakeTables
import LakeTestSupport
import Testing

@Suite("Tables of Parquet")
struct ParquetTableTests {
  private let fixture: TableFixture

  init() throws {
    fixture = try TableFixture()
  }

  private static let schema = Schema([
    Field("id", .bigint, isNullable: false), Field("email", .varchar), Field("x", .double),
    Field("price", .decimal(precision: 10, scale: 2)), Field("day", .date),
    Field("at", .timestamp), Field("ok", .boolean), Field("doc", .json),
    Field("tags", .array(.varchar)), Field("who", .row([Field("a", .integer), Field("b", .real)])),
  ])

  private func batch(_ ids: Range<Int>) throws -> Batch {
    let builders = try Self.schema.fields.map { try ColumnBuilder($0.type) }
    for id in ids {
      let row: [Value] = [
        .int(Int64(id)), id % 3 == 0 ? .null : .string("p\(id)@example.org"),
        .double(Double(id) / 8), .int(Int64(id * 101)), .int(Int64(19_000 + id)),
        .int(1_700_000_000_000_000 + Int64(id) * 1000), .bool(id % 2 == 0),
        .string("{\"n\":\(id)}"), .list([.string("t"), .null]),
        .row([.int(Int64(id)), .float(0.5)]),
      ]
      for (builder, value) in zip(builders, row) { try builder.append(value) }
    }
    return Batch(columns: try builders.map { try $0.finish() }, rowCount: ids.count)
  }

  private func overwrite(
    _ table: ManagedTable, _ rows: Int, batchSize: Int, rowGroupRows: Int = 1 << 19,
    threads: Int = 2
  ) throws -> CommitReport {
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = rowGroupRows
    let format = ParquetDataFiles(
      options: options, pool: try ThreadPool(threadCount: threads), libraries: CodecLibraries(),
      tracker: nil)
    let write = try table.beginWrite(WriteRequest(schema: Self.schema), format: format)
    for start in stride(from: 0, to: rows, by: batchSize) {
      try write.append(try batch(start..<min(start + batchSize, rows)))
    }
    return try #require(try table.publish(try write.finish(), PublishRequest()).report)
  }

  @Test func theFilesAreParquetWithTheRowsThatTheLogSays() throws {
    let table = try fixture.table()
    let report = try overwrite(table, 1000, batchSize: 300)
    #expect(report.rows == 1000)
    let file = try #require(report.snapshot.files.first)
    let statistics = try #require(file.statistics)
    #expect(statistics.rowCount == 1000)
    #expect(
      JSONValue.object(statistics.minimums).description == """
        {"id":0,"email":"p100@example.org","x":0.0,"price":0.00,"day":"2022-01-08",\
        "at":"2023-11-14T22:13:20.000Z","ok":false}
        """)
    #expect(
      JSONValue.object(statistics.maximums)["at"]?.text == "2023-11-14T22:13:20.999Z")
    #expect(JSONValue.object(statistics.nullCounts)["email"]?.integer == 334)
    let bytes = try fixture.directory.read("lake/trusted/customer/\(file.path)")
    #expect(bytes.count == file.size)
    let parquet = try ParquetFile.open(
      table.publishedDirectory + "/" + file.path, in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
    #expect(parquet.rowCount == 1000)
    #expect(parquet.schema.fields.map(\.name) == Self.schema.fields.map(\.name))
    // Text to whoever reads the file, json to us.
    #expect(parquet.schema.fields[7].type == .varchar)
    #expect(try table.snapshot().schema.fields[7].type == .json)
    #expect(Array(bytes.prefix(4)) == Array("PAR1".utf8))
    #expect(Array(bytes.suffix(4)) == Array("PAR1".utf8))
  }

  @Test func theSameRowsGiveTheSameBytes() throws {
    var generations: [[[UInt8]]] = []
    for (batchSize, threads) in [(17, 1), (333, 2), (5000, 3)] {
      let fixture = try TableFixture()
      let table = try fixture.table { $0.fileBytesMax = 10_000 }
      let report = try overwrite(
        table, 5000, batchSize: batchSize, rowGroupRows: 100, threads: threads)
      #expect(report.files > 2)
      #expect(report.rows == 5000)
      generations.append(
        try report.snapshot.files.map {
          try fixture.directory.read("lake/trusted/customer/\($0.path)")
        })
    }
    #expect(generations[0] == generations[1])
    #expect(generations[1] == generations[2])
  }
}
