import Glibc
import LakeCore

/// Functions of numbers.
extension ScalarFunctions {
  static let math: [FunctionDefinition] = [
    perNumber(["abs"], "The number without its sign", absolute),
    perNumber(["sign"], "−1, 0 or 1", sign) {
      if case .decimal = $0 { .decimal(precision: 1, scale: 0) } else { $0 }
    },
    double("sqrt", "The square root") { $0.squareRoot() },
    double("cbrt", "The cube root") { cubeRoot($0) },
    double("exp", "e to that power") { exp($0) },
    double("ln", "The natural logarithm") { log($0) },
    double("log2", "The logarithm to base 2") { log2($0) },
    double("log10", "The logarithm to base 10") { log10($0) },
    double("sin", "The sine of radians") { sin($0) },
    double("cos", "The cosine of radians") { cos($0) },
    double("tan", "The tangent of radians") { tan($0) },
    double("asin", "The angle with that sine") { asin($0) },
    double("acos", "The angle with that cosine") { acos($0) },
    double("atan", "The angle with that tangent") { atan($0) },
    double("degrees", "Radians as degrees") { $0 / .pi * 180 },
    double("radians", "Degrees as radians") { $0 / 180 * .pi },
    doubles(["power", "pow"], "The first number to the power of the second") { pow($0, $1) },
    doubles(["log"], "The logarithm of the second number to the base of the first") {
      log($1) / log($0)
    },
    doubles(["atan2"], "The angle of the point (second, first)") { atan2($0, $1) },
    number("pi", "The circumference of a circle of diameter 1", .pi),
    number("e", "The base of natural logarithms", M_E),
    number("nan", "Not a number", .nan),
    number("infinity", "More than any number", .infinity),
    test("is_nan", "Whether a double is not a number") { $0.isNaN },
    test("is_finite", "Whether a double is neither infinite nor NaN") { $0.isFinite },
    test("is_infinite", "Whether a double is infinite") { $0.isInfinite },
  ]

  /// Rounded right also where the system's is off by its last bit.
  private static func cubeRoot(_ value: Double) -> Double {
    let root = cbrt(value)
    guard root.isFinite, root != 0 else { return root }
    return root - (root * root * root - value) / (3 * root * root)
  }

  static func double(
    _ name: String, _ description: String, _ body: @escaping @Sendable (Double) -> Double
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, description: description,
      overloads: [
        Overload([.double], .double) { call in
          let values = try call.input(0, as: Double.self)
          return try call.values(Double.self) { body(values[$0]) }
        }
      ])
  }

  static func doubles(
    _ names: [String], _ description: String,
    _ body: @escaping @Sendable (Double, Double) -> Double
  ) -> FunctionDefinition {
    FunctionDefinition(
      names: names, description: description,
      overloads: [
        Overload([.double, .double], .double) { call in
          let (a, b) = (try call.input(0, as: Double.self), try call.input(1, as: Double.self))
          return try call.values(Double.self) { body(a[$0], b[$0]) }
        }
      ])
  }

  private static func number(
    _ name: String, _ description: String, _ value: Double
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, description: description,
      overloads: [
        Overload([], .double) { call in
          CheckedVector(try .constant(.double, .double(value), count: call.rowCount))
        }
      ])
  }

  private static func test(
    _ name: String, _ description: String, _ body: @escaping @Sendable (Double) -> Bool
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, description: description,
      overloads: [
        Overload([.double], .boolean) { call in
          let values = try call.input(0, as: Double.self)
          return try call.values(UInt8.self) { body(values[$0]) ? 1 : 0 }
        }
      ])
  }

  /// A function of a number of any type, which gives one of the same type if not told otherwise.
  private static func perNumber(
    _ names: [String], _ description: String,
    _ body: @escaping @Sendable (DataType) -> FunctionBody?,
    result: @escaping @Sendable (DataType) -> DataType = { $0 }
  ) -> FunctionDefinition {
    FunctionDefinition(
      names: names, signatures: ["\(names[0])(number) → number"], description: description
    ) { arguments in
      guard arguments.count == 1 else { return nil }
      let type = arguments[0] == .unseen ? DataType.double : arguments[0]
      guard let body = body(type) else { return nil }
      let result = result(type)
      return .init(function: .strict(names[0], result, body), parameters: [type], result: result)
    }
  }

  @Sendable
  private static func absolute(_ type: DataType) -> FunctionBody? {
    switch (type, type.physical) {
    case (.tinyint, _): return { try absoluteIntegers(Int8.self, $0) }
    case (.smallint, _): return { try absoluteIntegers(Int16.self, $0) }
    case (.integer, _): return { try absoluteIntegers(Int32.self, $0) }
    case (.bigint, _), (.decimal, .int64): return { try absoluteIntegers(Int64.self, $0) }
    case (.decimal, _): return { try absoluteIntegers(Int128.self, $0) }
    case (.real, _): return { try absoluteFloats(Float.self, $0) }
    case (.double, _): return { try absoluteFloats(Double.self, $0) }
    default: return nil
    }
  }

  private static func absoluteIntegers<T: ArithmeticInteger>(
    _ type: T.Type, _ call: FunctionCall
  ) throws -> CheckedVector {
    let values = try call.input(0, as: type)
    return try call.checked(type, error: call.failure("\(call.result) overflow")) { row in
      T(exactly: values[row].magnitude)
    }
  }

  private static func absoluteFloats<T: BinaryFloatingPoint & BitwiseCopyable & SendableMetatype>(
    _ type: T.Type, _ call: FunctionCall
  ) throws -> CheckedVector {
    let values = try call.input(0, as: type)
    return try call.values(type) { values[$0].magnitude }
  }

  @Sendable
  private static func sign(_ type: DataType) -> FunctionBody? {
    switch type {
    case .tinyint: return { try signIntegers(Int8.self, $0) }
    case .smallint: return { try signIntegers(Int16.self, $0) }
    case .integer: return { try signIntegers(Int32.self, $0) }
    case .bigint: return { try signIntegers(Int64.self, $0) }
    case .decimal:
      return { call in
        let values = try WideInput(call, 0)
        return try call.values(Int64.self) { Int64(values[$0].signum()) }
      }
    case .real, .double: return { try signFloats($0) }
    default: return nil
    }
  }

  private static func signIntegers<T: ArithmeticInteger>(
    _ type: T.Type, _ call: FunctionCall
  ) throws -> CheckedVector {
    let values = try call.input(0, as: type)
    return try call.values(type) { values[$0].signum() }
  }

  private static func signFloats(_ call: FunctionCall) throws -> CheckedVector {
    if call.result == .real {
      let values = try call.input(0, as: Float.self)
      return try call.values(Float.self) { row in
        let value = values[row]
        return value > 0 ? 1 : value < 0 ? -1 : value
      }
    }
    let values = try call.input(0, as: Double.self)
    return try call.values(Double.self) { row in
      let value = values[row]
      return value > 0 ? 1 : value < 0 ? -1 : value
    }
  }
}
