import LakeCommand
import LakeCore
import LakeTestSupport
import Lakehouse
import Testing

@Suite("Parquet in convert")
struct ConvertParquetTests {
  @Test(arguments: [
    (DataType.smallint, DataType.bigint, DataType.bigint as DataType?),
    (.unseen, .date, .date),
    (.integer, .double, .double),
    (.smallint, .real, .real),
    (.integer, .real, .double),
    (.real, .double, .double),
    (.bigint, .double, nil),
    (
      .decimal(precision: 9, scale: 2), .decimal(precision: 9, scale: 4),
      .decimal(precision: 11, scale: 4)
    ),
    (.bigint, .decimal(precision: 4, scale: 3), .decimal(precision: 22, scale: 3)),
    (.bigint, .decimal(precision: 38, scale: 30), nil),
    (.varchar, .bigint, nil),
    (.date, .timestamp, nil),
    (.array(.tinyint), .array(.integer), .array(.integer)),
    (.array(.tinyint), .tinyint, nil),
    (
      .row([Field("a", .tinyint), Field("b", .varchar)]),
      .row([Field("c", .date), Field("A", .bigint)]),
      .row([Field("a", .bigint), Field("b", .varchar), Field("c", .date)])
    ),
    (.row([Field("a", .tinyint)]), .row([Field("a", .varchar)]), nil),
    (
      .map(key: .varchar, value: .real), .map(key: .varchar, value: .double),
      .map(key: .varchar, value: .double)
    ),
  ])
  func typesOfFilesAreJoinedWithoutALoss(one: DataType, other: DataType, joined: DataType?) {
    #expect(one.joined(with: other) == joined)
    // Fields come in the order in which they are met.
    if case .row = one { return }
    #expect(other.joined(with: one) == joined)
  }

  @Test func rowsKeepTheirOrderThroughTextOnAnyNumberOfThreads() throws {
    let folder = try TemporaryDirectory()
    let lines = (0..<20_000).map { "{\"n\":\($0),\"text\":\"a text of some length \($0 % 77)\"}" }
    let text = Array((lines.joined(separator: "\n") + "\n").utf8)
    let input = try folder.write(text, to: "in.ndjson")
    for threads in ["1", "3"] {
      let parquet = folder.file("\(threads).parquet")
      let back = folder.file("\(threads).ndjson")
      let options = ["-q", "--threads", threads, "convert"]
      let there = CommandRun(options + ["--row-group-rows", "3000", input, parquet])
      #expect(there.code == .done, "\(there.errors)")
      #expect(CommandRun(options + [parquet, back]).code == .done)
      #expect(try folder.read("\(threads).ndjson") == text)
    }
    #expect(try folder.read("1.parquet") == folder.read("3.parquet"))
  }
}
