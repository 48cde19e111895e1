import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// What is written as CSV is read back as it was.
@Suite("CSV round trip")
struct CSVRoundTripTests {
  private static let types = SeededRandom.scalarTypes.filter {
    $0 != .intervalYearToMonth && $0 != .intervalDayToSecond
  }

  private func encode(
    _ schema: Schema, _ rows: [[Value]], delimiter: UInt8
  ) throws -> [UInt8] {
    let builders = try schema.fields.map { try ColumnBuilder($0.type) }
    for row in rows {
      for (builder, value) in zip(builders, row) { try builder.append(value) }
    }
    let columns = try builders.map { try $0.finish() }
    let batch = Batch(columns: columns, rowCount: rows.count)
    let encoder = CSVEncoder(schema: schema, delimiter: delimiter)
    var sink = try ByteSink()
    try encoder.appendHeader(to: &sink)
    try encoder.append(batch, to: &sink)
    return sink.bytes
  }

  /// NaN is equal to NaN here.
  private func text(_ rows: [[Value]]) -> [String] { rows.map { "\($0)" } }

  @Test(arguments: 0..<80)
  func declaredTypesComeBack(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let fields = (0..<(2 + random.below(4))).map { index in
      Field("c\(index)", CSVRoundTripTests.types[random.below(CSVRoundTripTests.types.count)])
    }
    let schema = Schema(fields)
    let rows = (0..<random.below(40)).map { _ in
      fields.map { field -> Value in
        // The outermost days belong to years that text does not reach.
        if field.type == .date { return .int(Int64(random.below(4_000_000)) - 2_000_000) }
        return random.value(field.type)
      }
    }
    for delimiter in [UInt8(ascii: ","), UInt8(ascii: "\t")] {
      let bytes = try encode(schema, rows, delimiter: delimiter)
      var harness = CSVHarness()
      harness.options = CSVReadOptions(delimiter: delimiter, hasHeader: true)
      harness.chunkBytes = 100
      let outcome = try harness.read([bytes], schema: schema)
      #expect(outcome.reasons == [])
      #expect(text(outcome.rows) == text(rows), "\(String(decoding: bytes, as: UTF8.self))")
    }
  }

  @Test
  func numbersDatesAndBooleansComeBackWithTheirTypesInferred() throws {
    let schema = Schema([
      Field("i", .bigint), Field("d", .double), Field("b", .boolean), Field("t", .date),
      Field("z", .timestamp), Field("l", .localTimestamp), Field("s", .varchar),
      Field("w", .decimal(precision: 38, scale: 0)),
    ])
    let wide: Int128 = 12_345_678_901_234_567_890_123
    let rows: [[Value]] = [
      [
        .int(.min), .double(0.1), .bool(true), .int(0), .int(0), .int(1), .string("007"),
        .int128(wide),
      ],
      [
        .int(7), .double(.infinity), .bool(false), .int(-1), .int(-1), .int(1_000_000), .string(""),
        .int128(-wide),
      ],
      [.null, .double(-2.5e-300), .null, .null, .int(1 << 50), .null, .null, .null],
    ]
    let bytes = try encode(schema, rows, delimiter: UInt8(ascii: ","))
    let outcome = try CSVHarness().read([bytes])
    #expect(outcome.schema?.fields.map(\.type) == schema.fields.map(\.type))
    #expect(outcome.rows == rows)
  }
}
