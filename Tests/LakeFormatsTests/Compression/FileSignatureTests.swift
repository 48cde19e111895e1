import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("File signatures")
struct FileSignatureTests {
  private func signature(_ bytes: [UInt8]) -> FileSignature? {
    bytes.withView { FileSignature($0) }
  }

  @Test
  func formatsAreToldByTheirFirstBytes() {
    #expect(signature([0x1F, 0x8B, 8, 0]) == .gzip)
    #expect(signature([0x28, 0xB5, 0x2F, 0xFD, 0]) == .zstandard)
    #expect(signature(Array("BZh91AY".utf8)) == .bzip2)
    #expect(signature([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0]) == .xz)
    #expect(signature(Array("PK\u{3}\u{4}rest".utf8)) == .zip)
    #expect(signature(Array("PAR1rest".utf8)) == .parquet)
    #expect(signature(Array("Obj\u{1}rest".utf8)) == .avro)
    #expect(signature(Array("ORC\u{8}".utf8)) == .orc)
    #expect(signature(Array("SQLite format 3\0".utf8)) == .sqlite)
    #expect(signature([0x7F] + Array("ELF".utf8)) == .executable)
    #expect(signature([UInt8](repeating: 97, count: 257) + Array("ustar\0".utf8)) == .tar)
  }

  @Test
  func unicodeInWideUnitsIsToldWithAndWithoutAMark() {
    #expect(signature([0xFF, 0xFE, 0x7B, 0]) == .utf16LittleEndian)
    #expect(signature([0xFE, 0xFF, 0, 0x7B]) == .utf16BigEndian)
    #expect(signature([0xFF, 0xFE, 0, 0, 0x7B, 0, 0, 0]) == .utf32LittleEndian)
    #expect(signature([0x7B, 0, 0x22, 0, 0x61, 0]) == .utf16LittleEndian)
    #expect(signature([0, 0x7B, 0, 0x22, 0, 0x61]) == .utf16BigEndian)
  }

  @Test(arguments: ["", "a", "BZ", "PK", "a,b\n1,2\n", "{\"a\": 1}", "\u{FEFF}a,b\n", "Object,x\n"])
  func textHasNone(_ text: String) {
    #expect(signature(Array(text.utf8)) == nil)
  }

  @Test
  func zerosAreNoText16() {
    #expect(signature([UInt8](repeating: 0, count: 100)) == nil)
  }

  @Test
  func errorSaysWhatTheFileIsAndWhatToDo() {
    let error = FileSignature.zstandard.notText(at: "a.csv")
    #expect(
      error.description
        == "a.csv: the file is compressed with zstd, and only text, plain or in gzip, is read here "
        + "(Decompress it with zstd -d, or compress it with gzip instead.)")
  }
}
