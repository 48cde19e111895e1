import LakeCore

extension Value {
  /// A text as a value of a type, as CAST reads it; nil if it is none.
  static func parsed(_ text: String, as type: DataType) -> Value? {
    guard let vector = try? ColumnVector.constant(.varchar, .string(text), count: 1),
      let cast = try? Kernels().cast(vector, to: type, .orNull).vector
    else { return nil }
    let value = cast.value(at: 0)
    return value.isNull ? nil : value
  }
}
