import LakeCore
import LakeFormats
import Lakehouse

/// `lake convert`: the options, and how they are read.
package struct Convert: Sendable, Equatable {
  /// Formats by the names that options give them.
  package enum InputFormat: String, Sendable, CaseIterable {
    case json, ndjson, csv, tsv, text, parquet

    package var meaning: Conversion.InputFormat {
      switch self {
      case .json, .ndjson: .json
      case .csv: .csv
      case .tsv: .tsv
      case .text: .text
      case .parquet: .parquet
      }
    }
  }

  package enum OutputFormat: String, Sendable, CaseIterable {
    case json, ndjson, csv, tsv, parquet

    package var meaning: Conversion.OutputFormat {
      switch self {
      case .json, .ndjson: .ndjson
      case .csv: .csv
      case .tsv: .tsv
      case .parquet: .parquet
      }
    }
  }

  /// A codec of Parquet, with its level.
  package struct Compression: Sendable, Equatable {
    package var codec: Conversion.ParquetOptions.Compression
    package var level: Int?
  }

  package typealias RejectLimit = Conversion.RejectLimit

  package var inputs: [String] = []
  package var output = ""
  /// Nil means to look at the content.
  package var from: InputFormat?
  /// Nil means to go by the output's extension.
  package var to: OutputFormat?
  /// As it was typed: `a bigint, b varchar`.
  package var schema: String?
  package var errorPolicy = ErrorPolicy.reject
  package var rejects: String?
  package var rejectLimit: RejectLimit?
  /// Nil means to look.
  package var hasHeader: Bool?
  /// Nil means to look. One ASCII character.
  package var delimiter: UInt8?
  package var null: String?
  package var compression: Compression?
  package var rowGroupRows: Int?
  package var isForced = false

  package init() {}

  package static let declaration = Declaration(
    name: "convert", summary: "Convert files from one format to another",
    discussion: """
      Reads JSON in every layout, CSV, TSV and lines of text, plain or gzipped, and Parquet, and \
      writes NDJSON, CSV, TSV or Parquet. \
      Several inputs, and patterns in quotes, become one output. The format of an input is found \
      by looking at its content, that of the output by its extension.

      A record that cannot be read is kept aside with its reason and counted; the others are \
      converted. The output appears under its name only when it is whole.
      """,
    initial: Convert(),
    arguments: [
      .oneOrMore("IN", .file, "Files, directories or patterns to read; - is standard input.") {
        $0.inputs.append($1)
      },
      .one("OUT", .file, "The file to write; - is standard output.") { $0.output = $1 },
    ],
    options: formatOptions + parquetOptions + rejectOptions + [
      .flag("force", "Replace OUT if it is there.") { $0.isForced = true }
    ],
    examples: [
      Example("lake convert readings.json readings.csv", "JSON to CSV."),
      Example("lake convert 'landing/*.json.gz' all.ndjson", "Many files into one."),
      Example("lake convert 'landing/*.json' readings.parquet", "JSON to Parquet."),
      Example(
        "lake convert --schema 'id bigint, name varchar' people.csv people.ndjson",
        "With the types declared instead of inferred."),
      Example(
        "lake convert --rejects bad.ndjson --max-rejects 1% in.json out.csv",
        "Keep what cannot be read, and fail when it is too much."),
      Example("lake convert --from csv --to ndjson - -", "From standard input to standard output."),
    ])

  private static let formatOptions: [OptionDeclaration<Convert>] = [
    .option(
      "from", "FORMAT", .choice(), "Format of the inputs: json, ndjson, csv, tsv, text or parquet."
    ) {
      $0.from = $1
    },
    .option("to", "FORMAT", .choice(), "Format of the output: json, ndjson, csv, tsv or parquet.") {
      $0.to = $1
    },
    .option(
      "schema", "COLUMNS", .text,
      "Names and types of the columns, as 'a bigint, b varchar', instead of inferring them."
    ) { $0.schema = $1 },
    .option("header", "yes|no", .yesOrNo, "Whether the first line of a CSV file names columns.") {
      $0.hasHeader = $1
    },
    .option(
      "delimiter", "C", .delimiter,
      "What separates the fields of a CSV file: one character, or tab."
    ) { $0.delimiter = $1 },
    .option("null", "TEXT", .text, "The text that stands for null in a CSV file.") {
      $0.null = $1
    },
  ]

  private static let parquetOptions: [OptionDeclaration<Convert>] = [
    .option(
      "compression", "CODEC", .parquetCompression,
      "How pages of a Parquet file are compressed: gzip (the default), zstd or none; with a level "
        + "as in gzip:6 or zstd:9."
    ) { $0.compression = $1 },
    .option(
      "row-group-rows", "N", .integer(1...Int(Int32.max)),
      "Rows of a row group of a Parquet file; about a million otherwise."
    ) { $0.rowGroupRows = $1 },
  ]

  private static let rejectOptions: [OptionDeclaration<Convert>] = [
    .option(
      "on-error", "POLICY", .choice(),
      "What becomes of a record that cannot be read: fail ends the conversion, reject (the "
        + "default) keeps the record aside, null keeps it with null where a value does not fit."
    ) { $0.errorPolicy = $1 },
    .option("rejects", "FILE", .file, "Write the rejects, with their reasons, to FILE as NDJSON.") {
      $0.rejects = $1
    },
    .option(
      "max-rejects", "N|P%", .rejectLimit,
      "Write no output and exit with 3 when there are more rejects than this."
    ) { $0.rejectLimit = $1 },
  ]
}

extension Command {
  package static let convert = Command(Convert.declaration) { options, context in
    let lake = try context.makeLake()
    let stages = StageProgress(reading: "Converting", context: context)
    defer { stages.finish() }
    let clock = ContinuousClock.now
    let report = try lake.convert(
      try options.conversion, activity: stages.activity(context.interruption))
    stages.finish()
    try Convert.tell(report, options, context, seconds: (ContinuousClock.now - clock) / .seconds(1))
    return .done
  }
}

extension Convert {
  package var conversion: Conversion {
    get throws {
      var conversion = Conversion(inputs: inputs, output: output)
      conversion.inputFormat = from?.meaning
      conversion.outputFormat = to?.meaning
      conversion.schema = try schema.map(Convert.parse(schema:))
      conversion.onError = errorPolicy
      conversion.rejectsOutput = rejects
      conversion.rejectLimit = rejectLimit
      conversion.csv.hasHeader = hasHeader
      conversion.csv.delimiter = delimiter
      conversion.csv.nullText = null
      conversion.replacesOutput = isForced
      if let compression {
        conversion.parquet.compression = compression.codec
        conversion.parquet.level = compression.level
      }
      conversion.parquet.rowGroupRows = rowGroupRows
      return conversion
    }
  }

  private static func parse(schema text: String) throws(UsageFault) -> Schema {
    do throws(LakeError) {
      return try Schema(parsing: text)
    } catch {
      let place = error.place?.byteOffset.map { ", at byte \($0 + 1)" } ?? ""
      throw .faultyValue(of: "--schema", fault: error.message + place, hint: error.hint)
    }
  }

  /// Says what was done: on standard output only where that was asked for and is free.
  fileprivate static func tell(
    _ report: ConversionReport, _ options: Convert, _ context: CommandContext, seconds: Double
  ) throws {
    if context.globals.wantsJSON, options.output != "-" {
      return try context.write(json(report, options, seconds))
    }
    context.tell(warnings: report.warnings, report.firstRejects, of: report.rejectCount)
    var text = Quantity.grouped(report.recordCount, "record")
    if report.rejectCount > 0 { text += ", " + Quantity.grouped(report.rejectCount, "reject") }
    text += " · \(Quantity.bytes(report.inputBytes)) read"
    text += ", \(Quantity.bytes(report.outputBytes)) written"
    text += " · \(Quantity.duration(seconds: seconds))"
    context.say(text)
  }

  private static func json(
    _ report: ConversionReport, _ options: Convert, _ seconds: Double
  ) -> JSONText {
    .object([
      .init("output", .string(options.output)),
      .init("records", .integer(report.recordCount)),
      .init("rejects", .integer(report.rejectCount)),
      .init("first_rejects", .array(report.firstRejects.map(\.json))),
      .init("warnings", .array(report.warnings.map(JSONText.string))),
      .init("bytes_read", .integer(report.inputBytes)),
      .init("bytes_written", .integer(report.outputBytes)),
      .init("schema", .string(report.schema.description)),
      .init("elapsed_ms", .integer(Int(seconds * 1000))),
    ])
  }
}

extension ValueParser where Value == UInt8 {
  /// One ASCII character that can separate fields.
  package static var delimiter: Self {
    ValueParser(expected: "one ASCII character, or tab") { text in
      switch text {
      case "tab", "\\t", "\t": return UInt8(ascii: "\t")
      default: break
      }
      guard text.utf8.count == 1, let byte = text.utf8.first, byte > 0x20, byte < 0x7F,
        byte != UInt8(ascii: "\"")
      else { return text == " " ? UInt8(ascii: " ") : nil }
      return byte
    }
  }
}

extension ValueParser where Value == Convert.Compression {
  package static var parquetCompression: Self {
    ValueParser(
      expected: "gzip, gzip:1 to gzip:9, zstd, zstd:1 to zstd:19 or none",
      choices: Conversion.ParquetOptions.Compression.allCases.map(\.rawValue)
    ) { text in
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let codec = Conversion.ParquetOptions.Compression(rawValue: String(parts[0])) else {
        return nil
      }
      if parts.count == 1 { return Convert.Compression(codec: codec) }
      guard let level = Int(parts[1]), codec.levels.contains(level) else { return nil }
      return Convert.Compression(codec: codec, level: level)
    }
  }
}

extension ValueParser where Value == Convert.RejectLimit {
  package static var rejectLimit: Self {
    ValueParser(expected: "a count such as 100, or a share such as 1%") { text in
      guard text.hasSuffix("%") else {
        return Int(text).flatMap { $0 >= 0 ? .count($0) : nil }
      }
      guard let percent = Double(text.dropLast()), (0...100).contains(percent) else { return nil }
      return .share(percent / 100)
    }
  }
}
