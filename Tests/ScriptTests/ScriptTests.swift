import Foundation
import LakeTestSupport
import Testing

/// `bin/lake` in a small checkout whose `swift` is a stand-in: it writes a binary that says where
/// it runs and with what, and counts how often it was asked to build.
@Suite("bin/lake")
struct ScriptTests {
  /// A checkout with the real script, one source and a toolchain of its own.
  struct Checkout {
    let folder: TemporaryDirectory

    init() throws {
      folder = try TemporaryDirectory()
      try folder.write("// swift-tools-version: 6.2\n", to: "repo/Package.swift")
      try folder.write("let a = 1\n", to: "repo/Sources/a.swift")
      try folder.write("", to: "elsewhere/file")
      try folder.write("#!/bin/sh\nexit 0\n", to: "parts/setup")
      try folder.write(Self.standIn, to: "parts/swift")
      // A file that this process wrote is "busy" to whoever runs it while another test starts a
      // process, which for a moment holds all our descriptors. Copies made outside are not.
      let made = try shell(
        """
        cd .. && install -D -m 755 parts/setup repo/bin/setup &&
        install -D -m 755 parts/swift toolchain/swift &&
        cp -p "$REAL/bin/lake" "$REAL/bin/common.bash" repo/bin/
        """, ["REAL": Repository.root])
      #expect(made.exitCode == 0, "\(made.errorText)")
    }

    private static let standIn = """
      #!/bin/sh
      echo "$*" >>"$COUNT"
      echo chatter; echo chatter >&2
      sleep "${BUILD_SECONDS:-0}"
      [ ! -e "$ROOT/Sources/broken.swift" ] || { echo "broken.swift:1: error"; exit 1; }
      mkdir -p "$ROOT/.build/release"
      printf '#!/bin/sh\\necho "$PWD: $*"\\n' >"$ROOT/.build/release/lake"
      chmod +x "$ROOT/.build/release/lake"

      """

    func shell(_ command: String, _ variables: [String: String] = [:]) throws -> ShellCommand.Result
    {
      var environment = [
        "PATH": "\(folder.file("toolchain")):/usr/bin:/bin", "ROOT": folder.file("repo"),
        "COUNT": folder.file("count"), "LC_ALL": "C.UTF-8", "HOME": folder.path,
      ]
      environment.merge(variables) { $1 }
      let directory = folder.file("elsewhere")
      return try ShellCommand(command, in: directory, environment: environment).run()
    }

    /// How often a build was asked for.
    var builds: Int {
      let text = try? String(contentsOfFile: folder.file("count"), encoding: .utf8)
      return text?.split(separator: "\n").count ?? 0
    }

    var greeting: String { "\(folder.file("elsewhere")): x y\n" }
  }

  @Test func buildsOnceAndRunsInTheCallersDirectory() throws {
    let checkout = try Checkout()
    let first = try checkout.shell("../repo/bin/lake x y")
    #expect(first.outputText == checkout.greeting)
    #expect(first.errorText == "building lake (first time takes about a minute)…\n")
    let second = try checkout.shell("../repo/bin/lake x y")
    #expect(second.outputText == checkout.greeting)
    #expect(second.errorText == "")
    #expect(checkout.builds == 1)
  }

  @Test func worksThroughASymbolicLink() throws {
    let checkout = try Checkout()
    let result = try checkout.shell("ln -s ../repo/bin/lake mylake && ./mylake x y")
    #expect(result.outputText == checkout.greeting)
  }

  static let changes = [
    "echo 'let b = 2' >../repo/Sources/b.swift",
    "echo 'let a = 22' >../repo/Sources/a.swift",
    "touch -d 2001-01-01 ../repo/Sources/a.swift",
    "rm ../repo/Sources/c.swift",
    "echo >>../repo/Package.swift",
    "rm ../repo/.build/release/lake",
  ]

  @Test(arguments: changes)
  func buildsAgainWhenSourcesHaveChanged(change: String) throws {
    let checkout = try Checkout()
    _ = try checkout.shell("touch ../repo/Sources/c.swift; ../repo/bin/lake")
    let result = try checkout.shell("\(change); ../repo/bin/lake x y")
    #expect(result.outputText == checkout.greeting, "\(result.errorText)")
    #expect(checkout.builds == 2)
  }

  @Test func severalAtOnceWaitForOneBuild() throws {
    let checkout = try Checkout()
    let command = "for i in 1 2 3; do ../repo/bin/lake x y & done; wait"
    let result = try checkout.shell(command, ["BUILD_SECONDS": "0.5"])
    #expect(result.outputText == String(repeating: checkout.greeting, count: 3))
    #expect(checkout.builds == 1)
  }

  @Test func aFailedBuildShowsItsLogAndExitsWithOne() throws {
    let checkout = try Checkout()
    _ = try checkout.shell("../repo/bin/lake")
    let result = try checkout.shell("touch ../repo/Sources/broken.swift; ../repo/bin/lake")
    #expect(result.exitCode == 1)
    #expect(result.outputText == "")
    #expect(result.errorText.contains("broken.swift:1: error"))
    let mended = try checkout.shell("rm ../repo/Sources/broken.swift; ../repo/bin/lake x y")
    #expect(mended.outputText == checkout.greeting)
  }

  @Test func takesTheBinaryThatIsThereWhenToldNotToBuild() throws {
    let checkout = try Checkout()
    let none = try checkout.shell("../repo/bin/lake", ["LAKE_NO_BUILD": "1"])
    #expect(none.exitCode == 1)
    #expect(none.errorText.contains("there is no binary at"))
    _ = try checkout.shell("../repo/bin/lake")
    let stale = try checkout.shell(
      "touch ../repo/Sources/b.swift; ../repo/bin/lake x y", ["LAKE_NO_BUILD": "1"])
    #expect(stale.outputText == checkout.greeting)
    #expect(checkout.builds == 1)
  }

  @Test func passesOnTheExitCode() throws {
    let checkout = try Checkout()
    let command = """
      ../repo/bin/lake; printf '#!/bin/sh\nexit 64\n' >../repo/.build/release/lake; ../repo/bin/lake
      """
    #expect(try checkout.shell(command).exitCode == 64)
  }
}
