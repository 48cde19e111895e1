import Glibc
import LakeCore

/// Numbers rounded: to the nearest (halves away from zero), up, down, towards zero.
enum Rounding: Sendable {
  case nearest, up, down, towardsZero

  var rule: FloatingPointRoundingRule {
    switch self {
    case .nearest: .toNearestOrAwayFromZero
    case .up: .up
    case .down: .down
    case .towardsZero: .towardZero
    }
  }

  /// A number divided by a positive power of ten.
  @inline(__always)
  func quotient(_ value: Int128, by divisor: Int128) -> Int128 {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    if rest == 0 { return quotient }
    switch self {
    case .nearest:
      let isHalf = rest.magnitude >= divisor.magnitude - rest.magnitude
      return isHalf ? quotient + (value < 0 ? -1 : 1) : quotient
    case .up: return value > 0 ? quotient + 1 : quotient
    case .down: return value < 0 ? quotient - 1 : quotient
    case .towardsZero: return quotient
    }
  }
}

extension ScalarFunctions {
  static let rounding: [FunctionDefinition] = [
    rounding(["round"], .nearest, hasDigits: true, "The nearest number, halves away from zero"),
    rounding(["truncate", "trunc"], .towardsZero, hasDigits: true, "The number cut off"),
    rounding(["ceil", "ceiling"], .up, hasDigits: false, "The next whole number above"),
    rounding(["floor"], .down, hasDigits: false, "The next whole number below"),
  ]

  private static func rounding(
    _ names: [String], _ how: Rounding, hasDigits: Bool, _ description: String
  ) -> FunctionDefinition {
    var signatures = ["\(names[0])(number) → number"]
    if hasDigits { signatures.append("\(names[0])(number, digits) → number") }
    return FunctionDefinition(
      names: names, signatures: signatures,
      description: hasDigits ? description + ", to a number of digits" : description
    ) { arguments in
      guard arguments.count == 1 || hasDigits && arguments.count == 2,
        arguments.count == 1 || TypeCoercion.canCoerce(arguments[1], to: .bigint)
      else { return nil }
      let isWhole = arguments.count == 1
      let parameter = arguments[0] == .unseen ? DataType.double : arguments[0]
      guard let (result, body) = rounded(parameter, how, isWhole) else { return nil }
      return .init(
        function: .strict(names[0], result, body),
        parameters: [parameter] + (isWhole ? [] : [.bigint]), result: result)
    }
  }

  private static func rounded(
    _ type: DataType, _ how: Rounding, _ isWhole: Bool
  ) -> (DataType, FunctionBody)? {
    switch type {
    case .tinyint: (type, { try roundIntegers(Int8.self, how, $0) })
    case .smallint: (type, { try roundIntegers(Int16.self, how, $0) })
    case .integer: (type, { try roundIntegers(Int32.self, how, $0) })
    case .bigint: (type, { try roundIntegers(Int64.self, how, $0) })
    case .real: (type, { try roundFloats(Float.self, how, $0) })
    case .double: (type, { try roundFloats(Double.self, how, $0) })
    case .decimal(let precision, let scale):
      if isWhole {
        wholeDecimal(precision, scale, how)
      } else {
        decimalDigits(precision, scale, how)
      }
    default: nil
    }
  }

  /// Digits before the point become zeros where the number of digits is negative.
  private static func roundIntegers<T: ArithmeticInteger>(
    _ type: T.Type, _ how: Rounding, _ call: FunctionCall
  ) throws -> CheckedVector {
    guard call.arguments.count == 2 else { return CheckedVector(call.arguments[0]) }
    let (values, digits) = (try call.input(0, as: type), try call.input(1, as: Int64.self))
    let error = call.failure("\(call.result) overflow")
    return try call.checked(type, error: error) { row in
      if digits[row] >= 0 { return values[row] }
      guard digits[row] >= -19 else { return 0 }
      let unit = Int128(DecimalText.powerOfTen(Int(0 - digits[row])))
      return T(exactly: how.quotient(Int128(values[row]), by: unit) * unit)
    }
  }

  private static func roundFloats<T: BinaryFloatingPoint & BitwiseCopyable & SendableMetatype>(
    _ type: T.Type, _ how: Rounding, _ call: FunctionCall
  ) throws -> CheckedVector {
    let values = try call.input(0, as: type)
    guard call.arguments.count == 2 else {
      return try call.values(type) { values[$0].rounded(how.rule) }
    }
    let digits = try call.input(1, as: Int64.self)
    return try call.values(type) { row in
      T(FloatRounding.round(Double(values[row]), digits: digits[row], how))
    }
  }

  private static func wholeDecimal(
    _ precision: Int, _ scale: Int, _ how: Rounding
  ) -> (DataType, FunctionBody) {
    // Rounding up may need one more digit, cutting off never does.
    let carry = scale > 0 && how != .towardsZero ? 1 : 0
    let digits = min(38, max(1, precision - scale + carry))
    let result = DataType.decimal(precision: digits, scale: 0)
    let unit = Int128(DecimalText.powerOfTen(scale))
    return (
      result,
      { call in
        let values = try WideInput(call, 0)
        return try decimals(call) { how.quotient(values[$0], by: unit) }
      }
    )
  }

  private static func decimalDigits(
    _ precision: Int, _ scale: Int, _ how: Rounding
  ) -> (DataType, FunctionBody) {
    let digits = how == .towardsZero ? precision : min(38, precision + 1)
    return (
      .decimal(precision: digits, scale: scale),
      { call in
        let (values, places) = (try WideInput(call, 0), try call.input(1, as: Int64.self))
        return try decimals(call) { row in
          let place = places[row]
          if place >= Int64(scale) { return values[row] }
          // All digits go, and the carry too, when the unit has more of them than the number.
          guard Int64(scale) - max(place, -100) <= 38 else { return 0 }
          let unit = Int128(DecimalText.powerOfTen(scale - Int(place)))
          return how.quotient(values[row], by: unit).multiplied(unit)
        }
      }
    )
  }

  /// Decimals of the call's type by their digits; what has too many fails.
  @inline(__always)
  static func decimals(
    _ call: FunctionCall, _ body: (Int) -> Int128?
  ) throws -> CheckedVector {
    guard case .decimal(let precision, _) = call.result else {
      throw LakeError(.internal, "\(call.name) gives no decimal")
    }
    let limit = Int128(DecimalText.powerOfTen(precision))
    let error = call.failure("\(call.result) overflow")
    if precision <= 18 {
      return try call.checked(Int64.self, error: error) { row in
        guard let value = body(row), value < limit, value > -limit else { return nil }
        return Int64(truncatingIfNeeded: value)
      }
    }
    return try call.checked(Int128.self, error: error) { row in
      guard let value = body(row), value < limit, value > -limit else { return nil }
      return value
    }
  }
}

/// A double to a number of digits behind the point, of its shortest text: 0.285 to two is 0.29, as
/// a reader expects, although the number is a little less than that.
enum FloatRounding {
  static func round(_ value: Double, digits: Int64, _ how: Rounding) -> Double {
    guard value.isFinite, value != 0, digits < 40 else { return value }
    if digits < -310 { return 0 }
    if digits < 0 {
      let unit = pow(10, Double(0 - digits))
      return (value / unit).rounded(how.rule) * unit
    }
    // Above this there is nothing behind the point.
    if value.magnitude >= 0x1p52 { return value }
    let rounded = withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: DoubleText.byteCountMax
    ) { room -> Double? in
      guard let text = room.baseAddress else { return nil }
      let count = DoubleText.write(value, to: text)
      return roundText(text, count, Int(digits), how)
    }
    return rounded ?? value
  }

  private static func roundText(
    _ text: UnsafeMutablePointer<UInt8>, _ count: Int, _ digits: Int, _ how: Rounding
  ) -> Double? {
    // With 20 digits more than asked for, all that a double's text has stand there, or they are too
    // small to matter.
    let scale = min(DecimalText.precisionMax, digits + 20)
    let outcome = DecimalText.parse(
      text, count: count, precision: DecimalText.precisionMax, scale: scale, rounding: true)
    guard case .value(let unscaled) = outcome, scale >= digits else { return nil }
    let unit = Int128(DecimalText.powerOfTen(scale - digits))
    let whole = how.quotient(unscaled, by: unit)
    return withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: DecimalText.byteCountMax
    ) { room in
      guard let text = room.baseAddress else { return nil }
      return DoubleText.parse(text, count: DecimalText.write(whole, scale: digits, to: text))
    }
  }
}
