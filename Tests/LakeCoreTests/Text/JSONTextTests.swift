import Foundation
import LakeCore
import Testing

@Suite("JSONText")
struct JSONTextTests {
  private func quoted(_ bytes: [UInt8]) throws -> [UInt8] {
    var sink = try ByteSink(capacity: 0)
    try (bytes + [0x22]).withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      try JSONText.appendQuoted(base, count: bytes.count, to: &sink)
    }
    return (0..<sink.count).map { sink.view[$0] }
  }

  private func expected(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x22]
    for byte in bytes {
      switch byte {
      case 0x22: result += Array("\\\"".utf8)
      case 0x5C: result += Array("\\\\".utf8)
      case 0x08: result += Array("\\b".utf8)
      case 0x09: result += Array("\\t".utf8)
      case 0x0A: result += Array("\\n".utf8)
      case 0x0C: result += Array("\\f".utf8)
      case 0x0D: result += Array("\\r".utf8)
      case 0..<0x20: result += Array(String(format: "\\u%04x", byte).utf8)
      default: result.append(byte)
      }
    }
    return result + [0x22]
  }

  @Test
  func everyByteAtEveryPlaceOfEveryLength() throws {
    for length in 0...40 {
      let plain = (0..<length).map { UInt8(0x61 + $0 % 26) }
      #expect(try quoted(plain) == expected(plain))
      for place in 0..<length {
        for byte in [
          0x00, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xA2, 0xDC, 0xFF,
        ] as [UInt8] {
          var bytes = plain
          bytes[place] = byte
          #expect(try quoted(bytes) == expected(bytes), "\(byte) at \(place) of \(length)")
        }
      }
    }
  }

  @Test
  func everyByteThereIs() throws {
    let all = (0...255).map { UInt8($0) }
    #expect(try quoted(all) == expected(all))
    let controls = [UInt8](repeating: 1, count: 5000)
    #expect(try quoted(controls) == expected(controls))
  }

  @Test(arguments: [
    "", "plain", "with \"quotes\" and \\", "tab\tnewline\n", "é€😀 \u{2028}", "\u{7F}\u{1}",
  ])
  func anotherReaderReadsItBack(text: String) throws {
    let json = try quoted(Array(text.utf8))
    let back = try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
    #expect(back as? String == text)
  }
}
