import LakeCore

/// Arithmetic of decimals: exact, in Trino's types.
///
///     a(p,s) + b(q,t)   scale max(s, t), one digit more before the point
///     a(p,s) * b(q,t)   decimal(p + q, s + t)
///     a(p,s) / b(q,t)   scale max(s, t), p + t + max(0, t − s) digits; halves away from zero
///     a(p,s) % b(q,t)   scale max(s, t), the fewer digits before the point
///
/// Never more than 38 digits: an answer that needs more fails its row.
enum DecimalArithmetic {
  typealias Shape = (precision: Int, scale: Int)

  static func match(
    _ sign: ArithmeticSign, _ a: DataType, _ b: DataType
  ) -> FunctionDefinition.Match? {
    // The type of a null alone is that of the other side.
    guard let x = TypeCoercion.decimal(holding: a == .unseen ? b : a),
      let y = TypeCoercion.decimal(holding: b == .unseen ? a : b)
    else { return nil }
    let shape = result(sign, x, y)
    guard shape.scale <= shape.precision else { return nil }
    let type = DataType.decimal(precision: shape.precision, scale: shape.scale)
    let function = ScalarFunction.strict(sign.rawValue, type) { call in
      try evaluate(sign, x, y, shape, call)
    }
    return .init(
      function: function,
      parameters: [
        .decimal(precision: x.precision, scale: x.scale),
        .decimal(precision: y.precision, scale: y.scale),
      ], result: type)
  }

  static func result(_ sign: ArithmeticSign, _ a: Shape, _ b: Shape) -> Shape {
    let scale = max(a.scale, b.scale)
    let (wholeA, wholeB) = (a.precision - a.scale, b.precision - b.scale)
    let precision: Int
    switch sign {
    case .plus, .minus: precision = max(wholeA, wholeB) + scale + 1
    case .times:
      return (min(38, a.precision + b.precision), a.scale + b.scale)
    case .divide: precision = a.precision + b.scale + max(0, b.scale - a.scale)
    case .remainder: precision = max(1, min(wholeA, wholeB) + scale)
    }
    return (min(38, max(precision, scale)), scale)
  }

  private static func evaluate(
    _ sign: ArithmeticSign, _ a: Shape, _ b: Shape, _ result: Shape, _ call: FunctionCall
  ) throws -> CheckedVector {
    let isNarrow = a.precision <= 18 && b.precision <= 18 && result.precision <= 18
    if isNarrow, let quick = try narrow(sign, a, b, result, call) { return quick }
    let (x, y) = (try WideInput(call, 0), try WideInput(call, 1))
    let limit = Int128(DecimalText.powerOfTen(result.precision))
    let operation = WideOperation(sign, a, b, result)
    let error = sign.failure(call)
    if result.precision <= 18 {
      return try call.checked(Int64.self, error: error) { row in
        guard let value = operation.apply(x[row], y[row]), value < limit, value > -limit
        else { return nil }
        return Int64(truncatingIfNeeded: value)
      }
    }
    return try call.checked(Int128.self, error: error) { row in
      guard let value = operation.apply(x[row], y[row]), value < limit, value > -limit
      else { return nil }
      return value
    }
  }

  /// Sums and products whose digits all fit into 64 bits, by the rules for their types: nothing can
  /// overflow but in null rows, where it is of no interest.
  private static func narrow(
    _ sign: ArithmeticSign, _ a: Shape, _ b: Shape, _ result: Shape, _ call: FunctionCall
  ) throws -> CheckedVector? {
    let (x, y) = (try call.input(0, as: Int64.self), try call.input(1, as: Int64.self))
    let factorX = Int64(DecimalText.powerOfTen(max(0, result.scale - a.scale)))
    let factorY = Int64(DecimalText.powerOfTen(max(0, result.scale - b.scale)))
    switch sign {
    case .plus: return try call.values(Int64.self) { x[$0] &* factorX &+ y[$0] &* factorY }
    case .minus: return try call.values(Int64.self) { x[$0] &* factorX &- y[$0] &* factorY }
    case .times: return try call.values(Int64.self) { x[$0] &* y[$0] }
    case .divide, .remainder: return nil
    }
  }
}

/// A decimal argument by row, in 128 bits whatever its width.
struct WideInput {
  private let narrow: Input<Int64>?
  private let wide: Input<Int128>?

  init(_ call: FunctionCall, _ index: Int) throws {
    if call.arguments[index].type.physical == .int128 {
      wide = try call.input(index, as: Int128.self)
      narrow = nil
    } else {
      narrow = try call.input(index, as: Int64.self)
      wide = nil
    }
  }

  @inline(__always)
  subscript(row: Int) -> Int128 {
    if let narrow { return Int128(narrow[row]) }
    return wide?[row] ?? 0
  }
}

/// An operation on the digits of two decimals.
private struct WideOperation {
  private let sign: ArithmeticSign
  /// What brings the digits of each side to one scale.
  private let factorA: UInt128
  private let factorB: UInt128

  init(
    _ sign: ArithmeticSign, _ a: DecimalArithmetic.Shape, _ b: DecimalArithmetic.Shape,
    _ result: DecimalArithmetic.Shape
  ) {
    self.sign = sign
    switch sign {
    case .divide:
      // (a / 10^s) / (b / 10^t) = a * 10^(r − s + t) / b / 10^r; the exponent is 0 at least and 76
      // at most, which two factors hold.
      let exponent = result.scale - a.scale + b.scale
      factorA = DecimalText.powerOfTen(min(exponent, 38))
      factorB = DecimalText.powerOfTen(max(0, exponent - 38))
    case .times: (factorA, factorB) = (1, 1)
    default:
      factorA = DecimalText.powerOfTen(result.scale - a.scale)
      factorB = DecimalText.powerOfTen(result.scale - b.scale)
    }
  }

  /// Nil where 128 bits do not hold the answer, or there is none.
  @inline(__always)
  func apply(_ a: Int128, _ b: Int128) -> Int128? {
    switch sign {
    case .plus, .minus:
      guard let x = a.multiplied(Int128(factorA)), let y = b.multiplied(Int128(factorB))
      else { return nil }
      return sign == .plus ? x.adding(y) : x.subtracting(y)
    case .times: return a.multiplied(b)
    case .divide: return quotient(a, b)
    case .remainder: return remainder(a, b)
    }
  }

  private func quotient(_ a: Int128, _ b: Int128) -> Int128? {
    if b == 0 { return nil }
    let (x, y) = (a.magnitude, b.magnitude)
    if x == 0 { return 0 }
    let product = x.multipliedFullWidth(by: factorA)
    guard product.high < y else { return nil }
    var (quotient, rest) = y.dividingFullWidth(product)
    if factorB != 1 {
      // Rare: more than 38 places to move by. The quotient is taken further, digit by digit.
      var places = factorB
      while places > 1 {
        let next = y.dividingFullWidth(rest.multipliedFullWidth(by: 10))
        guard let shifted = quotient.multiplied(10)?.adding(next.quotient) else { return nil }
        quotient = shifted
        rest = next.remainder
        places /= 10
      }
    }
    let carry: UInt128 = rest >= y - rest ? 1 : 0
    guard let rounded = quotient.adding(carry), let magnitude = Int128(exactly: rounded) else {
      return nil
    }
    return (a < 0) != (b < 0) ? 0 - magnitude : magnitude
  }

  private func remainder(_ a: Int128, _ b: Int128) -> Int128? {
    if b == 0 { return nil }
    // A divisor that leaves 128 bits is greater than any number that is not scaled itself.
    guard let divisor = b.magnitude.multiplied(factorB) else { return a }
    let product = a.magnitude.multipliedFullWidth(by: factorA)
    let (_, rest) = divisor.dividingFullWidth((product.high % divisor, product.low))
    guard let magnitude = Int128(exactly: rest) else { return nil }
    return a < 0 ? 0 - magnitude : magnitude
  }
}
