import LakeCore

/// A call of a function.
///
/// Constants are computed once, and a function of one column once for each value of a dictionary.
final class CallNode: EvaluationNode {
  private let function: ScalarFunction
  private let arguments: [EvaluationNode]
  private let context: EvaluationContext
  private let place: LakeError.Place?
  private var memo = DictionaryMemo()
  /// The only argument that is not the same in all batches, if there is one only.
  private let variable: Int?

  init(
    _ function: ScalarFunction, _ arguments: [EvaluationNode], _ type: DataType,
    _ context: EvaluationContext, _ place: LakeError.Place?
  ) {
    self.function = function
    self.arguments = arguments
    self.context = context
    self.place = place
    let variables = arguments.indices.filter { !arguments[$0].isLiteral }
    variable = variables.count == 1 ? variables[0] : nil
    super.init(type, context.kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    let vectors = try arguments.map { try $0.evaluate(frame) }
    return try frame.settled(call(vectors, rowCount: frame.rowCount), at: place)
  }

  private func call(_ vectors: [ColumnVector], rowCount: Int) throws -> CheckedVector {
    if function.isStrict, vectors.contains(where: { $0.isConstantNull }) {
      return CheckedVector(try .nulls(type: type, count: rowCount))
    }
    guard function.isDeterministic else {
      return try function.evaluate(vectors, rowCount, context)
    }
    if let constants = Self.constants(vectors) {
      return try repeated(function.evaluate(constants, 1, context), count: rowCount)
    }
    if function.isStrict, let variable, case .dictionary(let column) = vectors[variable].form {
      let type = vectors[variable].type
      let answers = try kernels.mapped(column, type: type, memo: &memo) {
        (values) throws(LakeError) in try callOnValues(values, vectors)
      }
      if let answers { return answers }
    }
    return try function.evaluate(vectors, rowCount, context)
  }

  /// The call with the values of a dictionary in place of the column.
  private func callOnValues(
    _ values: ColumnVector, _ vectors: [ColumnVector]
  ) throws(LakeError) -> CheckedVector {
    let resized = vectors.enumerated().map { index, vector in
      if index != variable, case .constant(let one) = vector.form {
        return ColumnVector(type: vector.type, constant: one, count: values.count)
      }
      return values
    }
    do {
      return try function.evaluate(resized, values.count, context)
    } catch let error as LakeError {
      throw error
    } catch {
      throw LakeError(.internal, "\(function.name) failed", cause: error)
    }
  }

  /// One row of each argument, where all are constants (and there is any).
  private static func constants(_ vectors: [ColumnVector]) -> [ColumnVector]? {
    if vectors.isEmpty { return nil }
    var ones: [ColumnVector] = []
    for vector in vectors {
      guard case .constant(let one) = vector.form else { return nil }
      ones.append(ColumnVector(type: vector.type, constant: one, count: 1))
    }
    return ones
  }

  private func repeated(_ one: CheckedVector, count: Int) throws -> CheckedVector {
    let flat = try one.vector.flattened(kernels)
    let vector = ColumnVector(type: type, constant: flat, count: count)
    guard let failures = one.failures, let row = failures.lowestRow(within: nil) else {
      return CheckedVector(vector)
    }
    let rows = try Bitmap(repeating: true, count: count, tracker: kernels.tracker)
    return CheckedVector(
      vector, failures: KernelFailures(rows: rows) { _ in failures.error(row: row) })
  }
}
