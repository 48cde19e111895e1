import LakeCore
import LakeTestSupport
import Testing

@Suite("JSON as a tree")
struct JSONValueTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-1.50", "1e+400", "\"\"", "[]", "{}",
    #"{"b":1,"a":[1,2,{"c":null}],"b":2}"#, #""\"\\\n\r\t\u0001é😀""#, "123456789012345678901",
  ])
  func readsAndWritesTheSame(text: String) throws {
    #expect(try JSONValue(parsing: text).description == text)
  }

  @Test func blanksAndEscapesAreRead() throws {
    let value = try JSONValue(
      parsing: " { \"a\" : [ 1 ,\n2 ] , " + #""b\u0041\ud83d\ude00\/" : "\b\f" } "#)
    #expect(value["a"]?.elements?.compactMap(\.integer) == [1, 2])
    #expect(value["bA😀/"]?.text == "\u{8}\u{C}")
    #expect(value["none"] == nil)
    #expect(try JSONValue(parsing: #"{"a":1,"a":2}"#)["a"]?.integer == 2)
  }

  @Test(arguments: [
    "", " ", "nul", "truer", "01", "-", "1.", "1e", "+1", ".5", "'a'", "\"", "\"\\\"", "\"\\x\"",
    "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\u{1}\"", "[", "[1", "[1,",
    "[1,]", "[,1]", "{", "{\"a\"", "{\"a\":", "{\"a\":1,}", "{a:1}", "1 2", "[1}", "\"\\", "\"\\u",
  ])
  func otherTextsAreRefused(text: String) {
    let error = #expect(throws: LakeError.self) { try JSONValue(parsing: text) }
    #expect(error?.code == .corruptData)
    #expect(error?.place?.byteOffset != nil)
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(throws: LakeError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    #expect(throws: LakeError.self) { try JSONValue(parsing: [0x22, 0x00, 0x22]) }
  }

  @Test func nestingIsLimited() throws {
    let depth = JSONValue.depthMax
    let fits = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(try JSONValue(parsing: fits).description == fits)
    #expect(throws: LakeError.self) { try JSONValue(parsing: "[" + fits + "]") }
    #expect(throws: LakeError.self) {
      try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000))
    }
  }

  @Test func randomBytesDoNotTrap() {
    var random = SeededRandom(seed: 1)
    let alphabet = Array("{}[]\",:\\u0123456789eE+-.tfnrualse \n\u{1}".utf8) + [0xC3, 0xFF, 0]
    for _ in 0..<20_000 {
      let bytes = (0..<random.below(24)).map { _ in random.pick(alphabet) }
      if let value = try? JSONValue(parsing: bytes) {
        #expect((try? JSONValue(parsing: value.description)) == value)
      }
    }
  }
}
