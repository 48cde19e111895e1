import LakeCore
import Testing

@Suite("StringView")
struct StringViewTests {
  static let samples = [
    "", "a", "ab", "abc", "abcd", "abcde", "abcdefghijkl", "abcdefghijklm", "abcdefghijkln",
    "abcd\0", "abcd\0\0", "é", "Christina.Huey@test.com", "Christina.Huey@test.org", "zzzz", "zzz",
  ]

  /// Calls `body` with the view of a text whose bytes are padded.
  private func withView<R>(_ text: String, _ body: (StringView) -> R) -> R {
    let bytes = Array(text.utf8) + [UInt8](repeating: 0xFF, count: 32)
    return bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return body(StringView()) }
      let view = StringView(base, count: text.utf8.count)
      let padded = StringView(padded: base, count: text.utf8.count)
      #expect(view.head == padded.head)
      #expect(view.isInline ? view.tail == padded.tail : true)
      return body(view)
    }
  }

  @Test(arguments: samples, samples)
  func comparesAsTheBytesDo(left: String, right: String) {
    withView(left) { a in
      withView(right) { b in
        #expect((a == b) == (left == right))
        #expect((a < b) == left.utf8.lexicographicallyPrecedes(right.utf8))
      }
    }
  }

  @Test(arguments: samples)
  func keepsItsText(text: String) {
    withView(text) { #expect($0.text == text) }
  }
}
