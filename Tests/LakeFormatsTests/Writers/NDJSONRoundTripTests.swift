import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// What is written as NDJSON is read back as it was, nested values included.
@Suite("NDJSON round trip")
struct NDJSONRoundTripTests {
  private func encode(_ schema: Schema, _ rows: [[Value]], omitNulls: Bool) throws -> [UInt8] {
    let builders = try schema.fields.map { try ColumnBuilder($0.type) }
    for row in rows {
      for (builder, value) in zip(builders, row) { try builder.append(value) }
    }
    let batch = Batch(columns: try builders.map { try $0.finish() }, rowCount: rows.count)
    var sink = try ByteSink()
    try JSONEncoder(schema: schema, omitNulls: omitNulls).append(batch, to: &sink)
    return sink.bytes
  }

  private func decode(_ bytes: [UInt8], _ schema: Schema) throws -> ([[Value]], [Reject]) {
    let directory = try TemporaryDirectory()
    let path = try directory.write(bytes, to: "a.json")
    let file = try TextFile.open(
      path, as: .json, in: LocalFileSystem(), libraries: CodecLibraries())
    var rows: [[Value]] = []
    var rejects: [Reject] = []
    _ = try TextScan(files: [file]).run(
      on: try ThreadPool(threadCount: 2),
      makeDecoder: { try JSONReader.makeDecoder(schema: schema) },
      transform: { batch in
        (0..<batch.rowCount).map { row in batch.columns.map { $0.value(at: row) } }
      },
      consume: { rows += $0 }, reject: { rejects.append($0) })
    return (rows, rejects)
  }

  @Test(arguments: 0..<80)
  func declaredTypesComeBack(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    var fields: [Field] = []
    while fields.count < 4 {
      let type = random.type(depth: 2)
      if type.isReadFromJSON { fields.append(Field("c\(fields.count)", type)) }
    }
    let schema = Schema(fields)
    let rows = (0..<(1 + random.below(30))).map { _ in
      fields.map { random.value($0.type).tamed(as: $0.type) }
    }
    for omitNulls in [false, true] {
      let bytes = try encode(schema, rows, omitNulls: omitNulls)
      let (read, rejects) = try decode(bytes, schema)
      #expect(rejects.map(\.reason) == [])
      #expect(read.count == rows.count)
      for (found, wanted) in zip(read, rows) { #expect(found == wanted) }
    }
  }
}

extension DataType {
  /// Whether the reader of JSON has a form for the type.
  fileprivate var isReadFromJSON: Bool {
    switch self {
    case .intervalYearToMonth, .intervalDayToSecond: false
    case .array(let element): element.isReadFromJSON
    case .map(let key, let value): key == .varchar && value.isReadFromJSON
    case .row(let fields): fields.allSatisfy { $0.type.isReadFromJSON }
    default: true
    }
  }
}

extension Value {
  /// The value, or one near it that text reaches: JSON has no number for infinity, and the
  /// outermost days belong to years that dates as text do not have.
  fileprivate func tamed(as type: DataType) -> Value {
    switch (self, type) {
    case (.double(let value), _) where !value.isFinite: .double(1)
    case (.float(let value), _) where !value.isFinite: .float(1)
    case (.int(let days), .date): .int(days % 2_000_000)
    // A null in JSON is a null, whatever the column, and blanks around a value are not its own.
    case (.string("null"), .json), (.string(" 7 "), .json): .string("7")
    case (.list(let values), .array(let element)): .list(values.map { $0.tamed(as: element) })
    case (.list(let entries), .map(let key, let value)):
      .list(entries.map { $0.tamed(as: .row([Field("k", key), Field("v", value)])) })
    case (.row(let values), .row(let fields)):
      .row(zip(values, fields).map { $0.tamed(as: $1.type) })
    default: self
    }
  }
}
