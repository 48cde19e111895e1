import LakeCore
import LakeTestSupport
import Testing

@Suite("Paths, names and small files")
struct FileSystemHelperTests {
  @Test(arguments: [
    ("a/b", "a", "b"), ("b", ".", "b"), ("/b", "/", "b"), ("a/b/", "a/b", ""), ("/", "/", ""),
    ("", ".", ""), ("é/日", "é", "日"), ("a//b", "a/", "b"),
  ])
  func aPathHasADirectoryAndALastComponent(path: String, directory: String, last: String) {
    #expect(Path.directory(of: path) == directory)
    #expect(Path.lastComponent(of: path) == last)
  }

  @Test func joiningAddsASlashWhereThereIsNone() {
    #expect(Path.join("a", "b") == "a/b")
    #expect(Path.join("a/", "b") == "a/b")
    #expect(Path.join("/", "b") == "/b")
  }

  @Test func temporaryNamesAreRecognised() {
    for _ in 0..<100 {
      let path = TemporaryName.random(in: "d")
      #expect(path.hasPrefix("d/.lake-tmp-"))
      #expect(TemporaryName.matches(Path.lastComponent(of: path)))
    }
    for name in [
      ".lake-tmp-", ".lake-tmp-0123456789abcde", ".lake-tmp-0123456789abcdef0",
      ".lake-tmp-0123456789abcdeF", ".lake-tmp-0123456789abcdeg", "lake-tmp-0123456789abcdef",
    ] {
      #expect(!TemporaryName.matches(name))
    }
    #expect(TemporaryName.matches(".lake-tmp-0123456789abcdef"))
  }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 8192, 100_000])
  func aSmallFileIsReadWhole(count: Int) throws {
    let directory = try TemporaryDirectory()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let path = try directory.write(bytes, to: "a")
    #expect(try LocalFileSystem().readWhole(path, limit: 100_000) == bytes)
    #expect(try LocalFileSystem().readWhole(path, limit: count) == bytes)
    if count > 0 {
      let error = #expect(throws: LakeError.self) {
        try LocalFileSystem().readWhole(path, limit: count - 1)
      }
      #expect(error?.code == .limitExceeded)
    }
  }

  @Test func aFileThatDoesNotKnowItsSizeIsReadWhole() throws {
    let bytes = try LocalFileSystem().readWhole("/proc/self/status", limit: 1 << 20)
    #expect(String(decoding: bytes, as: UTF8.self).contains("VmRSS"))
  }

  @Test func aFailureToReadIsPassedOn() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("x", to: "a")
    let faulty = FaultInjectingFileSystem(
      LocalFileSystem(), fault: .failure(5), at: 0, counting: { !$0.isChange })
    #expect(throws: LakeError.self) { try faulty.readWhole(path, limit: 10) }
  }
}
