import LakeCore

/// The signs of arithmetic, and the types that they are defined for.
extension ScalarFunctions {
  static let arithmetic: [FunctionDefinition] = ArithmeticSign.allCases.map(definition) + [negation]

  private static func definition(_ sign: ArithmeticSign) -> FunctionDefinition {
    let name = sign.rawValue
    return FunctionDefinition(
      names: sign == .remainder ? [name, "mod"] : [name], signatures: sign.signatures,
      description: sign.description
    ) { arguments in
      guard arguments.count == 2 else { return nil }
      return numbers(sign, arguments[0], arguments[1])
        ?? timeArithmetic(sign, arguments[0], arguments[1])
    }
  }

  private static func numbers(
    _ sign: ArithmeticSign, _ a: DataType, _ b: DataType
  ) -> FunctionDefinition.Match? {
    guard let common = TypeCoercion.common(a, b) else { return nil }
    let name = sign.rawValue
    switch common {
    case .tinyint: return integers(Int8.self, sign, common)
    case .smallint: return integers(Int16.self, sign, common)
    case .integer: return integers(Int32.self, sign, common)
    case .bigint: return integers(Int64.self, sign, common)
    case .real:
      let function = ScalarFunction.strict(name, common) {
        try floatArithmetic(Float.self, sign, $0)
      }
      return .init(function: function, parameters: [common, common], result: common)
    case .double:
      let function = ScalarFunction.strict(name, common) {
        try floatArithmetic(Double.self, sign, $0)
      }
      return .init(function: function, parameters: [common, common], result: common)
    case .decimal: return DecimalArithmetic.match(sign, a, b)
    default: return nil
    }
  }

  private static func integers<T: ArithmeticInteger>(
    _ type: T.Type, _ sign: ArithmeticSign, _ common: DataType
  ) -> FunctionDefinition.Match {
    let function = ScalarFunction.strict(sign.rawValue, common) {
      try integerArithmetic(type, sign, $0)
    }
    return .init(function: function, parameters: [common, common], result: common)
  }

  private static let negation = FunctionDefinition(
    names: ["negate"], signatures: ["-x, where x is a number or an interval"],
    description: "The number with the other sign"
  ) { arguments in
    guard arguments.count == 1, let body = negating(arguments[0]) else { return nil }
    return .init(
      function: .strict("-", arguments[0], body), parameters: arguments, result: arguments[0])
  }

  private static func negating(_ type: DataType) -> FunctionBody? {
    switch (type, type.physical) {
    case (.tinyint, _): return { try negate(Int8.self, $0) }
    case (.smallint, _): return { try negate(Int16.self, $0) }
    case (.integer, _), (.intervalYearToMonth, _): return { try negate(Int32.self, $0) }
    case (.bigint, _), (.intervalDayToSecond, _), (.decimal, .int64):
      return { try negate(Int64.self, $0) }
    case (.decimal, _): return { try negate(Int128.self, $0) }
    case (.real, _):
      return { call in
        let a = try call.input(0, as: Float.self)
        return try call.values(Float.self) { -a[$0] }
      }
    case (.double, _):
      return { call in
        let a = try call.input(0, as: Double.self)
        return try call.values(Double.self) { -a[$0] }
      }
    default: return nil
    }
  }

  private static func negate<T: ArithmeticInteger>(
    _ type: T.Type, _ call: FunctionCall
  ) throws -> CheckedVector {
    let a = try call.input(0, as: type)
    let value = call.arguments[0]
    let error: @Sendable (Int) -> LakeError = { row in
      LakeError(.invalidInput, "\(value.type) overflow: -(\(value.shown(row)))")
    }
    return try call.checked(type, error: error) { row in
      let value = a[row]
      return value == .min ? nil : 0 - value
    }
  }
}

enum ArithmeticSign: String, Sendable, CaseIterable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divide = "/"
  case remainder = "%"

  fileprivate var signatures: [String] {
    let numbers = "number \(rawValue) number"
    return switch self {
    case .plus: [numbers, "date + interval", "timestamp + interval", "interval + interval"]
    case .minus:
      [
        numbers, "date - interval", "timestamp - interval", "interval - interval", "date - date",
        "timestamp - timestamp",
      ]
    case .times: [numbers, "interval * number"]
    case .divide: [numbers, "interval / number"]
    case .remainder: [numbers, "mod(number, number)"]
    }
  }

  fileprivate var description: String {
    switch self {
    case .plus: "The sum"
    case .minus: "The difference"
    case .times: "The product"
    case .divide: "The quotient; of integers, cut off behind the point"
    case .remainder: "What is left of a division; it has the sign of the first"
    }
  }

  /// What went wrong with two values, as a message.
  func failure(_ call: FunctionCall, isZeroDivision: Bool = false) -> @Sendable (Int) -> LakeError {
    let (a, b, result, sign) = (call.arguments[0], call.arguments[1], call.result, rawValue)
    let what = isZeroDivision ? "division by zero" : "\(result) overflow"
    let divides = self == .divide || self == .remainder
    return { row in
      let isZero = divides && b.isZero(row)
      let hint =
        isZero ? "Write nullif(\(sign == "/" ? "divisor" : "b"), 0) to get null." : nil
      return LakeError(
        .invalidInput,
        "\(isZero ? "division by zero" : what): \(a.shown(row)) \(sign) \(b.shown(row))",
        hint: hint)
    }
  }
}

extension ColumnVector {
  fileprivate func isZero(_ row: Int) -> Bool {
    switch value(at: row) {
    case .int(let value): value == 0
    case .int128(let value): value == 0
    default: false
    }
  }
}
