import LakeCore

/// Single values as the writers write them, for messages and reports.
package enum ValueFormat {
  /// The text of a scalar, without quotes.
  package static func text(of value: Value, type: DataType) -> String {
    switch value {
    case .string(let text): return text
    case .null: return "null"
    default: break
    }
    do throws(LakeError) {
      let builder = try ColumnBuilder(type)
      try builder.append(value)
      let vector = try builder.finish()
      let cursors = try ColumnCursors([vector])
      // The cursors point into the vector's memory.
      defer { withExtendedLifetime(vector) {} }
      var sink = try ByteSink()
      guard let position = cursors.all[0].position(0) else { return "null" }
      switch cursors.all[0].kind {
      case .array, .map, .row, .text, .json:
        try JSONEncoder.appendValue(0, position, cursors, to: &sink)
      default:
        try ValueText.append(cursors.all[0], position, to: &sink)
      }
      return sink.view.text
    } catch {
      return "\(value)"
    }
  }
}

extension TextFile.Format {
  /// How the records are arranged, in words.
  package var layoutName: String {
    switch self {
    case .json(let format): format.layout.rawValue
    case .csv(let format): format.layoutName
    case .text: "one column"
    case .blank(let blank): blank.layoutName
    }
  }
}
