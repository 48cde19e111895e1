import LakeCore

/// Values as text, appended to a sink: what JSON and CSV have in common.
enum ValueText {
  /// More than any scalar but a string takes.
  private static let scalarBytesMax = 64

  /// Whether the text of a kind needs quotes in JSON.
  @inline(__always)
  static func isQuotedInJSON(_ kind: ColumnCursor.Kind) -> Bool {
    switch kind {
    case .date, .time, .timestamp, .localTimestamp, .uuid, .binary, .months, .microseconds: true
    default: false
    }
  }

  /// Appends a scalar that is neither text nor nested, without quotes.
  @inline(__always)
  static func append(
    _ cursor: ColumnCursor, _ position: Int, to sink: inout ByteSink
  ) throws(LakeError) {
    try sink.reserve(scalarBytesMax)
    switch cursor.kind {
    case .int64:
      sink.advance(by: IntegerText.write(cursor.load(position, as: Int64.self), to: sink.cursor))
    case .double:
      sink.advance(by: DoubleText.write(cursor.load(position, as: Double.self), to: sink.cursor))
    default:
      try appendOther(cursor, position, to: &sink)
    }
  }

  private static func appendOther(
    _ cursor: ColumnCursor, _ position: Int, to sink: inout ByteSink
  ) throws(LakeError) {
    let target = sink.cursor
    let count: Int
    switch cursor.kind {
    case .boolean:
      return try sink.append(cursor.load(position, as: UInt8.self) != 0 ? "true" : "false")
    case .int8: count = IntegerText.write(Int64(cursor.load(position, as: Int8.self)), to: target)
    case .int16: count = IntegerText.write(Int64(cursor.load(position, as: Int16.self)), to: target)
    case .months:
      count = IntervalText.write(months: cursor.load(position, as: Int32.self), to: target)
    case .microseconds:
      count = IntervalText.write(microseconds: cursor.load(position, as: Int64.self), to: target)
    case .int32:
      count = IntegerText.write(Int64(cursor.load(position, as: Int32.self)), to: target)
    case .int64:
      count = IntegerText.write(cursor.load(position, as: Int64.self), to: target)
    case .real: count = DoubleText.write(cursor.load(position, as: Float.self), to: target)
    case .double: count = DoubleText.write(cursor.load(position, as: Double.self), to: target)
    case .shortDecimal:
      let value = Int128(cursor.load(position, as: Int64.self))
      count = DecimalText.write(value, scale: cursor.scale, to: target)
    case .longDecimal:
      let value = cursor.load(position, as: Int128.self)
      count = DecimalText.write(value, scale: cursor.scale, to: target)
    case .date: count = DateText.write(days: cursor.load(position, as: Int32.self), to: target)
    case .time:
      count = TimeText.write(microseconds: cursor.load(position, as: Int64.self), to: target)
    case .timestamp, .localTimestamp:
      count = TimestampText.write(
        microseconds: cursor.load(position, as: Int64.self),
        isMoment: cursor.kind == .timestamp, to: target)
    case .uuid: count = UUIDText.write(cursor.load(position, as: Int128.self), to: target)
    case .binary:
      return try appendBase64(cursor.load(position, as: StringView.self), to: &sink)
    case .unseen, .text, .json, .array, .map, .row:
      preconditionFailure("text and nested values have writers of their own")
    }
    sink.advance(by: count)
  }

  private static func appendBase64(
    _ view: StringView, to sink: inout ByteSink
  ) throws(LakeError) {
    let count = Base64.encodedCount(view.count)
    try sink.reserve(count)
    let target = sink.cursor
    view.withBytes { raw in
      if let bytes = ByteView(raw) { _ = Base64.encode(bytes, into: target) }
    }
    sink.advance(by: count)
  }

  /// Whether a double or float is one of the three that JSON has no number for.
  @inline(__always)
  static func isNamedNumber(_ cursor: ColumnCursor, _ position: Int) -> Bool {
    switch cursor.kind {
    case .double: !cursor.load(position, as: Double.self).isFinite
    case .real: !cursor.load(position, as: Float.self).isFinite
    default: false
    }
  }
}
