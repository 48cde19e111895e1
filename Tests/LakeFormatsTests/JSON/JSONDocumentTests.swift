import Foundation
import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// Files that others made to find out what readers of JSON get wrong. They lie beside the checkout;
/// where they do not, these tests are skipped.
enum SharedData {
  static let json = Repository.root + "/../shared/data/json"
  static let hostile = Repository.root + "/../shared/data/hostile"

  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix("json") }.sorted()
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}

@Suite("JSON document")
struct JSONDocumentTests {
  private func fault(_ bytes: [UInt8]) -> JSONDocument.Fault? {
    bytes.withUnsafeBytes { JSONDocument.validate($0) }
  }

  @Test("one value of any kind is a document")
  func valid() {
    for text in [
      "null", " true ", "false\n", "0", "-1.5e+10", "\"\"", "[]", "{}", "\t[1, {\"a\": []}]\r\n",
      "\"\\ud83d\\ude00 é \u{7F}\"",
    ] {
      #expect(fault(Array(text.utf8)) == nil, "\(text)")
    }
  }

  @Test("a document that is none says where and why")
  func invalid() {
    let cases: [(String, Int, String)] = [
      ("", 0, "expected a value, found the end"),
      (" \n", 2, "expected a value, found the end"),
      ("1 2", 2, "unexpected text behind the value: '2'"),
      ("{}\0", 2, "unexpected text behind the value: byte 0x00"),
      ("\u{FEFF}1", 0, "expected a value, found byte 0xEF"),
      ("[1,]", 3, "expected a value, found ']'"),
      ("{\"a\":1,}", 7, "expected a key in quotes, found '}'"),
      ("\"\\ud800\"", 1, "a \\u escape is one half of a surrogate pair without the other"),
      ("\"a", 2, "a string that does not end"),
      ("01", 0, "not a number by the rules of JSON"),
    ]
    for (text, offset, reason) in cases {
      let found = fault(Array(text.utf8))
      #expect(found?.offset == offset, "\(text)")
      #expect(found?.reason == reason, "\(text)")
    }
    #expect(fault([0x22, 0xC3, 0x22])?.reason == "bytes that are not UTF-8")
  }

  @Test("depth is limited")
  func depth() {
    for (levels, isRight) in [(512, true), (513, false), (100_000, false)] {
      let open = Array(repeating: UInt8(ascii: "["), count: levels)
      let close = Array(repeating: UInt8(ascii: "]"), count: levels)
      #expect((fault(open + close) == nil) == isRight)
      #expect(fault(open) != nil)
    }
  }

  @Test(
    "the conformance corpus is told apart",
    .enabled(
      if: !SharedData.names(in: SharedData.json).isEmpty, "there is no ../shared/data/json"),
    arguments: SharedData.names(in: SharedData.json))
  func conformance(name: String) throws {
    let bytes = try SharedData.bytes("\(SharedData.json)/\(name)")
    let found = fault(bytes)
    if name.hasPrefix("y_") { #expect(found == nil) }
    if name.hasPrefix("n_") { #expect(found != nil) }
    // Three of the files are UTF-16, which is told by name before anything is read.
    let signature = bytes.withUnsafeBytes { raw in ByteView(raw).flatMap { FileSignature($0) } }
    if signature != nil { return }
    // Read as a file of records, nothing is a crash either, and all ways of cutting agree.
    let fixture = try JSONFixture(bytes)
    let schema = Schema([Field("a", .bigint), Field("b", .varchar)])
    let whole = try fixture.read(schema)
    for target in [1, 7, 100] {
      #expect(try fixture.read(schema, JSONSetup(target: target)) == whole)
    }
    #expect(try fixture.infer().recordCount == fixture.read(Schema([])).recordCount)
  }

  @Test(
    "hostile files end in rejects",
    .enabled(
      if: !SharedData.names(in: SharedData.hostile).isEmpty, "there is no ../shared/data/hostile"),
    arguments: SharedData.names(in: SharedData.hostile))
  func hostile(name: String) throws {
    let bytes = try SharedData.bytes("\(SharedData.hostile)/\(name)")
    #expect(fault(bytes) != nil)
    let fixture = try JSONFixture(bytes)
    let outcome = try fixture.read(Schema([Field("a", .bigint)]))
    #expect(outcome.recordCount == 0)
    #expect(outcome.rejects.count == 1)
    let reason = try #require(outcome.rejects.first?.reason)
    #expect(reason.contains("512 levels") || reason.contains("found an array"))
    #expect(try fixture.infer().recordCount == 0)
  }
}
