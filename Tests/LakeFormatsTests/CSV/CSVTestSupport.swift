import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// What came of reading a CSV text to the end.
struct CSVOutcome: Equatable {
  var names: [String] = []
  var rows: [[Value]] = []
  var rejects: [Reject] = []
  var schema: Schema?
  var summary: FileSummary?

  /// The texts of all values, nil for null.
  var texts: [[String?]] {
    rows.map { row in
      row.map { value in
        if case .string(let text) = value { text } else { value.isNull ? nil : "\(value)" }
      }
    }
  }

  var reasons: [String] { rejects.map(\.reason) }

  static func == (a: CSVOutcome, b: CSVOutcome) -> Bool {
    a.names == b.names && a.rows == b.rows && a.rejects == b.rejects
  }
}

/// Reads texts as files, with chunks of a size and on so many threads.
struct CSVHarness {
  var options = CSVReadOptions()
  var chunkBytes = 1 << 20
  var recordMax = 128 << 20
  var threadCount = 2
  var format: TextFormat? = .csv

  func open(_ contents: [[UInt8]]) throws -> ([TextFile], TemporaryDirectory) {
    let directory = try TemporaryDirectory()
    let files = try contents.enumerated().map { index, content in
      let path = try directory.write(content, to: "file\(index).csv")
      return try TextFile.open(
        path, as: format, csv: options, in: LocalFileSystem(), libraries: CodecLibraries())
    }
    return (files, directory)
  }

  /// By a schema, or by the one that is inferred.
  func read(_ contents: [[UInt8]], schema: Schema? = nil) throws -> CSVOutcome {
    let (files, directory) = try open(contents)
    defer { withExtendedLifetime(directory) {} }
    var scan = TextScan(files: files)
    scan.sizes.target = chunkBytes
    scan.sizes.recordMax = recordMax
    scan.onError = options.onError
    let pool = try ThreadPool(threadCount: threadCount)
    let schema = try schema ?? scan.infer(on: pool).schema
    var outcome = CSVOutcome()
    outcome.schema = schema
    outcome.names = schema.fields.map(\.name)
    let options = options
    outcome.summary = try scan.run(
      on: pool, makeDecoder: { CSVReader.makeDecoder(schema: schema, options: options) },
      transform: { batch in
        (0..<batch.rowCount).map { row in batch.columns.map { $0.value(at: row) } }
      },
      consume: { outcome.rows += $0 },
      reject: { found in
        var found = found
        found.file = ""
        outcome.rejects.append(found)
      }
    ).first
    return outcome
  }

  func read(_ text: String, schema: Schema? = nil) throws -> CSVOutcome {
    try read([Array(text.utf8)], schema: schema)
  }

  func infer(_ texts: String...) throws -> Schema {
    let (files, directory) = try open(texts.map { Array($0.utf8) })
    defer { withExtendedLifetime(directory) {} }
    var scan = TextScan(files: files)
    scan.sizes.target = chunkBytes
    return try scan.infer(on: try ThreadPool(threadCount: threadCount)).schema
  }
}

/// Columns of text, named as given.
func textColumns(_ names: String...) -> Schema {
  Schema(names.map { Field($0, .varchar) })
}

extension CSVFileFormat {
  static func probe(_ text: String, options: CSVReadOptions = CSVReadOptions()) throws
    -> CSVFileFormat
  {
    var harness = CSVHarness()
    harness.options = options
    let (files, _) = try harness.open([Array(text.utf8)])
    guard case .csv(let format) = try #require(files.first).format else {
      throw LakeError(.internal, "the file was not opened as CSV")
    }
    return format
  }
}
