import Testing
import LakeCommand

@Suite("Help")
struct HelpTests {
  @Test func fitsTheTerminal() {
    for width in [40, 60, 80, 120] {
      let traits = SinkTraits(isTerminal: true, width: width)
      let run = CommandRun(["help", "generate", "stedi"], traits: traits)
      let examples = Command.generateStedi.examples
      for line in run.output.split(separator: "\n") {
        let isExample = examples.contains {
          line.contains($0.line) || line.contains($0.explanation)
        }
        // Below the second column there is always room for twenty characters.
        #expect(
          isExample || line.contains("USAGE") || line.contains("OVERVIEW")
            || line.count <= max(width, 46))
      }
    }
  }

  @Test func namesEverythingThatIsDeclared() {
    func check<Options>(_ declaration: Declaration<Options>) {
      let text = HelpText.make(
        Command(declaration) { _, _ in .done }, path: ["lake", declaration.name],
        traits: SinkTraits(isTerminal: false))
      for option in declaration.options { #expect(text.contains("\n  \(option.info.spelling)")) }
      for argument in declaration.arguments { #expect(text.contains("\n  \(argument.info.usage)")) }
      for example in declaration.examples { #expect(text.contains("\n  \(example.line)\n")) }
      #expect(text.contains("USAGE: lake \(declaration.name) [OPTIONS] "))
    }
    check(Convert.declaration)
    check(Inspect.declaration)
  }
}

@Suite("Examples in help")
struct ExampleTests {
  private static func all(_ command: Command) -> [Example] {
    command.examples + command.subcommands.flatMap(all)
  }

  @Test func ofCommandsParse() throws {
    for example in Self.all(.lake) {
      #expect(throws: Never.self, "\(example.line)") {
        try CommandLineParser.parse(CommandRun.words(of: example.line), root: .lake)
      }
    }
    #expect(Self.all(.lake).count >= 10)
  }

  @Test func ofDeclarationsParse() {
    for example in Convert.declaration.examples {
      let words = CommandRun.words(of: example.line)
      #expect(words.first == "convert")
      #expect(CommandRun.parse(Convert.declaration, Array(words.dropFirst())).options != nil)
    }
    for example in Inspect.declaration.examples {
      let words = CommandRun.words(of: example.line)
      #expect(words.first == "inspect")
      #expect(CommandRun.parse(Inspect.declaration, Array(words.dropFirst())).options != nil)
    }
  }

  @Test func ofEveryCommandAreThere() {
    func check(_ command: Command) {
      #expect(!command.examples.isEmpty, "\(command.name)")
      #expect(!command.summary.hasSuffix("."), "\(command.name)")
      for option in command.options { #expect(option.help.hasSuffix("."), "\(option.long)") }
      command.subcommands.forEach(check)
    }
    check(.lake)
  }
}
