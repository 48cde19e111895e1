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
  private var known: [String: Value] = [:]

  init(of field: Field) {
    self.field = field
  }

  /// Nothing, and no text at all, are null to every reader of logs.
  mutating func value(of text: String?) throws(LakeError) -> Value {
    guard let text, !text.isEmpty else { return .null }
    if let value = known[text] { return value }
    do {
      let value = try PartitionText.value(of: text, as: field.type)
      known[text] = value
      return value
    } catch {
      throw LakeError(
        .corruptData,
        "the log says '\(text)' of the partition column \(field.name), which is no "
          + "value of type \(field.type)")
    }
  }
}
