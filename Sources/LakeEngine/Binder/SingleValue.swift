import LakeCore

/// The value of a scalar subquery, beside the number of rows that it came from: more than one is an
/// error of the rows that ask for it.
enum SingleValue {
  static let function = ScalarFunction("single_value", isStrict: false) {
    arguments, rowCount, context in
    let one = try ColumnVector.constant(.bigint, .int(1), count: rowCount)
    let isMany = try context.kernels.compare(.greater, arguments[1], one).vector
    let failed = try isMany.trueRows(context.kernels)
    guard failed.zeroCount < rowCount else { return CheckedVector(arguments[0]) }
    return CheckedVector(
      arguments[0],
      failures: KernelFailures(rows: failed) { _ in
        LakeError(
          .invalidInput, "a subquery that stands for a value has given more than one row",
          hint: "Use an aggregate, LIMIT 1, or IN.")
      })
  }
}

extension ColumnVector {
  /// The rows of a boolean vector that are true.
  fileprivate func trueRows(_ kernels: Kernels) throws -> Bitmap {
    let values = try ColumnBuilder(.boolean)
    for row in 0..<count {
      if case .bool(true) = value(at: row) {
        try values.append(.bool(true))
      } else {
        try values.append(.null)
      }
    }
    let valid = try values.finish().rowValidity(kernels)
    return try valid ?? Bitmap.subtracting(Bitmap(repeating: false, count: count), from: nil)
  }
}
