/// An input record that could not be read, with everything that it takes to find, understand and
/// replay it. A reject is a value, not an error: the records around it are read.
package struct Reject: Sendable, Hashable {
  /// At most this much of the record's bytes is kept.
  package static let rawBytesMax = 4096

  package var file: String
  /// Of the record's first byte, in the content after decompression.
  package var byteOffset: Int
  /// The bytes of the whole record, also where `raw` is cut.
  package var byteCount: Int
  /// Of the place where reading failed, one-based; a record may have several lines.
  package var line: Int
  /// Of that place in its line, one-based, in bytes.
  package var column: Int
  package var reason: String
  /// XXH64 of the whole record, so that equal rejects are known as such.
  package var hash: UInt64
  package var raw: [UInt8]

  package init(
    file: String, byteOffset: Int, byteCount: Int, line: Int, column: Int, reason: String,
    hash: UInt64, raw: [UInt8]
  ) {
    self.file = file
    self.byteOffset = byteOffset
    self.byteCount = byteCount
    self.line = line
    self.column = column
    self.reason = reason
    self.hash = hash
    self.raw = raw
  }
}

/// What happens with a record that cannot be read.
public enum ErrorPolicy: String, Sendable, CaseIterable {
  /// The first such record ends the reading with an error.
  case fail
  /// The record is kept aside as a reject.
  case reject
  /// A value that does not fit its column becomes null and is counted; a record that is broken as
  /// a whole is still a reject.
  case null
}
