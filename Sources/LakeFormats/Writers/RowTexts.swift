import LakeCore

/// The values of batches, one by one, for tables that people read and for JSON arrays.
package enum RowTexts {
  /// The selected rows as texts, or the first and the last of them; nil where a value is null.
  /// Nested values are JSON.
  package static func texts(
    of batch: Batch, first: Int = .max, last: Int = 0
  ) throws(LakeError) -> [[String?]] {
    let count = batch.selectedCount
    let head = min(count, first)
    let cursors = try ColumnCursors(batch.columns)
    defer { withExtendedLifetime(batch) {} }
    var sink = try ByteSink()
    var rows: [[String?]] = []
    rows.reserveCapacity(min(count, head + last))
    for index in 0..<count where index < head || index >= count - last {
      let row = batch.selection.map { Int($0.pointer[index]) } ?? index
      var texts: [String?] = []
      for column in 0..<cursors.columnCount {
        guard let position = cursors.all[column].position(row) else {
          texts.append(nil)
          continue
        }
        sink.removeAll()
        try append(column, position, cursors, to: &sink)
        texts.append(sink.view.text)
      }
      rows.append(texts)
    }
    return rows
  }

  private static func append(
    _ column: Int, _ position: Int, _ cursors: ColumnCursors, to sink: inout ByteSink
  ) throws(LakeError) {
    let cursor = cursors.all[column]
    switch cursor.kind {
    case .text, .json:
      try ValueBytes.append(cursor.load(position, as: StringView.self), to: &sink)
    case .array, .map, .row:
      try JSONEncoder.appendValue(column, position, cursors, to: &sink)
    default:
      try ValueText.append(cursor, position, to: &sink)
    }
  }

  /// The selected rows as JSON arrays, separated by commas: `[1,"a"],[2,null]`.
  package static func appendArrays(
    of batch: Batch, to sink: inout ByteSink
  ) throws(LakeError) {
    let cursors = try ColumnCursors(batch.columns)
    defer { withExtendedLifetime(batch) {} }
    for index in 0..<batch.selectedCount {
      let row = batch.selection.map { Int($0.pointer[index]) } ?? index
      try sink.append(index > 0 ? ",[" : "[")
      for column in 0..<cursors.columnCount {
        if column > 0 { try sink.append(UInt8(ascii: ",")) }
        try JSONEncoder.appendValue(
          column, cursors.all[column].position(row), cursors, to: &sink)
      }
      try sink.append(UInt8(ascii: "]"))
    }
  }
}
