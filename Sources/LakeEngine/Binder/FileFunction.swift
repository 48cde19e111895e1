import LakeCore
import LakeFormats

/// A function in FROM that reads files.
struct FileFunction {
  let name: String
  let format: FileRequest.Format

  private static let all: [FileFunction] = [
    FileFunction(name: "read_csv", format: .text(.csv)),
    FileFunction(name: "read_tsv", format: .text(.tsv)),
    FileFunction(name: "read_json", format: .text(.json)),
    FileFunction(name: "read_parquet", format: .parquet),
    FileFunction(name: "read_text", format: .text(.text)),
    FileFunction(name: "delta_scan", format: .delta),
  ]

  /// What other engines call them.
  private static let otherNames = [
    "read_csv_auto": "read_csv", "read_json_auto": "read_json", "read_ndjson": "read_json",
    "read_json_lines": "read_json", "parquet_scan": "read_parquet", "read_delta": "delta_scan",
  ]

  static var names: [String] { all.map(\.name) }

  private init(name: String, format: FileRequest.Format) {
    self.name = name
    self.format = format
  }

  init?(named name: String) {
    let lowered = name.lowercased()
    let known = FileFunction.otherNames[lowered] ?? lowered
    guard let found = FileFunction.all.first(where: { $0.name == known }) else { return nil }
    self = found
  }

  /// What may be said about the files, with the names that others have for it.
  var options: [FileOption] { FileOption.allCases.filter { $0.isTaken(with: format) } }
}

/// Something that a call says about files: `delim => ';'`.
enum FileOption: String, CaseIterable {
  case delim, quote, header, null, names
  case allVarchar = "all_varchar"
  case columns
  case version, timestamp
  case timeZone = "time_zone"

  private var otherNames: [String] {
    switch self {
    case .delim: ["delimiter", "sep", "separator"]
    case .null: ["nullstr", "null_string"]
    case .header: ["has_header"]
    case .columns: ["schema"]
    case .version: ["version_as_of"]
    case .timestamp: ["timestamp_as_of"]
    case .timeZone: ["timezone"]
    case .quote, .names, .allVarchar: []
    }
  }

  static func named(_ name: String, among options: [FileOption]) -> FileOption? {
    let lowered = name.lowercased()
    return options.first { $0.rawValue == lowered || $0.otherNames.contains(lowered) }
  }

  fileprivate func isTaken(with format: FileRequest.Format) -> Bool {
    switch format {
    case .text(.csv), .text(.tsv): !isOfTables
    case .text(.json): self == .columns
    case .text(.text), .parquet: false
    case .delta: isOfTables
    }
  }

  private var isOfTables: Bool {
    switch self {
    case .version, .timestamp, .timeZone: true
    case .delim, .quote, .header, .null, .names, .allVarchar, .columns: false
    }
  }
}
