import LakeCore

/// The values that the rows of a data file have in the columns by which its table is partitioned.
package struct Partition: Sendable, Hashable {
  package let columns: [String]
  /// As the log has them; nil is null.
  package let values: [String?]

  /// The directory of the files, from the table's root: `day=2024-05-01/site=B%2F2`.
  package var directory: String {
    zip(columns, values).map { column, value in
      let text = value.map(Partition.escaped) ?? Partition.nullDirectory
      return "\(Partition.escaped(column))=\(text)"
    }.joined(separator: "/")
  }

  /// What Hive and all who came after it call the directory of rows without a value.
  static let nullDirectory = "__HIVE_DEFAULT_PARTITION__"

  /// The values that the log says of a file, as we write them: no text is null.
  package static func normalized(_ values: [String: String?]) -> [String: String?] {
    values.contains { $0.value == "" } ? values.mapValues { $0 == "" ? nil : $0 } : values
  }

  /// As the log has it.
  package var logged: [String: String?] {
    Dictionary(zip(columns, values), uniquingKeysWith: { first, _ in first })
  }

  /// The partition of a row of a batch that holds the partition columns, in the order of levels.
  package init(
    _ columns: [String], of row: Int, in batch: Batch, _ kernels: Kernels
  ) throws {
    self.init(
      columns: columns,
      values: try batch.columns.map { column in
        try Partition.text(column.value(at: row), column.type, kernels)
      })
  }

  init(columns: [String], values: [String?]) {
    self.columns = columns
    self.values = values
  }

  /// The value of a column as the log has it. An empty text is null to every reader of the log, and
  /// so it is here.
  static func text(_ value: Value, _ type: DataType, _ kernels: Kernels) throws -> String? {
    if case .null = value { return nil }
    if case .string(let text) = value { return text.isEmpty ? nil : text }
    if type == .timestamp, case .int(let microseconds) = value {
      return moment(microseconds)
    }
    let vector = try ColumnVector.of(type, [value])
    guard case .string(let text) = try kernels.cast(vector, to: .varchar).raised().value(at: 0)
    else { return nil }
    return text
  }

  /// With its zone: without one a time would be read in that of the reader.
  private static func moment(_ microseconds: Int64) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      let count = TimestampText.write(microseconds: microseconds, isMoment: true, to: base)
      return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }
  }

  /// A type whose values have a spelling in the log.
  static func isPossible(_ type: DataType) -> Bool {
    switch type {
    case .varchar, .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .date, .timestamp,
      .unseen:
      true
    default: false
    }
  }

  /// Percent-encoded where a file system, Hive or a pattern would take a character for something
  /// else.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar.value == 0x7F || special.contains(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static let special: Set<Unicode.Scalar> = Set("\"#%'*/:=?\\{}[]^".unicodeScalars)
}
