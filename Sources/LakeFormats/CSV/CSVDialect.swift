import LakeCore

/// How the records of one CSV file are written.
package struct CSVDialect: Sendable, Hashable {
  package var delimiter: UInt8
  package var quote: UInt8
  /// The byte that ends a line: a newline, in front of which a carriage return is no part of the
  /// line, or a carriage return alone.
  package var lineEnd: UInt8
  package var hasHeader: Bool

  package init(
    delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8 = UInt8(ascii: "\""),
    lineEnd: UInt8 = CSVScan.newline, hasHeader: Bool = true
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.lineEnd = lineEnd
    self.hasHeader = hasHeader
  }
}

/// One CSV file: its dialect, its columns, and where its records begin.
package struct CSVFileFormat: Sendable {
  package let dialect: CSVDialect
  /// The columns' names, without two that are the same (case does not count).
  package let names: [String]
  /// Names that could not stay as they are in the header.
  package let renamings: [CSVColumnRenaming]
  /// Bytes before the first record: a byte order mark, the header.
  let contentOffset: Int
  /// An unquoted text that stands for null, besides the empty one.
  let nullText: CSVNullText?
}

extension CSVFileFormat {
  /// How the fields and the names are written, in words.
  package var layoutName: String {
    let separated =
      switch dialect.delimiter {
      case _ where names.count == 1: "one column"
      case UInt8(ascii: ","): "separated by commas"
      case UInt8(ascii: "\t"): "separated by tabs"
      case UInt8(ascii: ";"): "separated by semicolons"
      default: "separated by \(Character(Unicode.Scalar(dialect.delimiter)))"
      }
    return separated + (dialect.hasHeader ? ", with a header" : ", without a header")
  }
}

/// A column that is not called what the header says.
package struct CSVColumnRenaming: Sendable, Hashable {
  /// One-based.
  package var position: Int
  package var from: String
  package var to: String

  package init(position: Int, from: String, to: String) {
    self.position = position
    self.from = from
    self.to = to
  }
}

/// What the reader of CSV is told; nil is found by looking.
package struct CSVReadOptions: Sendable {
  package var delimiter: UInt8?
  /// The quote, unless it is the usual one.
  package var quote: UInt8?
  package var hasHeader: Bool?
  /// An unquoted text that stands for null, besides the empty one: `NA`, `\\N`.
  package var nullText: String?
  package var batchRows: Int
  package var onError: ErrorPolicy

  package init(
    delimiter: UInt8? = nil, quote: UInt8? = nil, hasHeader: Bool? = nil,
    nullText: String? = nil, batchRows: Int = Batch.rowTarget,
    onError: ErrorPolicy = .reject
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.hasHeader = hasHeader
    self.nullText = nullText
    self.batchRows = batchRows
    self.onError = onError
  }

  /// Whether anything was said that concerns CSV alone.
  var describesCSV: Bool {
    delimiter != nil || quote != nil || hasHeader != nil || nullText != nil
  }
}

/// The text that stands for null, in memory that a view points at.
struct CSVNullText: Sendable {
  let text: String
  private let bytes: Buffer
  private let view: StringView

  init(_ text: String) {
    self.text = text
    let utf8 = Array(text.utf8)
    bytes = Buffer(untracked: utf8.count)
    for (index, byte) in utf8.enumerated() { bytes.pointer(as: UInt8.self)[index] = byte }
    view = StringView(padded: bytes.base, count: utf8.count)
  }

  /// Whether the text up to a place is this one. 16 bytes behind the cursor are readable.
  @inline(__always)
  func matches(_ cursor: Cursor, _ place: Cursor) -> Bool {
    StringView(padded: cursor, count: place - cursor) == view
  }
}
