import LakeCore
import LakeTestSupport
import Testing

@Suite("IntegerText")
struct IntegerTextTests {
  private func parse(_ text: String) -> Result<Int64, IntegerText.Failure> {
    withToken(text) { IntegerText.parse($0, count: $1) }
  }

  @Test
  func everyLengthReadsBack() {
    var random = SeededRandom(seed: 5)
    for bits in 0...63 {
      for _ in 0..<50 {
        let magnitude = Int64(bitPattern: random.next() >> (64 - UInt64(bits)))
        for value in [magnitude, 0 - magnitude] {
          let text = written(room: IntegerText.byteCountMax) { IntegerText.write(value, to: $0) }
          #expect(text == String(value))
          #expect(parse(text) == .success(value))
        }
      }
    }
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("+7", 7), ("007", 7), ("9223372036854775807", Int64.max),
    ("-9223372036854775808", .min), ("0000000000000000000000000000012", 12),
    ("-00000000000000000009223372036854775808", .min),
  ])
  func readsTheWholeRange(text: String, value: Int64) {
    #expect(parse(text) == .success(value))
  }

  @Test(arguments: [
    "9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999",
    "100000000000000000000000000000000000000000",
  ])
  func tellsWhatIsTooLarge(text: String) {
    #expect(parse(text) == .failure(.outOfRange))
  }

  @Test(arguments: [
    "", "-", "+", "--1", "1-", "1.0", "1e3", " 1", "1 ", "12a", "a12", "/", ":", "12345678/",
    "1234567:", "1234567890123456789012a", "١",
  ])
  func refusesWhatIsNoInteger(text: String) {
    #expect(parse(text) == .failure(.malformed))
  }

  @Test
  func writesTheEndsOfTheRange() {
    for value in [
      0, 9, 10, 99, 100, UInt64.max, 9_999_999_999_999_999_999, 10_000_000_000_000_000_000,
    ] {
      #expect(written(room: 20) { IntegerText.write(value, to: $0) } == String(value))
    }
    #expect(written(room: 20) { IntegerText.write(Int64.min, to: $0) } == String(Int64.min))
  }

  /// The reader of padded memory against the bounded one, and both against each length.
  @Test
  func digitRunsEndAtTheFirstOtherByte() {
    for length in 0...20 {
      for other in [UInt8(0), 0x20, 0x2F, 0x3A, 0x65, 0x80, 0xFF] {
        let digits = (0..<length).map { UInt8(48 + ($0 * 7 + 1) % 10) }
        let bytes = digits + [other] + [UInt8](repeating: 0x35, count: 32)
        bytes.withUnsafeBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return }
          let padded = DigitRun(padded: base)
          let bounded = DigitRun(base, end: base + bytes.count)
          let expected = digits.reduce(UInt64(0)) { $0 &* 10 &+ UInt64($1 - 48) }
          #expect(padded.count == length && padded.value == expected)
          #expect(bounded.count == length && bounded.value == expected)
          let cut = DigitRun(base, end: base + length / 2)
          #expect(cut.count == length / 2)
        }
      }
    }
  }
}
