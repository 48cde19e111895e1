import LakeCore
import LakeTestSupport
import Testing

@Suite("DecimalText")
struct DecimalTextTests {
  private func parse(
    _ text: String, _ precision: Int, _ scale: Int, rounding: Bool = false
  ) -> DecimalText.Outcome {
    withToken(text) {
      DecimalText.parse($0, count: $1, precision: precision, scale: scale, rounding: rounding)
    }
  }

  static let greatest = String(repeating: "9", count: 38)

  @Test
  func keepsEveryDigit() throws {
    let all = try #require(Int128(Self.greatest))
    #expect(parse("12.34", 10, 2) == .value(1234))
    #expect(parse("-12.3", 10, 2) == .value(-1230))
    #expect(parse("12", 10, 2) == .value(1200))
    #expect(parse("12.3400", 10, 2) == .value(1234))
    #expect(parse("1.2e3", 10, 0) == .value(1200))
    #expect(parse("12e-1", 10, 1) == .value(12))
    #expect(parse(Self.greatest, 38, 0) == .value(all))
    #expect(parse("-" + Self.greatest, 38, 0) == .value(0 - all))
    #expect(parse("0." + Self.greatest, 38, 38) == .value(all))
    #expect(parse("0e999999999999999999999", 38, 0) == .value(0))
    #expect(parse("0e-999999999999999999999", 38, 0) == .value(0))
    #expect(parse(String(repeating: "0", count: 60) + "7", 1, 0) == .value(7))
    #expect(parse("7" + String(repeating: "0", count: 60) + "e-60", 1, 0) == .value(7))
    #expect(parse("1234567890123456789.5", 20, 1) == .value(12_345_678_901_234_567_895))
    #expect(
      parse("9999999999999999999", 38, 19)
        == .value(99_999_999_999_999_999_990_000_000_000_000_000_000))
  }

  @Test
  func refusesToRoundUnlessAsked() {
    #expect(parse("1.005", 10, 2) == .inexact)
    #expect(parse("1.005", 10, 2, rounding: true) == .value(101))
    #expect(parse("-1.005", 10, 2, rounding: true) == .value(-101))
    #expect(parse("1.00499999999999999999999", 10, 2, rounding: true) == .value(100))
    #expect(parse("0.5", 10, 0, rounding: true) == .value(1))
    #expect(parse("0.4", 10, 0, rounding: true) == .value(0))
    #expect(parse("5e-2", 10, 0, rounding: true) == .value(0))
    #expect(parse("5e-2", 10, 0) == .inexact)
    #expect(parse("9.5", 1, 0, rounding: true) == .outOfRange)
    #expect(parse(Self.greatest + ".5", 38, 0, rounding: true) == .outOfRange)
    #expect(
      parse("340282366920938463463374607431768211455.5", 38, 0, rounding: true) == .outOfRange)
  }

  @Test(arguments: [
    ("100", 2, 0), ("1", 1, 1), ("1e2", 2, 0), ("1e38", 38, 0), ("1e999999999", 38, 0),
    ("340282366920938463463374607431768211456", 38, 0), ("99999999999999999999", 19, 0),
  ])
  func tellsWhatIsTooLarge(text: String, precision: Int, scale: Int) {
    #expect(parse(text, precision, scale) == .outOfRange)
  }

  @Test(arguments: ["", "-", ".", "1.2.3", "1e", "abc", "1 ", "NaN"])
  func refusesWhatIsNoNumber(text: String) {
    #expect(parse(text, 10, 2) == .malformed)
  }

  @Test
  func readsBackWhatItWrites() throws {
    var random = SeededRandom(seed: 6)
    for index in 0..<4000 {
      let precision = 1 + index % 38
      let scale = Int(random.next() % UInt64(precision + 1))
      let wide = UInt128(random.next()) << 64 | UInt128(random.next())
      let magnitude = Int128(wide % DecimalText.powerOfTen(precision))
      for value in [magnitude, 0 - magnitude] {
        let text = written(room: DecimalText.byteCountMax) {
          DecimalText.write(value, scale: scale, to: $0)
        }
        #expect(text == expected(value, scale))
        #expect(parse(text, precision, scale) == .value(value))
      }
    }
  }

  @Test(arguments: [
    Int128.max, .min, 0, 9, -10, 9_999_999_999_999_999_999, 10_000_000_000_000_000_000,
  ])
  func writesTheWholeRange(value: Int128) {
    #expect(
      written(room: DecimalText.byteCountMax) { DecimalText.write(value, to: $0) } == String(value))
    let text = written(room: DecimalText.byteCountMax) {
      DecimalText.write(value, scale: 38, to: $0)
    }
    #expect(text == expected(value, 38))
  }

  private func expected(_ value: Int128, _ scale: Int) -> String {
    var digits = String(value.magnitude)
    digits = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    if scale > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale)) }
    return (value < 0 ? "-" : "") + digits
  }
}
