extension Command {
  /// The tree of all commands. A subcommand is one file and one line here.
  package static let lake = Command(
    name: "lake",
    summary: "Manage a lakehouse of landing, trusted and curated zones",
    examples: [
      Example("lake init --template stedi /tmp/stedi", "Make a workspace to try things in."),
      Example("lake -C /tmp/stedi run stedi", "Make its five tables."),
      Example("lake help run", "Read the help of one command."),
    ],
    subcommands: [
      .status,
      .`init`,
      .crawl,
      .tables,
      .describe,
      .query,
      .sql,
      .plan,
      .run,
      .runs,
      .adopt,
      .history,
      .restore,
      .optimize,
      .vacuum,
      .rejects,
      .audit,
      .catalog,
      .convert,
      .inspect,
      .generate,
      .version,
      .help,
    ])
}

/// What a bare `lake` shows where there is no workspace.
package enum OverviewScreen {
  package static func write(_ context: CommandContext) throws {
    let style = Style(context.console.outputTraits)
    let root = context.root
    if context.globals.wantsJSON {
      return try context.write(
        .object([
          .init("version", .string(Version.text)),
          .init("commands", .array(root.subcommands.map { .string($0.name) })),
        ]))
    }
    var text = style.bold("lake \(Version.text)") + ": \(root.summary.lowercasedFirst)\n"
    text += "\n" + style.bold("Commands") + "\n"
    for command in root.subcommands {
      let fill = String(repeating: " ", count: max(1, 14 - command.name.count))
      text += "  " + style.cyan("lake \(command.name)") + fill + command.summary + "\n"
    }
    text += "\n" + style.bold("To begin with") + "\n"
    for example in root.examples {
      text += style.dim("  # \(example.explanation)") + "\n  \(example.line)\n"
    }
    text += "\n'lake help COMMAND' explains a command, 'lake help exit-codes' its exit codes.\n"
    try context.write(text)
  }
}

extension String {
  /// "Manage" → "manage"
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
