import LakeCore

/// What `add.stats` says of a file. A bound is exact or absent: nothing is cut short or rounded.
///
/// Some readers take a column without a bound, in a file that has bounds of others, for one without
/// values, and lose rows. So `stats` has the bounds of all columns or none; where one has none,
/// what is known of the others stands in the file's tags, for our own readers.
package struct FileStatistics: Sendable, Hashable {
  package var rowCount: Int
  /// By the name of a column, as JSON has the values.
  package var minimums: [JSONValue.Member]
  package var maximums: [JSONValue.Member]
  package var nullCounts: [JSONValue.Member]

  package init(
    rowCount: Int, minimums: [JSONValue.Member] = [], maximums: [JSONValue.Member] = [],
    nullCounts: [JSONValue.Member] = []
  ) {
    self.rowCount = rowCount
    self.minimums = minimums
    self.maximums = maximums
    self.nullCounts = nullCounts
  }

  /// Nil where the text is not what it should be.
  package init?(parsing text: String) {
    guard let value = try? JSONValue(parsing: text), let rows = value["numRecords"]?.integer,
      rows >= 0
    else { return nil }
    self.init(
      rowCount: rows, minimums: value["minValues"]?.members ?? [],
      maximums: value["maxValues"]?.members ?? [], nullCounts: value["nullCount"]?.members ?? [])
  }

  /// The number of rows alone, which nearly all writers put first.
  static func rowCount(in text: String) -> Int? {
    let key = "{\"numRecords\":".utf8
    guard text.utf8.starts(with: key) else { return FileStatistics(parsing: text)?.rowCount }
    var rest = text.utf8.dropFirst(key.count)
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    rest = rest.dropFirst(digits.count)
    let ends = rest.first == UInt8(ascii: ",") || rest.first == UInt8(ascii: "}")
    return ends ? Int(Substring(digits)) : FileStatistics(parsing: text)?.rowCount
  }

  package var json: JSONValue {
    .object([
      "numRecords": .int(rowCount), "minValues": minimums.isEmpty ? nil : .object(minimums),
      "maxValues": maximums.isEmpty ? nil : .object(maximums), "nullCount": .object(nullCounts),
    ])
  }

  /// The tag of a file that has all that is known, where `stats` must say less.
  static let tag = "lake.stats"

  /// Whether each column has bounds of which a reader may think that all have them.
  func boundsAll(of schema: Schema) -> Bool {
    let bounded = Set(minimums.map(\.name))
    return schema.fields.allSatisfy { field in
      field.type.isNested || field.type == .varbinary || bounded.contains(field.name)
    }
  }

  var withoutBounds: FileStatistics {
    FileStatistics(rowCount: rowCount, nullCounts: nullCounts)
  }
}

extension FileStatistics {
  /// The longest text that is a bound. Writers of files cut longer text, but not as short as this.
  static let textBytesMax = 32

  /// The statistics of a file that was just written. The log cannot be changed once written: with
  /// `hidesText`, no text of a person gets into it as a bound.
  package init(_ summary: DataFileSummary, schema: Schema, hidesText: Bool) {
    self.init(rowCount: summary.rowCount)
    for (field, column) in zip(schema.fields, summary.columns) where !field.type.isNested {
      if let count = column.nullCount { nullCounts.append(.init(field.name, .int(count))) }
      if hidesText, field.type.physical == .string { continue }
      guard let minimum = column.minimum, let maximum = column.maximum,
        let low = FileStatistics.bound(minimum, field.type),
        let high = FileStatistics.bound(maximum, field.type)
      else { continue }
      minimums.append(.init(field.name, low))
      maximums.append(.init(field.name, high))
    }
  }

  /// A value as JSON that says exactly the same; nil where there is none.
  static func bound(_ value: Value, _ type: DataType) -> JSONValue? {
    switch (type, value) {
    case (.tinyint, .int(let int)), (.smallint, .int(let int)), (.integer, .int(let int)),
      (.bigint, .int(let int)):
      return .number(String(int))
    case (.boolean, .bool(let bool)): return .bool(bool)
    case (.real, .float(let float)) where float.isFinite:
      return .number(text { DoubleText.write(float, to: $0) })
    case (.double, .double(let double)) where double.isFinite:
      return .number(text { DoubleText.write(double, to: $0) })
    case (.decimal(_, let scale), .int(let int)):
      return .number(text { DecimalText.write(Int128(int), scale: scale, to: $0) })
    case (.decimal(_, let scale), .int128(let wide)):
      return .number(text { DecimalText.write(wide, scale: scale, to: $0) })
    case (.varchar, .string(let string)) where string.utf8.count <= textBytesMax:
      return .string(string)
    case (.date, .int(let days)):
      // Years of other than four digits have no spelling that all readers share.
      guard let days = Int32(exactly: days), (-719_162...2_932_896).contains(days) else {
        return nil
      }
      return .string(text { DateText.write(days: days, to: $0) })
    case (.timestamp, .int(let micros)): return timestamp(micros)
    default: return nil
    }
  }

  /// Milliseconds are what readers agree on.
  private static func timestamp(_ micros: Int64) -> JSONValue? {
    guard micros % 1000 == 0, (-62_135_596_800_000_000...253_402_300_799_999_000).contains(micros)
    else { return nil }
    let (day, rest) = micros.flooredQuotient(86_400_000_000)
    guard let days = Int32(exactly: day) else { return nil }
    let date = text { DateText.write(days: days, to: $0) }
    let millis = Int(rest / 1000)
    let parts = [millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60].map { number in
      number < 10 ? "0\(number)" : "\(number)"
    }
    let fraction = String(1000 + millis % 1000).dropFirst()
    return .string("\(date)T\(parts.joined(separator: ":")).\(fraction)Z")
  }

  private static func text(_ write: (UnsafeMutablePointer<UInt8>) -> Int) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      let count = write(base)
      return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }
  }
}

extension Int64 {
  /// Quotient and remainder with the remainder never negative.
  fileprivate func flooredQuotient(_ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
