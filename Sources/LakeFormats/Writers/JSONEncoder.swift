import LakeCore

/// Writes batches as newline-delimited JSON, the keys always in the schema's order.
///
/// - Integers and decimals are written digit for digit; doubles in the shortest form that reads
///   back; NaN and the infinities, for which JSON has no number, as the strings of their names.
/// - Dates, times, timestamps, UUIDs and intervals are strings; bytes are Base64.
/// - Nulls are written, so that all records have the same keys; `omitNulls` leaves their keys out.
package struct JSONEncoder: Sendable {
  /// Names of the columns with what stands before them: `{` or `,`.
  private let names: [EncodedName]
  private let omitNulls: Bool

  package init(schema: Schema, omitNulls: Bool = false) throws(LakeError) {
    names = try schema.fields.map { field throws(LakeError) in try EncodedName(field.name) }
    self.omitNulls = omitNulls
  }

  /// Appends the selected rows of a batch.
  package func append(_ batch: Batch, to sink: inout ByteSink) throws(LakeError) {
    let cursors = try ColumnCursors(batch.columns)
    for index in 0..<batch.selectedCount {
      let row = batch.selection.map { Int($0.pointer[index]) } ?? index
      try appendRow(row, cursors, to: &sink)
    }
    withExtendedLifetime(batch) {}
  }

  private func appendRow(
    _ row: Int, _ cursors: ColumnCursors, to sink: inout ByteSink
  ) throws(LakeError) {
    var separator = UInt8(ascii: "{")
    for column in 0..<cursors.columnCount {
      let position = cursors.all[column].position(row)
      if position == nil, omitNulls { continue }
      try JSONEncoder.append(names[column], after: separator, to: &sink)
      separator = UInt8(ascii: ",")
      try JSONEncoder.append(column, position, cursors, to: &sink)
    }
    // Without any key the object still needs its brace.
    if separator == UInt8(ascii: "{") { try sink.append(separator) }
    try sink.append("}\n")
  }

  /// A separator and a name, sixteen bytes at a time.
  @inline(__always)
  private static func append(
    _ name: EncodedName, after separator: UInt8, to sink: inout ByteSink
  ) throws(LakeError) {
    try sink.reserve(name.count + 1)
    let target = UnsafeMutableRawPointer(sink.cursor)
    target.storeBytes(of: separator, as: UInt8.self)
    var offset = 0
    // Safe: buffers can be read, and sinks written, for more than sixteen bytes past their ends.
    while offset < name.count {
      (target + 1 + offset).copyMemory(from: name.bytes.base + offset, byteCount: 16)
      offset &+= 16
    }
    sink.advance(by: name.count + 1)
  }

  /// The value at a position of a cursor, or null.
  @inline(__always)
  private static func append(
    _ index: Int, _ position: Int?, _ cursors: ColumnCursors, to sink: inout ByteSink
  ) throws(LakeError) {
    guard let position else { return try sink.append("null") }
    let kind = cursors.all[index].kind
    switch kind {
    case .text:
      try append(cursors.all[index].load(position, as: StringView.self), to: &sink)
    case .int64:
      try ValueText.append(cursors.all[index], position, to: &sink)
    default:
      try appendOther(index, position, cursors, to: &sink)
    }
  }

  private static func append(_ view: StringView, to sink: inout ByteSink) throws(LakeError) {
    // The view is a value on the stack: its inline bytes have an address while this runs.
    var failure: LakeError?
    view.withBytes { raw in
      do throws(LakeError) {
        guard let bytes = ByteView(raw) else { return try sink.append("\"\"") }
        try JSONText.appendQuoted(bytes.start, count: bytes.count, to: &sink)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private static func appendOther(
    _ index: Int, _ position: Int, _ cursors: ColumnCursors, to sink: inout ByteSink
  ) throws(LakeError) {
    let cursor = cursors.all[index]
    switch cursor.kind {
    case .array: try appendArray(cursor, position, cursors, to: &sink)
    case .map: try appendMap(cursor, position, cursors, to: &sink)
    case .row: try appendObject(index, position, cursors, to: &sink)
    case .json: try appendRaw(cursor.load(position, as: StringView.self), to: &sink)
    case .text: try append(cursor.load(position, as: StringView.self), to: &sink)
    default:
      let isQuoted =
        ValueText.isQuotedInJSON(cursor.kind) || ValueText.isNamedNumber(cursor, position)
      if isQuoted { try sink.append(UInt8(ascii: "\"")) }
      try ValueText.append(cursor, position, to: &sink)
      if isQuoted { try sink.append(UInt8(ascii: "\"")) }
    }
  }

  /// JSON is JSON already; newlines in it, which would end the record, become spaces (inside its
  /// strings they are escaped).
  private static func appendRaw(_ view: StringView, to sink: inout ByteSink) throws(LakeError) {
    let start = sink.count
    try ValueBytes.append(view, to: &sink)
    let written = sink.cursor - (sink.count - start)
    for offset in 0..<(sink.count - start)
    where written[offset] == UInt8(ascii: "\n") || written[offset] == UInt8(ascii: "\r") {
      written[offset] = UInt8(ascii: " ")
    }
  }

  private static func appendArray(
    _ cursor: ColumnCursor, _ position: Int, _ cursors: ColumnCursors, to sink: inout ByteSink
  ) throws(LakeError) {
    let element = cursors.all[cursor.children.lowerBound]
    let first = Int(cursor.load(position, as: UInt32.self))
    let last = Int(cursor.load(position + 1, as: UInt32.self))
    try sink.append(UInt8(ascii: "["))
    for row in first..<last {
      if row > first { try sink.append(UInt8(ascii: ",")) }
      try append(cursor.children.lowerBound, element.position(row), cursors, to: &sink)
    }
    try sink.append(UInt8(ascii: "]"))
  }

  /// A map as an object; keys that are no text are written as the text of their value.
  private static func appendMap(
    _ cursor: ColumnCursor, _ position: Int, _ cursors: ColumnCursors, to sink: inout ByteSink
  ) throws(LakeError) {
    let (keys, values) = (cursor.children.lowerBound, cursor.children.lowerBound + 1)
    let first = Int(cursor.load(position, as: UInt32.self))
    let last = Int(cursor.load(position + 1, as: UInt32.self))
    try sink.append(UInt8(ascii: "{"))
    for row in first..<last {
      if row > first { try sink.append(UInt8(ascii: ",")) }
      try appendKey(keys, cursors.all[keys].position(row), cursors, to: &sink)
      try sink.append(UInt8(ascii: ":"))
      try append(values, cursors.all[values].position(row), cursors, to: &sink)
    }
    try sink.append(UInt8(ascii: "}"))
  }

  private static func appendKey(
    _ index: Int, _ position: Int?, _ cursors: ColumnCursors, to sink: inout ByteSink
  ) throws(LakeError) {
    let start = sink.count
    try append(index, position, cursors, to: &sink)
    if sink.count > start, sink.view[start] == UInt8(ascii: "\"") { return }
    let text = sink.view[start..<sink.count].text
    sink.truncate(to: start)
    var failure: LakeError?
    ByteView.withUTF8(of: text) { bytes in
      do throws(LakeError) {
        try JSONText.appendQuoted(bytes.start, count: bytes.count, to: &sink)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private static func appendObject(
    _ index: Int, _ position: Int, _ cursors: ColumnCursors, to sink: inout ByteSink
  ) throws(LakeError) {
    var separator = UInt8(ascii: "{")
    let names = cursors.memberNames[index]
    for (name, member) in zip(names, cursors.all[index].children) {
      try append(name, after: separator, to: &sink)
      separator = UInt8(ascii: ",")
      try append(member, cursors.all[member].position(position), cursors, to: &sink)
    }
    if names.isEmpty { try sink.append(separator) }
    try sink.append(UInt8(ascii: "}"))
  }

  /// Appends one value as JSON: for nested values in formats that have no form for them.
  static func appendValue(
    _ index: Int, _ position: Int?, _ cursors: ColumnCursors, to sink: inout ByteSink
  ) throws(LakeError) {
    try append(index, position, cursors, to: &sink)
  }
}

/// The bytes of a string as they are.
enum ValueBytes {
  static func append(_ view: StringView, to sink: inout ByteSink) throws(LakeError) {
    let count = view.count
    try sink.reserve(count)
    let target = UnsafeMutableRawPointer(sink.cursor)
    view.withBytes { raw in
      if let base = raw.baseAddress { target.copyMemory(from: base, byteCount: count) }
    }
    sink.advance(by: count)
  }
}
