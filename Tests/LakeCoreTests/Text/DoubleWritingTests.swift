import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("DoubleText writing")
struct DoubleWritingTests {
  private func text(_ value: Double) -> String {
    written(room: DoubleText.byteCountMax) { DoubleText.write(value, to: $0) }
  }

  private func text(_ value: Float) -> String {
    written(room: DoubleText.byteCountMax) { DoubleText.write(value, to: $0) }
  }

  static let doubles: [(Double, String)] = [
    (0.0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-1, "-1.0"), (0.1, "0.1"), (-12.5, "-12.5"),
    (100, "100.0"), (1e15, "1000000000000000.0"), (9_007_199_254_740_992, "9007199254740992.0"),
    (1e20, "100000000000000000000.0"), (1.2345678901234568e20, "123456789012345680000.0"),
    (1e21, "1e21"), (-1.5e21, "-1.5e21"), (1e22, "1e22"), (1e23, "1e23"), (9.5e22, "9.5e22"),
    (0.001, "0.001"), (0.000001, "0.000001"), (0.00000123, "0.00000123"), (1e-7, "1e-7"),
    (9.5e-7, "9.5e-7"), (.leastNonzeroMagnitude, "5e-324"),
    (2.2250738585072014e-308, "2.2250738585072014e-308"),
    (1.7976931348623157e308, "1.7976931348623157e308"), (.pi, "3.141592653589793"),
    (-2.2250738585072014e-308, "-2.2250738585072014e-308"), (0.3, "0.3"),
    (2.0 / 3, "0.6666666666666666"),
    (123456.789, "123456.789"), (.infinity, "Infinity"), (-.infinity, "-Infinity"), (.nan, "NaN"),
    (4.35, "4.35"), (1234567.0, "1234567.0"), (9.007199254740993e15, "9007199254740992.0"),
    (2e-44, "2e-44"),
  ]

  @Test(arguments: doubles)
  func writesLikeJavaScriptWithAPoint(value: Double, expected: String) {
    #expect(text(value) == expected)
  }

  static let floats: [(Float, String)] = [
    (0, "0.0"), (-0.0, "-0.0"), (0.1, "0.1"), (16_777_216, "16777216.0"), (1e10, "10000000000.0"),
    (3.4028235e38, "3.4028235e38"), (.leastNonzeroMagnitude, "1e-45"),
    (.leastNormalMagnitude, "1.1754944e-38"),
    (0.333333343, "0.33333334"), (-.infinity, "-Infinity"), (8.589974e9, "8589974000.0"),
  ]

  @Test(arguments: floats)
  func writesFloatsByTheirOwnPrecision(value: Float, expected: String) {
    #expect(text(value) == expected)
  }

  @Test
  func randomDoublesReadBackAndAreShortest() {
    var random = SeededRandom(seed: 3)
    var wrong: [Double] = []
    for index in 0..<200_000 {
      let value = sample(&random, kind: index % 4)
      guard value.isFinite else { continue }
      let text = text(value)
      let back = withToken(text) { DoubleText.parse($0, count: $1) }
      if back?.bitPattern != value.bitPattern || digits(text) != digits(value.description) {
        wrong.append(value)
      }
    }
    #expect(wrong.prefix(5) == [])
  }

  @Test
  func everyPowerOfTwoReadsBackAndIsShortest() {
    for exponent in -1074...1023 {
      let value = Double(sign: .plus, exponent: exponent, significand: 1)
      #expect(digits(text(value)) == digits(value.description), "2^\(exponent)")
    }
    for exponent in -149...127 {
      let value = Float(sign: .plus, exponent: exponent, significand: 1)
      #expect(digits(text(value)) == digits(value.description), "2^\(exponent) as a float")
    }
  }

  @Test
  func randomFloatsReadBackAndAreShortest() {
    var random = SeededRandom(seed: 4)
    var wrong: [Float] = []
    for _ in 0..<100_000 {
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      guard value.isFinite else { continue }
      let text = text(value)
      let back = withToken(text) { DoubleText.parseFloat($0, count: $1) }
      if back?.bitPattern != value.bitPattern || digits(text) != digits(value.description) {
        wrong.append(value)
      }
    }
    #expect(wrong.prefix(5) == [])
  }

  private func sample(_ random: inout SeededRandom, kind: Int) -> Double {
    let bits = random.next()
    switch kind {
    case 0: return Double(bitPattern: bits)
    case 1: return Double(Int64(bitPattern: bits) >> 20) / 1000
    case 2: return Double(bits % 1_000_000) / 100_000
    default: return Double(bits)
    }
  }

  /// The significant digits of a number's text, whatever its form.
  private func digits(_ text: String) -> String {
    let mantissa = text.split(separator: "e")[0].filter(\.isNumber).drop { $0 == "0" }
    return String(mantissa.reversed().drop { $0 == "0" }.reversed())
  }
}
