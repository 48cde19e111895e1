import LakeCommand
import LakeTestSupport
import Testing

@Suite("Outputs of convert")
struct ConvertOutputTests {
  private let directory: TemporaryDirectory
  private let input: String

  init() throws {
    directory = try TemporaryDirectory()
    input = try directory.write(Array("{\"a\":1}\n{\"a\":\n".utf8), to: "in.json")
  }

  private func convert(_ words: String...) -> CommandRun {
    CommandRun(["-q", "convert"] + words)
  }

  private func path(_ name: String) -> String { directory.file(name) }

  @Test
  func rejectsDoNotReplaceAFileUnasked() throws {
    let kept = try directory.write(Array("kept".utf8), to: "rejects")
    let refused = convert("--rejects", kept, input, path("out.csv"))
    #expect(refused.code == .failed)
    #expect(refused.errors.contains("the file for the rejects is there already"))
    #expect(try directory.read("rejects") == Array("kept".utf8))
    #expect(convert("--force", "--rejects", kept, input, path("out.csv")).code == .done)
    #expect(try directory.read("rejects") != Array("kept".utf8))
  }

  @Test
  func rejectsDoNotReplaceTheOutput() {
    for name in ["out.csv", "./out.csv"] {
      let refused = convert("--rejects", path(name), input, path("out.csv"))
      #expect(refused.code == .failed)
      #expect(refused.errors.contains("the rejects would be written over the output"))
    }
    let refused = convert("--rejects", "-", input, path("out.csv"))
    #expect(refused.errors.contains("the rejects cannot go to standard output"))
  }
}
