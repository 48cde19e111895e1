import Glibc
import LakeCore

/// Functions of doubles that fewer people ask for, and of the bits of integers.
extension ScalarFunctions {
  static let moreMath: [FunctionDefinition] = [
    double("sinh", "The hyperbolic sine") { sinh($0) },
    double("cosh", "The hyperbolic cosine") { cosh($0) },
    double("tanh", "The hyperbolic tangent") { tanh($0) },
    double("cot", "The cotangent of radians") { 1 / tan($0) },
    double("expm1", "e to that power less 1, exact for small powers") { expm1($0) },
    double("log1p", "The natural logarithm of 1 and that, exact for small numbers") { log1p($0) },
    doubles(["hypot"], "The length of the hypotenuse") { hypot($0, $1) },
    bits("bitwise_and", "The bits that both numbers have") { $0 & $1 },
    bits("bitwise_or", "The bits that any of both numbers has") { $0 | $1 },
    bits("bitwise_xor", "The bits that one of both numbers has") { $0 ^ $1 },
    bits("bitwise_left_shift", "The bits moved to the left; 0 beyond 63 places", "shiftleft") {
      $1 < 0 || $1 > 63 ? 0 : $0 &<< $1
    },
    bits(
      "bitwise_right_shift", "The bits moved to the right, zeros before them", "shiftrightunsigned"
    ) {
      $1 < 0 || $1 > 63 ? 0 : Int64(bitPattern: UInt64(bitPattern: $0) &>> UInt64($1))
    },
    bits(
      "bitwise_right_shift_arithmetic", "The bits moved to the right, the sign before them",
      "shiftright"
    ) {
      $1 < 0 || $1 > 63 ? ($0 < 0 ? -1 : 0) : $0 &>> $1
    },
    FunctionDefinition(
      "bitwise_not", description: "All bits turned over",
      overloads: [
        Overload([.bigint], .bigint) { call in
          let numbers = try call.input(0, as: Int64.self)
          return try call.values(Int64.self) { ~numbers[$0] }
        }
      ]),
    checkedIntegers("bit_count", "How many bits of a number are 1, among its last so many") {
      x, bits in
      guard (2...64).contains(bits) else { return nil }
      if bits == 64 { return Int64(x.nonzeroBitCount) }
      let limit = Int64(1) << (bits - 1)
      guard x >= -limit, x < limit else { return nil }
      return Int64((UInt64(bitPattern: x) & ((1 << UInt64(bits)) - 1)).nonzeroBitCount)
    },
    checkedIntegers("gcd", "The greatest divisor that two numbers have in common") { a, b in
      divisor(a, b).flatMap { Int64(exactly: $0) }
    },
    checkedIntegers("lcm", "The least number that two numbers divide") { a, b in
      guard a != 0, b != 0, let divisor = divisor(a, b) else { return 0 }
      return (a.magnitude / divisor).multiplied(b.magnitude).flatMap { Int64(exactly: $0) }
    },
    checkedIntegers("pmod", "What is left of a division, never negative") { a, b in
      guard b != 0, let rest = a.remainder(b) else { return nil }
      return rest < 0 ? rest.adding(b < 0 ? 0 - b : b) : rest
    },
    FunctionDefinition(
      "factorial", description: "The product of all numbers up to one, which is 20 at most",
      overloads: [
        Overload([.bigint], .bigint) { call in
          let numbers = try call.input(0, as: Int64.self)
          let error = call.failure("a factorial is of 0 to 20")
          return try call.checked(Int64.self, error: error) { row in
            (0...20).contains(numbers[row]) ? (1...max(1, numbers[row])).reduce(1, *) : nil
          }
        }
      ]),
    FunctionDefinition(
      "width_bucket",
      description: "Which of so many equal parts between two bounds a number lies in, from 1",
      overloads: [
        Overload([.double, .double, .double, .bigint], .bigint) { try widthBucket($0) },
        Overload([.double, .array(.double)], .bigint) { try widthBucketOfBins($0) },
      ]),
    FunctionDefinition(
      "to_base", description: "A number in another base, 2 to 36",
      overloads: [
        Overload([.bigint, .bigint], .varchar) { call in
          let (numbers, bases) = (
            try call.input(0, as: Int64.self), try call.input(1, as: Int64.self)
          )
          return try call.texts(error: call.failure("a base is 2 to 36")) { row, out in
            guard (2...36).contains(bases[row]) else { return .failed }
            out.append(String(numbers[row], radix: Int(bases[row])))
            return .text
          }
        }
      ]),
    FunctionDefinition(
      "from_base", description: "The number that a text in another base, 2 to 36, stands for",
      overloads: [
        Overload([.varchar, .bigint], .bigint) { call in
          let (texts, bases) = (try call.strings(0), try call.input(1, as: Int64.self))
          let error = call.failure("no number in this base, or one beyond 64 bits")
          return try call.checked(Int64.self, error: error) { row in
            guard (2...36).contains(bases[row]) else { return nil }
            return Int64(texts[row].text, radix: Int(bases[row]))
          }
        }
      ]),
    FunctionDefinition(
      "normal_cdf",
      description: "The share of a normal distribution (mean, deviation) below a value",
      overloads: [
        Overload([.double, .double, .double], .double) { call in
          let inputs = try (0..<3).map { try call.input($0, as: Double.self) }
          let error = call.failure("a deviation is greater than 0")
          return try call.checked(Double.self, error: error) { row in
            let deviation = inputs[1][row]
            guard deviation > 0 else { return nil }
            return 0.5 * erfc((inputs[0][row] - inputs[2][row]) / (deviation * 2.0.squareRoot()))
          }
        }
      ]),
  ]

  private static func divisor(_ a: Int64, _ b: Int64) -> UInt64? {
    var (x, y) = (a.magnitude, b.magnitude)
    while y != 0 { (x, y) = (y, x % y) }
    return x
  }

  private static func bits(
    _ name: String, _ description: String, _ alias: String? = nil,
    _ body: @escaping @Sendable (Int64, Int64) -> Int64
  ) -> FunctionDefinition {
    FunctionDefinition(
      names: [name] + (alias.map { [$0] } ?? []), description: description,
      overloads: [
        Overload([.bigint, .bigint], .bigint) { call in
          let (a, b) = (try call.input(0, as: Int64.self), try call.input(1, as: Int64.self))
          return try call.values(Int64.self) { body(a[$0], b[$0]) }
        }
      ])
  }

  private static func checkedIntegers(
    _ name: String, _ description: String,
    _ body: @escaping @Sendable (Int64, Int64) -> Int64?
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, description: description,
      overloads: [
        Overload([.bigint, .bigint], .bigint) { call in
          let (a, b) = (try call.input(0, as: Int64.self), try call.input(1, as: Int64.self))
          return try call.checked(Int64.self, error: call.failure("there is no answer")) {
            body(a[$0], b[$0])
          }
        }
      ])
  }

  private static func widthBucket(_ call: FunctionCall) throws -> CheckedVector {
    let inputs = try (0..<3).map { try call.input($0, as: Double.self) }
    let counts = try call.input(3, as: Int64.self)
    let error = call.failure("the bounds differ and are finite, and there is 1 part or more")
    return try call.checked(Int64.self, error: error) { row in
      let (x, low, high, count) = (inputs[0][row], inputs[1][row], inputs[2][row], counts[row])
      guard count > 0, !x.isNaN, low.isFinite, high.isFinite, low != high else { return nil }
      let isRising = low < high
      if isRising ? x < low : x > low { return 0 }
      if isRising ? x >= high : x <= high { return count.adding(1) }
      return Int64(exactly: (Double(count) * (x - low) / (high - low)).rounded(.down))?.adding(1)
    }
  }

  /// The bins ascend.
  private static func widthBucketOfBins(_ call: FunctionCall) throws -> CheckedVector {
    let numbers = try call.input(0, as: Double.self)
    let lists = try ListInput(call.arguments[1], call.kernels)
    let bins = try Input<Double>(lists.child, call.kernels)
    let error = call.failure("the number is NaN, or a bin is null, or the bins do not ascend")
    return try call.checked(Int64.self, error: error) { row in
      var (place, last) = (Int64(0), -Double.infinity)
      guard !numbers[row].isNaN, !lists.range(row).isEmpty else { return nil }
      for index in lists.range(row) {
        if bins.isNull(index) || bins[index] < last { return nil }
        last = bins[index]
        if numbers[row] >= last { place += 1 }
      }
      return place
    }
  }
}
