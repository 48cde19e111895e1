import LakeCore
import LakeFormats

/// Files to be read and the one file to be written.
public struct Conversion: Sendable {
  /// Paths, directories, patterns, or `-` for standard input.
  public var inputs: [String]
  /// A path, or `-` for standard output.
  public var output: String
  /// Nil to find it by the content.
  public var inputFormat: InputFormat?
  /// Nil to go by the output's name.
  public var outputFormat: OutputFormat?
  /// Nil to infer the columns from all records.
  public var schema: Schema?
  public var onError = ErrorPolicy.reject
  /// A path for the rejects, as newline-delimited JSON.
  public var rejectsOutput: String?
  public var rejectLimit: RejectLimit?
  public var csv = CSVOptions()
  public var parquet = ParquetOptions()
  /// Whether an output that is there already is replaced.
  public var replacesOutput = false

  public init(inputs: [String], output: String) {
    self.inputs = inputs
    self.output = output
  }

  public enum InputFormat: String, Sendable, CaseIterable {
    case json, csv, tsv, text, parquet
  }

  public enum OutputFormat: String, Sendable, CaseIterable {
    case ndjson, csv, tsv, parquet
  }

  /// How many rejects are too many.
  public enum RejectLimit: Sendable, Equatable {
    case count(Int)
    /// Of all records, 0 to 1.
    case share(Double)
  }

  /// How Parquet is written.
  public struct ParquetOptions: Sendable, Equatable {
    public var compression = Compression.gzip
    /// Nil for the one that costs little for what it saves.
    public var level: Int?
    /// Nil for about a million.
    public var rowGroupRows: Int?

    public init() {}

    public enum Compression: String, Sendable, CaseIterable {
      case gzip, zstd, none
    }
  }

  /// What is said about CSV instead of being found by looking.
  public struct CSVOptions: Sendable, Equatable {
    public var hasHeader: Bool?
    public var delimiter: UInt8?
    public var nullText: String?

    public init() {}
  }
}

/// What a conversion did.
public struct ConversionReport: Sendable {
  public var recordCount = 0
  public var rejectCount = 0
  /// The first rejects, in words.
  public var firstRejects: [RejectSummary] = []
  public var warnings: [String] = []
  public var inputBytes = 0
  public var outputBytes = 0
  public var schema = Schema([])
}

/// A reject as it is shown.
public struct RejectSummary: Sendable {
  public var path: String
  public var byteOffset: Int
  public var line: Int
  public var column: Int
  public var reason: String
}

extension RejectSummary {
  init(_ reject: Reject) {
    path = reject.file
    byteOffset = reject.byteOffset
    line = reject.line
    column = reject.column
    reason = reject.reason
  }
}
