import LakeCore

/// Writes batches as CSV by RFC 4180 (with newlines alone as line ends), or as TSV.
///
/// A null is an empty field, an empty string is two quotes, so that the two stay apart. A field is
/// quoted where it holds the delimiter, a quote, a line end, or begins or ends with a blank. Nested
/// values are JSON, bytes Base64.
package struct CSVEncoder: Sendable {
  private let delimiter: UInt8
  private let header: [String]

  package init(schema: Schema, delimiter: UInt8 = UInt8(ascii: ",")) {
    header = schema.fields.map(\.name)
    self.delimiter = delimiter
  }

  /// Appends the line of names.
  package func appendHeader(to sink: inout ByteSink) throws(LakeError) {
    for (index, name) in header.enumerated() {
      if index > 0 { try sink.append(delimiter) }
      let bytes = Array(name.utf8) + [0]
      var failure: LakeError?
      bytes.withUnsafeBytes { raw in
        guard let base = raw.baseAddress else { return }
        do throws(LakeError) {
          try append(StringView(base, count: bytes.count - 1), to: &sink)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
    }
    try sink.append(UInt8(ascii: "\n"))
  }

  /// Appends the selected rows of a batch.
  package func append(_ batch: Batch, to sink: inout ByteSink) throws(LakeError) {
    let cursors = try ColumnCursors(batch.columns)
    var scratch = try ByteSink()
    for index in 0..<batch.selectedCount {
      let row = batch.selection.map { Int($0.pointer[index]) } ?? index
      for column in 0..<cursors.columnCount {
        if column > 0 { try sink.append(delimiter) }
        guard let position = cursors.all[column].position(row) else { continue }
        try append(column, position, cursors, to: &sink, scratch: &scratch)
      }
      try sink.append(UInt8(ascii: "\n"))
    }
    withExtendedLifetime(batch) {}
  }

  @inline(__always)
  private func append(
    _ column: Int, _ position: Int, _ cursors: ColumnCursors, to sink: inout ByteSink,
    scratch: inout ByteSink
  ) throws(LakeError) {
    switch cursors.all[column].kind {
    case .text, .json:
      try append(cursors.all[column].load(position, as: StringView.self), to: &sink)
    case .array, .map, .row:
      scratch.removeAll()
      try JSONEncoder.appendValue(column, position, cursors, to: &scratch)
      try appendQuoted(scratch.view, to: &sink)
    default:
      try ValueText.append(cursors.all[column], position, to: &sink)
    }
  }

  private func append(_ view: StringView, to sink: inout ByteSink) throws(LakeError) {
    if view.count == 0 { return try sink.append("\"\"") }
    let start = sink.count
    try ValueBytes.append(view, to: &sink)
    let written = sink.view.dropFirst(start)
    if !needsQuotes(written) { return }
    // Rare, so what was written is taken back and written again.
    sink.truncate(to: start)
    var failure: LakeError?
    view.withBytes { raw in
      do throws(LakeError) {
        if let bytes = ByteView(raw) { try appendQuoted(bytes, to: &sink) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  @inline(__always)
  private func needsQuotes(_ text: ByteView) -> Bool {
    let last = text.count - 1
    if text[unchecked: 0] == 0x20 || text[unchecked: last] == 0x20 { return true }
    var found = false
    // Safe: the index stays below the count.
    for index in 0...last {
      let byte = text[unchecked: index]
      found =
        found || byte == delimiter || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
    return found
  }

  private func appendQuoted(_ text: ByteView, to sink: inout ByteSink) throws(LakeError) {
    try sink.append(UInt8(ascii: "\""))
    var rest = text
    while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
      try sink.append(rest[0...quote])
      try sink.append(UInt8(ascii: "\""))
      rest = rest.dropFirst(quote + 1)
    }
    try sink.append(rest)
    try sink.append(UInt8(ascii: "\""))
  }
}

extension ByteView {
  fileprivate subscript(range: ClosedRange<Int>) -> ByteView {
    self[range.lowerBound..<(range.upperBound + 1)]
  }
}
