import LakeCore
import LakeTestSupport
import Testing

@Suite("UTF8Text")
struct UTF8TextTests {
  private func firstInvalid(_ bytes: [UInt8]) -> Int? {
    // In memory of exactly this size, so that the sanitizer sees every byte too many.
    bytes.withUnsafeBytes {
      guard let base = $0.baseAddress else { return nil }
      return UTF8Text.firstInvalidByte(in: ByteView(base, count: bytes.count))
    }
  }

  static let valid: [[UInt8]] = [
    [], [0x00], [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF],
    [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
  ]

  static let invalid: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xC2, 0xC2],
    [0xE0, 0x9F, 0xBF],
    [0xE0, 0xA0], [0xE0, 0xA0, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xEF, 0xBF],
    [0xEF, 0x41],
    [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80], [0xF0, 0x90, 0x80, 0x41], [0xF0, 0x90],
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE],
    [0xFF],
  ]

  /// Every sequence at every place of a text that is long enough for whole blocks.
  @Test(
    arguments: [[0x61], [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80]] as [[UInt8]])
  func findsTheFirstInvalidByteAnywhere(filler: [UInt8]) {
    for before in 0..<140 / filler.count {
      let prefix = Array(repeating: filler, count: before).joined()
      for after in [0, 1, 40] {
        let suffix = Array(repeating: filler, count: after).joined()
        for sequence in Self.valid where firstInvalid(prefix + sequence + suffix) != nil {
          Issue.record("\(sequence) is refused after \(prefix.count) bytes, before \(after)")
        }
        for sequence in Self.invalid {
          let found = firstInvalid(prefix + sequence + suffix)
          guard found != prefix.count else { continue }
          Issue.record("\(sequence) after \(prefix.count) bytes is found at \(found ?? -1)")
        }
      }
    }
  }

  /// Against a plain decoder on bytes in which errors are likely.
  @Test
  func agreesWithAPlainDecoder() {
    var random = SeededRandom(seed: 9)
    let leads: [UInt8] = [
      0x61, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xE0, 0xE1, 0xED, 0xF0, 0xF4,
    ]
    var wrong: [[UInt8]] = []
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      while bytes.count < 100 {
        if random.next() % 32 == 0 {
          bytes += (0..<3).map { _ in leads[Int(random.next() % 13)] }
        }
        bytes += Array(
          "aé€😀".unicodeScalars.randomElement(using: &random).map { String($0).utf8 } ?? "".utf8)
      }
      if firstInvalid(bytes) != plainFirstInvalid(bytes) { wrong.append(bytes) }
    }
    #expect(wrong.first == nil)
  }

  @Test
  func tellsASCII() {
    for place in 0..<200 {
      var bytes = [UInt8](repeating: 0x7F, count: 200)
      bytes.withUnsafeBytes { #expect(UTF8Text.isASCII(ByteView($0.baseAddress!, count: 200))) }
      bytes[place] = 0x80
      bytes.withUnsafeBytes { #expect(!UTF8Text.isASCII(ByteView($0.baseAddress!, count: 200))) }
    }
  }

  private func plainFirstInvalid(_ bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
      var decoder = UTF8()
      var iterator = bytes[index...].makeIterator()
      guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return index }
      index += String(scalar).utf8.count
    }
    return nil
  }
}
