import LakeCore

/// Integers as they lie in vectors.
typealias ArithmeticInteger =
  FixedWidthInteger & SignedInteger & BitwiseCopyable & SendableMetatype

/// Arithmetic of integers and floats.
extension ScalarFunctions {
  /// Checked: what does not fit fails its row.
  static func integerArithmetic<T: ArithmeticInteger>(
    _ type: T.Type, _ sign: ArithmeticSign, _ call: FunctionCall
  ) throws -> CheckedVector {
    let (a, b) = (try call.input(0, as: type), try call.input(1, as: type))
    let error = sign.failure(call)
    switch sign {
    case .plus, .minus:
      if let quick = try sums(type, sign == .plus, a, b, call) { return quick }
      return sign == .plus
        ? try call.checked(type, error: error) { a[$0].adding(b[$0]) }
        : try call.checked(type, error: error) { a[$0].subtracting(b[$0]) }
    case .times:
      return try call.checked(type, error: error) { a[$0].multiplied(b[$0]) }
    case .divide:
      return try call.checked(type, error: error) { a[$0].divided(b[$0]) }
    case .remainder:
      return try call.checked(type, error: error) { a[$0].remainder(b[$0]) }
    }
  }

  /// Sums or differences where none overflows; nil where one may have. The sign of the carry is
  /// kept for all rows together, so that the loop has no branch.
  private static func sums<T: ArithmeticInteger>(
    _ type: T.Type, _ isSum: Bool, _ a: Input<T>, _ b: Input<T>, _ call: FunctionCall
  ) throws -> CheckedVector? {
    let target = try call.buffer(of: type)
    let out = target.pointer(as: type)
    let overflow =
      isSum
      ? sweep(a, b, out, call.rowCount) { x, y in
        let sum = x &+ y
        return (sum, (x ^ sum) & (y ^ sum))
      }
      : sweep(a, b, out, call.rowCount) { x, y in
        let difference = x &- y
        return (difference, (x ^ y) & (x ^ difference))
      }
    if overflow < 0 { return nil }
    return CheckedVector(call.vector(.fixed(target), try call.validity()))
  }

  /// Runs an operation over all rows; gives the OR of the second answers.
  @inline(__always)
  static func sweep<T: FixedWidthInteger & BitwiseCopyable>(
    _ a: Input<T>, _ b: Input<T>, _ out: UnsafeMutablePointer<T>, _ count: Int,
    _ body: (T, T) -> (T, T)
  ) -> T {
    var all: T = 0
    if b.isConstant {
      let (x, y) = (a.pointer, b[0])
      for row in 0..<count {
        let (value, carry) = body(x[row & a.mask], y)
        out[row] = value
        all |= carry
      }
    } else if a.isConstant {
      let (x, y) = (a[0], b.pointer)
      for row in 0..<count {
        let (value, carry) = body(x, y[row])
        out[row] = value
        all |= carry
      }
    } else {
      let (x, y) = (a.pointer, b.pointer)
      for row in 0..<count {
        let (value, carry) = body(x[row], y[row])
        out[row] = value
        all |= carry
      }
    }
    return all
  }

  /// As IEEE 754 has it: division by zero is infinite or NaN, and nothing fails.
  static func floatArithmetic<T: BinaryFloatingPoint & BitwiseCopyable>(
    _ type: T.Type, _ sign: ArithmeticSign, _ call: FunctionCall
  ) throws -> CheckedVector {
    let (a, b) = (try call.input(0, as: type), try call.input(1, as: type))
    switch sign {
    case .plus: return try call.values(type) { a[$0] + b[$0] }
    case .minus: return try call.values(type) { a[$0] - b[$0] }
    case .times: return try call.values(type) { a[$0] * b[$0] }
    case .divide: return try call.values(type) { a[$0] / b[$0] }
    case .remainder:
      return try call.values(type) { a[$0].truncatingRemainder(dividingBy: b[$0]) }
    }
  }
}

/// Nil where the answer does not fit, or there is none.
extension FixedWidthInteger {
  @inline(__always)
  func adding(_ other: Self) -> Self? {
    let (value, overflow) = addingReportingOverflow(other)
    return overflow ? nil : value
  }

  @inline(__always)
  func subtracting(_ other: Self) -> Self? {
    let (value, overflow) = subtractingReportingOverflow(other)
    return overflow ? nil : value
  }

  @inline(__always)
  func multiplied(_ other: Self) -> Self? {
    let (value, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : value
  }

  @inline(__always)
  func divided(_ other: Self) -> Self? {
    let (value, overflow) = dividedReportingOverflow(by: other)
    return overflow ? nil : value
  }

  /// The least number modulo −1 is 0, although the quotient would not fit.
  @inline(__always)
  func remainder(_ other: Self) -> Self? {
    if other == 0 { return nil }
    return remainderReportingOverflow(dividingBy: other).partialValue
  }
}
