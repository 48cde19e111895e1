import LakeCore
import LakeFormats
import LakeTestSupport

/// How a test reads: everything that must not change the outcome, and what may.
struct JSONSetup: Sendable {
  var target = 1 << 20
  var recordMax = 128 << 20
  var threads = 1
  var batchRows = 2048
  var policy = ErrorPolicy.reject
}

/// Everything that came of reading.
struct JSONOutcome: Equatable {
  var rows: [[Value]] = []
  var rejects: [Reject] = []
  var notes = TextNotes()
  var recordCount = 0
  var lineCount = 0
  var byteCount = 0

  static func == (a: JSONOutcome, b: JSONOutcome) -> Bool {
    a.rows.count == b.rows.count && zip(a.rows, b.rows).allSatisfy { areSame($0, $1) }
      && a.rejects == b.rejects && a.notes == b.notes && a.recordCount == b.recordCount
      && a.lineCount == b.lineCount && a.byteCount == b.byteCount
  }

  /// Where two outcomes part, for the message of a test.
  func difference(from other: JSONOutcome) -> String {
    let ids = rows.compactMap { $0.first }
    let otherIDs = other.rows.compactMap { $0.first }
    let rest = rejects.filter { !other.rejects.contains($0) }
    let otherRest = other.rejects.filter { !rejects.contains($0) }
    return """
      rows \(ids) against \(otherIDs)
      rejects \(rest.map { ($0.byteOffset, $0.byteCount, $0.line, $0.column, $0.reason) })
      against \(otherRest.map { ($0.byteOffset, $0.byteCount, $0.line, $0.column, $0.reason) })
      \(notes) against \(other.notes)
      """
  }

  /// `line:column reason` of each reject.
  var places: [String] { rejects.map { "\($0.line):\($0.column) \($0.reason)" } }
}

/// Bytes as a file that can be read again and again.
struct JSONFixture {
  private let directory: TemporaryDirectory
  let file: TextFile
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) throws {
    directory = try TemporaryDirectory()
    self.bytes = bytes
    let path = try directory.write(bytes, to: "input.json")
    // Asked for as JSON: what is tested here is the reader, whatever the content looks like.
    file = try TextFile.open(path, as: .json, in: LocalFileSystem(), libraries: CodecLibraries())
  }

  init(_ text: String) throws {
    try self.init(Array(text.utf8))
  }

  var layout: JSONLayout? {
    switch file.format {
    case .json(let format): format.layout
    default: nil
    }
  }

  private func scan(_ setup: JSONSetup) -> TextScan {
    var scan = TextScan(files: [file])
    scan.sizes.target = setup.target
    scan.sizes.recordMax = setup.recordMax
    scan.onError = setup.policy
    return scan
  }

  func read(_ schema: Schema, _ setup: JSONSetup = JSONSetup()) throws -> JSONOutcome {
    var outcome = JSONOutcome()
    var options = JSONReadOptions()
    options.batchRows = setup.batchRows
    options.onError = setup.policy
    let pool = try ThreadPool(threadCount: setup.threads)
    let summaries = try scan(setup).run(
      on: pool,
      makeDecoder: { [options] in try JSONReader.makeDecoder(schema: schema, options: options) },
      transform: { (batch: Batch) -> [[Value]] in
        for column in batch.columns { try column.checkInvariants() }
        let columns = batch.columns.map(\.allValues)
        return (0..<batch.rowCount).map { row in columns.map { $0[row] } }
      },
      consume: { outcome.rows += $0 },
      reject: { found in
        var found = found
        found.file = ""
        outcome.rejects.append(found)
      })
    outcome.notes = summaries[0].notes
    outcome.recordCount = summaries[0].recordCount
    outcome.lineCount = summaries[0].lineCount
    outcome.byteCount = summaries[0].byteCount
    return outcome
  }

  func infer(_ setup: JSONSetup = JSONSetup()) throws -> JSONInference {
    try JSONReader.infer(scan(setup), on: try ThreadPool(threadCount: setup.threads))
  }

  /// What was seen, in a form that can be compared.
  func evidence(_ setup: JSONSetup = JSONSetup()) throws -> String {
    let inference = try infer(setup)
    return "\(inference.recordCount) \(inference.columns)"
  }
}

/// The values of the first column.
func read(
  _ text: String, as type: DataType, policy: ErrorPolicy = .reject
) throws -> [Value] {
  let fixture = try JSONFixture(text)
  return try fixture.read(Schema([Field("a", type)]), JSONSetup(policy: policy)).rows.map { $0[0] }
}

/// Reads `{"a": VALUE}`: the value, or nil where it was refused.
func readValue(_ json: String, as type: DataType) throws -> Value? {
  let values = try read("{\"a\": \(json)}\n", as: type)
  return values.first
}

func inferred(_ text: String) throws -> [Field] {
  try JSONFixture(text).infer().schema.fields
}

/// The type of the one column of records that are given by their values.
func inferredType(of values: String...) throws -> DataType? {
  try inferred(values.map { "{\"a\":\($0)}\n" }.joined()).first?.type
}
