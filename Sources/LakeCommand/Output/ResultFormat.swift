import LakeCore
import Lakehouse

/// How the rows of a query are written.
package enum ResultFormat: String, Sendable, CaseIterable {
  case table, csv, tsv, json, ndjson, markdown, line, parquet

  /// By the name of the file that is written, `.gz` or not.
  init?(file: String) {
    var name = Path.lastComponent(of: file).lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    switch name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last {
    case "csv": self = .csv
    case "tsv", "tab": self = .tsv
    case "json": self = .json
    case "ndjson", "jsonl": self = .ndjson
    case "md": self = .markdown
    case "txt": self = .table
    case "parquet": self = .parquet
    default: return nil
    }
  }

  /// Nil for the formats that are made for eyes.
  var fileFormat: ResultRows.FileFormat? {
    switch self {
    case .csv: .csv
    case .tsv: .tsv
    case .json: .json
    case .ndjson: .ndjson
    case .parquet: .parquet
    case .table, .markdown, .line: nil
    }
  }
}
