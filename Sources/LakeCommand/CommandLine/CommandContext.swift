import LakeCore

/// What a running command has to work with.
package struct CommandContext: Sendable {
  package let globals: GlobalOptions
  package let console: Console
  package let interruption: Interruption
  /// The whole tree, for help and completion.
  package let root: Command

  package init(
    globals: GlobalOptions, console: Console, interruption: Interruption, root: Command
  ) {
    self.globals = globals
    self.console = console
    self.interruption = interruption
    self.root = root
  }

  /// Threads to use.
  package var threads: Int { globals.threads ?? Machine.current().coreCount }

  /// Bytes to use at most; nil where the machine does not say what it has.
  var memoryLimit: Int? { globals.memoryLimit ?? Machine.current().defaultMemoryLimit }

  /// The account that everything allocated for this command counts against.
  package func makeMemoryTracker() -> MemoryTracker {
    MemoryTracker(name: "lake", limit: memoryLimit)
  }

  /// Writes a result to standard output.
  package func write(_ text: String) throws {
    try console.output.write(text)
  }

  /// Writes a result as JSON, and a line end.
  package func write(_ json: JSONText) throws {
    try console.output.write(json.pretty + "\n")
  }

  package func write(_ table: TextTable) throws {
    try console.output.write(table.rendered(for: console.outputTraits))
  }

  /// Lets what is said stand behind the result where both go to one terminal. A failure is kept by
  /// the sink, and told by the next write.
  func flushResult() {
    if console.outputTraits.isTerminal { try? console.output.flush() }
  }

  /// Says something beside the result, unless quiet is asked for.
  package func note(_ text: String) {
    guard !globals.isQuiet else { return }
    flushResult()
    let style = Style(console.errorTraits)
    console.note(style.yellow("note:") + " " + SafeText.escapedLines(text) + "\n")
  }
}
