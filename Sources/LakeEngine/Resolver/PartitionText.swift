import LakeCore

/// Values of partitions, which stand as text in names and logs.
enum PartitionText {
  /// The value in the column's type. Text that is no value of it is an error.
  static func value(of text: String?, as type: DataType) throws -> Value {
    guard let text else { return .null }
    let vector = try ColumnVector.of(.varchar, [.string(text)])
    return try Kernels().cast(vector, to: type).raised().value(at: 0)
  }
}

/// The values of a partition column of a log, where many files have the same.
struct LoggedPartitions {
  private let field: Field
  /// The zone of times that say none.
  private let zone: String?
  private var known: [String: Value] = [:]
  /// Why the values are not known: some are times of a zone that nobody has named. Other writers
  /// take that of the session for both writing and reading, and do not note it.
  private(set) var refusal: LakeError?

  init(of field: Field, zone: String?) {
    self.field = field
    self.zone = zone
  }

  /// Nothing, and no text at all, are null to every reader of logs.
  mutating func value(of text: String?) throws(LakeError) -> Value {
    guard let text, !text.isEmpty else { return .null }
    if let value = known[text] { return value }
    do {
      var whole = text
      if field.type == .timestamp, !LoggedPartitions.hasZone(text) {
        if let zone { whole += zone } else { refusal = refusal ?? zoneless(text) }
      }
      let value = try PartitionText.value(of: whole, as: field.type)
      known[text] = value
      return value
    } catch {
      throw LakeError(
        .corruptData,
        "the log says '\(text)' of the partition column \(field.name), which is no "
          + "value of type \(field.type)")
    }
  }

  private static func hasZone(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      bytes.baseAddress.flatMap { TimestampText.parse($0, count: bytes.count) }?.hasZone == true
    }
  }

  private func zoneless(_ text: String) -> LakeError {
    LakeError(
      .unsupported,
      "the log does not say in which time zone '\(text)' is, a value of the partition column "
        + field.name,
      hint: "Say it: FROM delta_scan('path', time_zone => 'UTC'), or '+02:00'.")
  }
}
