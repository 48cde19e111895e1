import LakeCore

/// The values that the partition of a file gives to columns, from the text of its directories.
enum PartitionConstants {
  static func constants(
    _ texts: [(column: String, text: String?)], _ schema: Schema, _ path: String
  ) throws(LakeError) -> [Int: Value] {
    var constants: [Int: Value] = [:]
    for (column, text) in texts {
      guard let index = schema.index(of: column) else { continue }
      guard let text else {
        constants[index] = .null
        continue
      }
      guard let value = Value.parsed(text, as: schema.fields[index].type) else {
        throw LakeError(
          .corruptData,
          "'\(text)' is no \(schema.fields[index].type), which the column '\(column)' is",
          at: .file(path), hint: "Crawl again, or rename the directory.")
      }
      constants[index] = value
    }
    return constants
  }
}

extension Value {
  /// A text as a value of a type, as CAST reads it; nil if it is none.
  static func parsed(_ text: String, as type: DataType) -> Value? {
    if type == .varchar { return .string(text) }
    guard let vector = try? ColumnVector.constant(.varchar, .string(text), count: 1),
      let cast = try? Kernels().cast(vector, to: type, .orNull).vector
    else { return nil }
    let value = cast.value(at: 0)
    return value.isNull ? nil : value
  }
}
