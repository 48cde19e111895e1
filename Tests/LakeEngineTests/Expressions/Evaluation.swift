import LakeCore
import LakeEngine
import Testing

/// Expressions for tests, with the casts that the binder would write.
enum Evaluation {
  static let context = EvaluationContext(
    kernels: Kernels(), startedAt: 1_709_209_800_123_456)  // 2024-02-29 12:30:00.123456

  static func literal(_ value: Value, _ type: DataType) -> BoundExpression {
    .literal(value, type)
  }

  static func text(_ text: String) -> BoundExpression { .literal(.string(text), .varchar) }
  static func bigint(_ number: Int64) -> BoundExpression { .literal(.int(number), .bigint) }
  static func double(_ number: Double) -> BoundExpression { .literal(.double(number), .double) }
  static let null = BoundExpression.literal(.null, .unseen)

  static func call(_ name: String, _ arguments: BoundExpression...) throws -> BoundExpression {
    try call(name, arguments)
  }

  static func call(_ name: String, _ arguments: [BoundExpression]) throws -> BoundExpression {
    switch ScalarFunctions.resolve(name, arguments.map(\.type)) {
    case .found(let function, let parameters, let result):
      let cast = zip(arguments, parameters).map { argument, parameter in
        argument.type == parameter
          ? argument : BoundExpression(.cast(argument, .strict), parameter)
      }
      return BoundExpression(.call(function, cast), result)
    case .wrongArguments(let expected):
      throw LakeError(.invalidInput, "\(name) expects \(expected.joined(separator: " or "))")
    case .unknown(let suggestion):
      throw LakeError(.notFound, "no function \(name)", hint: suggestion)
    }
  }

  static func evaluate(
    _ expression: BoundExpression, _ columns: [ColumnVector], rowCount: Int? = nil,
    selection: Selection? = nil
  ) throws -> ColumnVector {
    let batch = Batch(
      columns: columns, rowCount: rowCount ?? columns.first?.count ?? 1, selection: selection)
    let vector = try Evaluator(expression, context: context).evaluate(batch)
    try vector.checkInvariants()
    #expect(vector.type == expression.type)
    #expect(vector.count == batch.rowCount)
    return vector
  }

  /// The value of an expression over no columns.
  static func value(_ expression: BoundExpression) throws -> Value {
    try evaluate(expression, []).value(at: 0)
  }

  /// The value of a call of a function with single values.
  static func value(_ name: String, _ arguments: BoundExpression...) throws -> Value {
    try value(call(name, arguments))
  }

  static func selection(_ rows: [Int]) throws -> Selection {
    let buffer = try Buffer(byteCount: rows.count * 4)
    for (index, row) in rows.enumerated() {
      buffer.pointer(as: UInt32.self)[index] = UInt32(row)
    }
    return Selection(rows: buffer, count: rows.count)
  }
}
