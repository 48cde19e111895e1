/// The options that every command takes, before or after its name.
package struct GlobalOptions: Sendable, Equatable {
  package enum ColorChoice: String, Sendable, CaseIterable {
    case auto, always, never
  }

  /// Where the command runs as if it had been started there.
  package var directory: String?
  package var color = ColorChoice.auto
  package var isQuiet = false
  package var wantsJSON = false
  /// Nil means one a core.
  package var threads: Int?
  /// In bytes. Nil means half of the machine's.
  package var memoryLimit: Int?

  package init() {}

  package static let declaration = Declaration(
    name: "lake", summary: "", initial: GlobalOptions(),
    options: [
      .option("directory", short: "C", "DIR", .directory, "Run as if started in DIR.") {
        $0.directory = $1
      },
      .flag("json", "Write results, and errors, as JSON.") { $0.wantsJSON = true },
      .flag("quiet", short: "q", "No progress, no notes; errors only.") { $0.isQuiet = true },
      .option("color", "WHEN", .choice(), "Colour: auto (on a terminal), always or never.") {
        $0.color = $1
      },
      .option("threads", "N", .integer(1...1024), "Threads to use (default: one a core).") {
        $0.threads = $1
      },
      .option(
        "memory-limit", "SIZE", .byteSize,
        "Memory to use at most, as 512MB or 4GiB (default: half of the machine's)."
      ) { $0.memoryLimit = $1 },
    ])

  /// Options that end the parsing where they stand, and so have no place in the values above.
  package static let help = OptionInfo(long: "help", short: "h", help: "Show help.")
  package static let version = OptionInfo(long: "version", help: "Show the version.")
  package static let completionScript = OptionInfo(
    long: "generate-completion-script", valueName: "SHELL",
    help: "Write a completion script for bash, zsh or fish.",
    choices: Shell.allCases.map(\.rawValue))

  /// What help lists on every level.
  package static let infos = declaration.options.map(\.info) + [help]
  /// What only the first level has.
  package static let rootInfos = [version, completionScript]
}
