import LakeCore
import LakeFormats

/// Files that a statement names, and what it says about them. What it does not say is told from
/// their content.
package struct FileRequest: Sendable {
  package enum Format: Sendable, Hashable {
    case text(TextFormat)
    case parquet
    /// A table with a log in Delta's format.
    case delta

    /// As statements name it; nil for what is no format.
    package init?(named name: String) {
      switch name.lowercased() {
      case "csv": self = .text(.csv)
      case "tsv": self = .text(.tsv)
      case "json": self = .text(.json)
      case "text": self = .text(.text)
      case "parquet": self = .parquet
      case "delta": self = .delta
      default: return nil
      }
    }
  }

  /// Paths, directories and patterns, at least one.
  package var paths: [String]
  package var format: Format?
  package var csv = CSVReadOptions()
  /// Names and types of the columns; without them they are inferred from every record.
  package var columns: Schema?
  /// Names for the columns in their order, where there is no header or another is wanted.
  package var names: [String] = []
  /// Whether columns stay text, whatever their values look like.
  package var isAllText = false
  /// Which version of a table; nil for the latest.
  package var version: TableMoment?
  /// The zone of times that a table's log says without one: ` UTC` or an offset.
  package var timeZone: String?

  /// `-` and `/dev/stdin` are standard input.
  package init(_ paths: [String]) {
    self.paths = paths.map { ["-", "/dev/stdin"].contains($0) ? StandardInput.name : $0 }
  }

  package static let standardInput = FileRequest([StandardInput.name])

  /// What messages call them.
  package var label: String { paths.joined(separator: ", ") }
}
