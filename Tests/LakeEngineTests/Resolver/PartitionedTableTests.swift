import Foundation
import LakeCatalog
import LakeCore
import LakeEngine
import LakeFormats
import LakeSQL
import LakeTables
import LakeTestSupport
import Testing

/// Tables whose log says the values of some columns, and what it says of the others.
@Suite struct PartitionedTableTests {
  private let table: LoggedTable

  init() throws {
    table = try LoggedTable()
  }

  private func rows(_ sql: String) throws -> [[Value]] { try table.rows(sql) }

  private static let columns = """
    day date, place string, n bigint, text string, at timestamp
    """

  /// Three files, of which the log says more than is true of none.
  private func makeReadings() throws {
    try table.create(Self.columns, partitionedBy: ["day", "place"])
    for (day, place, numbers) in [
      ("2024-01-01", "a b", 1...3), ("2024-01-02", "", 4...6), ("2024-01-02", "ä/ö", 7...9),
    ] {
      try table.add(
        "day=\(day)/place=\(place.isEmpty ? "none" : "x")/part-\(numbers.lowerBound).parquet",
        Schema([Field("text", .varchar), Field("N", .bigint)]),
        [numbers.map { .string("text \($0)") }, numbers.map { .int(Int64($0)) }],
        partition: ["day": day, "place": place],
        statistics: """
          {"numRecords":3,"minValues":{"n":\(numbers.lowerBound)},\
          "maxValues":{"n":\(numbers.upperBound)},"nullCount":{"n":0,"text":0,"at":3}}
          """)
    }
  }

  @Test func columnsOfPartitionsComeFromTheLogInTheirPlaces() throws {
    try makeReadings()
    let found = try rows("SELECT * FROM trusted.t WHERE n IN (1, 4, 9)")
    #expect(
      found == [
        [.int(19723), .string("a b"), .int(1), .string("text 1"), .null],
        [.int(19724), .null, .int(4), .string("text 4"), .null],
        [.int(19724), .string("ä/ö"), .int(9), .string("text 9"), .null],
      ])
    #expect(
      try rows("SELECT day, count(*), min(n) FROM trusted.t GROUP BY day ORDER BY day")
        == [[.int(19723), .int(3), .int(1)], [.int(19724), .int(6), .int(4)]])
    #expect(try rows("SELECT count(*) FROM trusted.t WHERE place IS NULL") == [[.int(3)]])
  }

  @Test func hiddenColumnsAreThoseOfTheFiles() throws {
    try makeReadings()
    let found = try rows(
      "SELECT \"$row\", n FROM trusted.t WHERE \"$path\" LIKE '%/place=none/part-4.parquet'")
    #expect(found == [[.int(0), .int(4)], [.int(1), .int(5)], [.int(2), .int(6)]])
  }

  /// The other files are taken away: a scan that opened them would fail.
  @Test(
    arguments: [
      ("day = DATE '2024-01-01'", 3), ("place = 'a b'", 3), ("n < 4", 3), ("n = 2", 1),
      ("day < DATE '2024-01-02' AND n > 1", 2), ("place LIKE 'a%' OR n BETWEEN 2 AND 3", 3),
      ("at IS NOT NULL", 0), ("n IS NULL", 0),
    ])
  func filesThatCannotMatchAreNotOpened(condition: String, count: Int) throws {
    try makeReadings()
    for number in [4, 7] {
      try table.remove("day=2024-01-02/place=\(number == 4 ? "none" : "x")/part-\(number).parquet")
    }
    let found = try rows("SELECT n FROM trusted.t WHERE \(condition)")
    #expect(found.count == count)
    #expect(throws: LakeError.self) { try rows("SELECT n FROM trusted.t") }
  }

  @Test func everyTypeCanBeThatOfAPartition() throws {
    let columns = """
      a tinyint, b smallint, c int, d bigint, e boolean, f float, g double, h decimal(20,3), \
      i date, j timestamp, k timestamp, l string, m binary
      """
    let names = "abcdefghijklm".map { String($0) }
    try table.create(columns + ", n bigint", partitionedBy: names)
    let texts = [
      "-1", "2", "3", "4", "true", "1.5", "-2.25E10", "12345678901234567.125", "2024-02-29",
      "2024-02-29 13:30:00.000001+01:00", "2024-02-29T12:30:00.000001Z", "null", "é",
    ]
    try table.add(
      "one.parquet", Schema([Field("n", .bigint)]), [[.int(1)]],
      partition: Dictionary(uniqueKeysWithValues: zip(names, texts)))
    try table.add(
      "two.parquet", Schema([Field("n", .bigint)]), [[.int(2)]],
      partition: Dictionary(uniqueKeysWithValues: names.map { ($0, nil) }))
    let moment = Value.int(1_709_209_800_000_001)
    let found = try rows("SELECT * FROM trusted.t ORDER BY n")
    #expect(
      found == [
        [
          .int(-1), .int(2), .int(3), .int(4), .bool(true), .float(1.5), .double(-2.25e10),
          .int128(12_345_678_901_234_567_125), .int(19782), moment, moment, .string("null"),
          .bytes(Array("é".utf8)), .int(1),
        ],
        names.map { _ in .null } + [.int(2)],
      ])
  }

  /// Other writers take the zone of their session, and do not note it.
  @Test func aTimeWithoutAZoneIsNotGuessed() throws {
    try table.create("n bigint, at timestamp", partitionedBy: ["at"])
    try table.add(
      "one.parquet", Schema([Field("n", .bigint)]), [[.int(1)]],
      partition: ["at": "2024-02-29 12:30:00"])
    #expect(try rows("SELECT n FROM trusted.t") == [[.int(1)]])
    let error = #expect(throws: LakeError.self) { try rows("SELECT * FROM trusted.t") }
    #expect(error?.code == .unsupported)
    for (zone, hours) in [("UTC", 0), ("+02:00", -2)] {
      #expect(
        try rows("SELECT at FROM delta_scan('\(table.root)', time_zone => '\(zone)')")
          == [[.int(1_709_209_800_000_000 + Int64(hours) * 3_600_000_000)]])
    }
  }

  /// A log may be somebody else's, and so may the links beside it.
  @Test func filesThatAreLinksOutOfTheTableAreNotRead() throws {
    try table.create("n bigint", partitionedBy: [])
    try table.add("one.parquet", Schema([Field("n", .bigint)]), [[.int(1)]])
    let outside = table.directory.file("outside.parquet")
    try FileManager.default.moveItem(atPath: "\(table.root)/one.parquet", toPath: outside)
    try FileManager.default.createSymbolicLink(
      atPath: "\(table.root)/one.parquet", withDestinationPath: outside)
    let error = #expect(throws: LakeError.self) { try rows("SELECT n FROM trusted.t") }
    #expect(error?.code == .permissionDenied)
  }

  /// The names `a` and `b` were exchanged, inside and outside of a nested column, and a field was
  /// dropped; by ids the names in the file mean nothing.
  @Test(arguments: ["name", "id"])
  func mappedColumnsAreReadByTheNamesOrIdsOfTheFiles(mode: String) throws {
    func field(_ name: String, _ type: String, _ id: Int, _ physical: String) -> String {
      """
      {"name":"\(name)","type":\(type),"nullable":true,"metadata":{"delta.columnMapping.id":\(id),\
      "delta.columnMapping.physicalName":"\(physical)"}}
      """
    }
    let nested = """
      {"type":"struct","fields":[\(field("a", "\"long\"", 5, "b")),\
      \(field("new", "\"string\"", 9, "new")),\(field("b", "\"long\"", 4, "a"))]}
      """
    let schema = """
      {"type":"struct","fields":[\(field("a", "\"long\"", 2, "b")),\
      \(field("b", "\"long\"", 1, "a")),\(field("r", nested, 3, "r")),\
      \(field("p", "\"string\"", 10, "q"))]}
      """
    try table.commit([
      #"{"protocol":{"minReaderVersion":2,"minWriterVersion":5}}"#,
      LoggedTable.metadata(schema, partitionedBy: ["p"]).replacing(
        "\"configuration\":{}",
        with: "\"configuration\":{\"delta.columnMapping.mode\":\"\(mode)\"}"),
    ])
    // The writer numbers the fields in their order: a 1, b 2, r 3, r.a 4, r.b 5, r.gone 6.
    let row = DataType.row([
      Field("a", .bigint), Field("b", .bigint), Field("gone", .varchar),
    ])
    try table.add(
      "one.parquet", Schema([Field("a", .bigint), Field("b", .bigint), Field("r", row)]),
      [[.int(1)], [.int(2)], [.row([.int(3), .int(4), .string("x")])]], partition: ["q": "z"],
      statistics: """
        {"numRecords":1,"minValues":{"a":1,"b":2},"maxValues":{"a":1,"b":2},"nullCount":{}}
        """)
    #expect(
      try rows("SELECT a, b, r, p FROM trusted.t WHERE a = 2 AND b = 1")
        == [[.int(2), .int(1), .row([.int(4), .null, .int(3)]), .string("z")]])
    #expect(try rows("SELECT r.a, r.b FROM trusted.t") == [[.int(4), .int(3)]])
  }

  @Test func aValueThatIsNoneOfItsTypeIsAnError() throws {
    try table.create("n bigint, d date", partitionedBy: ["d"])
    try table.add(
      "one.parquet", Schema([Field("n", .bigint)]), [[.int(1)]], partition: ["d": "soon"])
    let error = #expect(throws: LakeError.self) { try rows("SELECT n FROM trusted.t") }
    #expect(
      error?.message
        == "the log says 'soon' of the partition column d, which is no value of type date")
  }

  /// Other writers cut texts and times short.
  @Test func boundsThatMayBeCutDoNotHideRows() throws {
    try table.create(Self.columns, partitionedBy: [])
    let long = String(repeating: "z", count: 40)
    try table.add(
      "one.parquet", Schema([Field("text", .varchar), Field("at", .timestamp)]),
      [[.string(long)], [.int(1_700_000_000_123_456)]],
      statistics: """
        {"numRecords":1,"minValues":{"text":"\(long.prefix(32))","at":"2023-11-14T22:13:20.123Z"},\
        "maxValues":{"text":"\(long.prefix(32))","at":"2023-11-14T22:13:20.123Z"},"nullCount":{}}
        """)
    #expect(try rows("SELECT 1 FROM trusted.t WHERE text > '\(long.prefix(39))'").count == 1)
    #expect(
      try rows(
        "SELECT 1 FROM trusted.t WHERE at = TIMESTAMP '2023-11-14 22:13:20.123456'"
      ).count == 1)
  }
}
