/// A vector, and the rows that have no answer. Those rows are null in the vector.
package struct CheckedVector: Sendable {
  package let vector: ColumnVector
  package let failures: KernelFailures?

  package init(_ vector: ColumnVector, failures: KernelFailures? = nil) {
    self.vector = vector
    self.failures = failures
  }

  /// The vector, or the error of the lowest selected row that failed.
  package func raised(within selection: Selection? = nil) throws(LakeError) -> ColumnVector {
    try failures?.raise(within: selection)
    return vector
  }
}

/// Rows for which a kernel has no answer. Only a row that is selected makes an error of it: a cast
/// runs over all rows in memory, also over those that a filter has removed.
package struct KernelFailures: Sendable {
  /// 1 means failed. Null rows never fail.
  package let rows: Bitmap
  let reason: Reason

  enum Reason: Sendable {
    case cast(ColumnVector, to: DataType)
    case ordering(ColumnVector, ColumnVector)
    /// Whatever a function says about a row.
    case custom(@Sendable (Int) -> LakeError)
  }

  init(rows: Bitmap, reason: Reason) {
    self.rows = rows
    self.reason = reason
  }

  /// Failures of a function, which makes the error of a row when it is asked for.
  package init(rows: Bitmap, error: @escaping @Sendable (Int) -> LakeError) {
    self.init(rows: rows, reason: .custom(error))
  }

  /// Throws the error of the lowest row that is selected (nil: of all rows) and failed, if any.
  package func raise(within selection: Selection? = nil) throws(LakeError) {
    guard let row = lowestRow(within: selection) else { return }
    throw error(row: row)
  }

  package func lowestRow(within selection: Selection?) -> Int? {
    guard let selection else { return rows.firstSet }
    for row in selection.indices where rows[Int(row)] { return Int(row) }
    return nil
  }

  /// What is wrong with a row that failed.
  package func error(row: Int) -> LakeError {
    switch reason {
    case .custom(let error): return error(row)
    case .cast(let source, let target):
      return LakeError(
        .invalidInput,
        "cannot cast \(source.shown(row)) of type \(source.type) to \(target)",
        hint: "Use TRY_CAST to get null for values that do not fit.")
    case .ordering(let left, let right):
      return LakeError(
        .invalidInput,
        "cannot order \(left.shown(row)) and \(right.shown(row)) of type \(left.type): "
          + "a null inside has no order",
        hint: "Compare the members one by one, or replace nulls with coalesce.")
    }
  }
}

extension ColumnVector {
  /// A value as a message shows it: text in quotes, nested values as JSON, long ones cut.
  package func shown(_ row: Int) -> String {
    let kernels = Kernels()
    var number = UInt32(truncatingIfNeeded: row)
    do throws(LakeError) {
      let one = try kernels.gather(self, rows: &number, count: 1)
      let text =
        type.canCast(to: .varchar) && type != .json
        ? try kernels.castInside(one, to: .varchar) : try kernels.castInside(one, to: .json)
      guard case .string(let shown) = text.vector.value(at: 0) else {
        return one.value(at: 0).isNull ? "null" : "\(one.value(at: 0))"
      }
      let cut = shown.count <= 80 ? shown : String(shown.prefix(77)) + "…"
      return type == .varchar ? "'\(cut)'" : cut
    } catch {
      return "\(value(at: row))"
    }
  }
}

/// What the inside of a kernel gives: `failed` rows are null in the vector.
struct Outcome {
  var vector: ColumnVector
  var failed: Bitmap?

  init(_ vector: ColumnVector, failed: Bitmap? = nil) {
    self.vector = vector
    self.failed = failed.flatMap { $0.zeroCount == $0.count ? nil : $0 }
  }

  func checked(_ reason: KernelFailures.Reason) -> CheckedVector {
    CheckedVector(vector, failures: failed.map { KernelFailures(rows: $0, reason: reason) })
  }
}
