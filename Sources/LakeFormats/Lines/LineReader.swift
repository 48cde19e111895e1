import LakeCore

/// The front of the reader of plain text: each line is a record, in one column.
///
/// A line ends with a newline, in front of which a carriage return is no part of the line. Every
/// other byte is text, blanks and quotes included; an empty line is an empty string. A byte order
/// mark at the beginning of a file is left out.
package enum LineReader {
  static let newline = UInt8(ascii: "\n")

  /// Lines have no types to be found by looking.
  package static let schema = Schema([Field("line", .varchar)])

  /// A decoder for one worker. The schema may give the column another name.
  package static func makeDecoder(
    schema: Schema, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> LineDecoder {
    guard schema.fields.count == 1, schema.fields.first?.type == .varchar else {
      throw LakeError(
        .invalidInput, "plain text has one column of type varchar, and not \(schema)",
        hint: "Leave out --schema, or say what the file is with --from.")
    }
    return LineDecoder(tracker: tracker)
  }
}
