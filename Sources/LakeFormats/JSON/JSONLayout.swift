/// How the records of a JSON file are arranged.
public enum JSONLayout: String, Sendable, CaseIterable {
  /// One object a line; also with commas behind the lines, or with several objects on one.
  case newlineDelimited = "newline-delimited"
  /// Objects behind each other without newlines.
  case concatenated
  /// Objects that span lines.
  case prettyPrinted = "pretty-printed"
  /// Objects in a top-level array, on one line or many.
  case array
}

/// How a file of some layout is cut into chunks.
enum JSONCutting: Sendable {
  /// A brace at the beginning of a line begins a record, always: any place can be judged alone.
  case byLines
  /// Only counting brackets and quotes from the beginning tells where a record ends.
  case byStructure
}
