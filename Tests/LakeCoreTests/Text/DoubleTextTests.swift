import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("DoubleText reading")
struct DoubleTextTests {
  private func parse(_ text: String) -> Double? {
    withToken(text) { DoubleText.parse($0, count: $1) }
  }

  private func parseFloat(_ text: String) -> Float? {
    withToken(text) { DoubleText.parseFloat($0, count: $1) }
  }

  static let hard = [
    "0", "-0", "0.0", "-0.0", "1", "10", "0.1", "0.3", "123.456", "1e22", "1e23", "1e-22", "1e-23",
    "9007199254740991", "9007199254740992", "9007199254740993", "9007199254740995",
    "9007199254740993.0000000000000000000000000000000000001", "9007199254740992.9999999999999999",
    "1e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "4.9e-324", "5e-324",
    "7.4109846876186981e-324", "2.2250738585072011e-308", "2.2250738585072012e-308",
    "2.2250738585072014e-308", "2.225073858507201e-308", "1.7976931348623157e308",
    "1.7976931348623158e308", "1.7976931348623159e308", "1.797693134862315807e308", "1e308",
    "1e309",
    "1e400", "-1e400", "1e-400", "-1e-400", "1e99999999999999999999", "1e-99999999999999999999",
    "0e99999999999999999999", "179769313486231580793e289", "6.02214076e23", "1.6e-35",
    "8.41e21", "2.0919495182368195e19", "2.6760179287532483e19", "3.2942957306323907e19",
    "5.3904430066120400e34", "1090544144181609348835077142190", "89255e-22",
    "104110013277974872254e-225",
    "12345678901234567890", "12345678901234567890123456789012345678901234567890",
    "0.00000000000000000000000000000000000000000000000000000000012345678901234567890123",
    "000000000000000000000000000001.5", "18446744073709551615", "18446744073709551616",
    "9214843084008499", "0.500000000000000166533453693773481063544750213623046875",
    "3.518437208883201171875e13", "62.5364939768271845828", "8.10109172351e-10",
    "1.50000000000000011102230246251565", "+1.5", ".5", "5.", "1E5", "1e+5", "00012",
  ]

  @Test(arguments: hard)
  func readsAsTheCLibraryDoes(text: String) throws {
    let value = try #require(parse(text))
    #expect(value.bitPattern == strtod(text, nil).bitPattern, "\(text)")
    let single = try #require(parseFloat(text))
    #expect(single.bitPattern == strtof(text, nil).bitPattern, "\(text) as a float")
  }

  @Test(arguments: [
    "", "+", "-", ".", "-.", "e5", "1e", "1e+", "1e-", "1.5.2", "1,5", " 1", "1 ", "0x10", "1_000",
    "--1", "+-1", "1e5.0", "nan", "Infinity", "1f", "1\0", "１",
  ])
  func refusesWhatIsNoNumber(text: String) {
    #expect(parse(text) == nil)
    #expect(parseFloat(text) == nil)
  }

  @Test
  func readsNamesOnlyWhenAsked() {
    func name(_ text: String) -> Double? {
      withToken(text) { DoubleText.parseName($0, count: $1) }
    }
    #expect(name("NaN")?.isNaN == true)
    #expect(name("-inf") == -.infinity)
    #expect(name("+Infinity") == .infinity)
    for other in [
      "", "na", "nano", "infinit", "in", "-", "infinityy", "NAN1", "\u{0E}\u{01}\u{0E}",
    ] {
      #expect(name(other) == nil, "\(other)")
    }
  }

  /// The middle between two neighbours, written out in full, and just below and above it.
  @Test
  func roundsTheExactMiddleToEven() throws {
    var random = SeededRandom(seed: 11)
    for _ in 0..<400 {
      let low = Double(bitPattern: random.next() % 0x7FE0_0000_0000_0000)
      let middle = exactMiddle(low, low.nextUp)
      let even = low.significandBitPattern & 1 == 0 ? low : low.nextUp
      #expect(parse(middle) == even, "\(middle)")
      #expect(parse(middle.replacing("e", with: "00000000000000000001e")) == low.nextUp)
      #expect(parse(justBelow(middle)) == low, "below \(middle)")
      #expect(
        parse(middle.replacing("e", with: String(repeating: "0", count: 900) + "1e")) == low.nextUp)
    }
  }

  @Test
  func readsRandomTextsAsTheCLibraryDoes() {
    var random = SeededRandom(seed: 1)
    var wrong = 0
    for index in 0..<300_000 {
      let text = randomText(&random, kind: index % 4)
      if parse(text)?.bitPattern != strtod(text, nil).bitPattern { wrong += 1 }
      if parseFloat(text)?.bitPattern != strtof(text, nil).bitPattern { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  @Test
  func aMillionDigitsTakeNoTime() throws {
    let zeros = String(repeating: "0", count: 1_000_000)
    #expect(parse("0." + zeros + "1e1000001") == 1)
    #expect(parse("1" + zeros + "e-1000000") == 1)
    let digits = String(repeating: "7", count: 1_000_000)
    #expect(parse("0." + digits) == 7.0 / 9.0)
  }

  private func randomText(_ random: inout SeededRandom, kind: Int) -> String {
    switch kind {
    case 0:
      return String(format: "%.17g", finite(&random))
    case 1:
      return "\(random.next() % 100_000_000).\(random.next() % 1_000_000)"
    case 2:
      return "\(random.next())e\(Int.random(in: -345...310, using: &random))"
    default:
      let digits = "\(random.next()).\(random.next())\(random.next())"
      return "-\(digits)e\(Int.random(in: -345...310, using: &random))"
    }
  }

  private func finite(_ random: inout SeededRandom) -> Double {
    while true {
      let value = Double(bitPattern: random.next())
      if value.isFinite { return value }
    }
  }

  /// As whole digits and an exponent: `(a + b) / 2`, exactly.
  private func exactMiddle(_ a: Double, _ b: Double) -> String {
    // Both are whole multiples of the unit of `a`; the middle of a half unit.
    let unit = a.ulp
    var digits = [UInt8](String(UInt64(a / unit) * 2 + 1).utf8.map { $0 - 48 }.reversed())
    var exponent = 0
    var twos = Int(unit.exponent) - 1
    func multiply(by factor: UInt8) {
      var carry = 0
      for index in digits.indices {
        let product = Int(digits[index]) * Int(factor) + carry
        digits[index] = UInt8(product % 10)
        carry = product / 10
      }
      while carry > 0 {
        digits.append(UInt8(carry % 10))
        carry /= 10
      }
    }
    while twos > 0 {
      multiply(by: 2)
      twos -= 1
    }
    while twos < 0 {
      multiply(by: 5)
      exponent -= 1
      twos += 1
    }
    let text = String(decoding: digits.reversed().map { $0 + 48 }, as: UTF8.self)
    return "\(text)e\(exponent)".replacing("e", with: ".0e")
  }

  private func justBelow(_ text: String) -> String {
    let parts = text.split(separator: ".")
    var digits = Array(parts[0].utf8)
    // The last digit of an odd multiple of a half unit is no zero below 2^1; else borrow.
    var index = digits.count - 1
    while digits[index] == 48 {
      digits[index] = 57
      index -= 1
    }
    digits[index] -= 1
    return String(decoding: digits, as: UTF8.self) + ".9" + parts[1].dropFirst()
  }
}
