/// What is set in a shell.
package struct ShellSettings: Sendable {
  package var mode = ResultFormat.table
  package var showsTimes = false
  /// Rows that a terminal is shown at most; nil for all.
  package var rowsMax: Int? = ResultWriter.terminalRowsMax
  /// Columns of the terminal that a column of text takes at most; nil for what there is room for.
  package var columnWidthMax: Int?
  /// Whether the first error ends what is not typed by hand.
  package var endsAtErrors = false

  package init() {}

  /// What `.mode` takes: all formats that are text.
  static let modes = ResultFormat.allCases.filter { $0 != .parquet }.map(\.rawValue)
}
