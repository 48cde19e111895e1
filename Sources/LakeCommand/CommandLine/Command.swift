/// A node of the tree of commands: a group with subcommands, or something that runs.
///
/// What runs keeps its typed options to itself: from outside a command is a name, its help, and
/// `start`.
package struct Command: Sendable {
  package typealias Action = @Sendable (CommandContext) throws -> ExitCode

  package let name: String
  package let summary: String
  package let discussion: String
  package let arguments: [ArgumentInfo]
  package let options: [OptionInfo]
  package let examples: [Example]
  package let subcommands: [Command]
  private let start: (@Sendable (Matches) throws -> Action)?

  /// A command that runs. The options are built, and found wrong, before anything happens.
  package init<Options: Sendable>(
    _ declaration: Declaration<Options>,
    run: @escaping @Sendable (Options, CommandContext) throws -> ExitCode
  ) {
    name = declaration.name
    summary = declaration.summary
    discussion = declaration.discussion
    arguments = declaration.arguments.map(\.info)
    options = declaration.options.map(\.info)
    examples = declaration.examples
    subcommands = []
    start = { matches in
      let options = try declaration.build(matches)
      return { context in try run(options, context) }
    }
  }

  /// A group of commands, which does nothing by itself.
  package init(
    name: String, summary: String, discussion: String = "", examples: [Example] = [],
    subcommands: [Command]
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.examples = examples
    self.subcommands = subcommands
    arguments = []
    options = []
    start = nil
  }

  package var isGroup: Bool { start == nil }

  /// Checks what was typed and returns what there is to do.
  package func prepare(_ matches: Matches) throws(UsageFault) -> Action {
    guard let start else { throw .missingCommand }
    do {
      return try start(matches)
    } catch {
      throw .wrap(error)
    }
  }

  package func subcommand(named name: String) -> Command? {
    subcommands.first { $0.name == name }
  }

  /// The usage line for a command that is reached by `path`, its own name included.
  package func usage(path: String) -> String {
    if isGroup { return "\(path) [OPTIONS] SUBCOMMAND" }
    return ([path, "[OPTIONS]"] + arguments.map(\.usage)).joined(separator: " ")
  }
}
