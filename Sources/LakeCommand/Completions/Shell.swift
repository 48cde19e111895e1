/// The shells that get a completion script.
package enum Shell: String, Sendable, CaseIterable {
  case bash, zsh, fish
}

/// Completion scripts, made from the tree of commands: names of commands, options, and the values
/// of options that can be counted; files and directories where those are wanted.
package enum CompletionScript {
  package static func make(for shell: Shell, root: Command) -> String {
    let nodes = CompletionNode.all(below: root)
    switch shell {
    case .bash: return BashCompletion.script(nodes)
    case .zsh: return ZshCompletion.script(nodes)
    case .fish: return FishCompletion.script(nodes)
    }
  }
}

/// One command of the tree with all that can be typed after it.
package struct CompletionNode {
  /// The words that lead here: `["lake", "generate", "stedi"]`.
  let path: [String]
  let command: Command

  /// The options of the command and those that every command has.
  var options: [OptionInfo] {
    command.options + GlobalOptions.infos + (path.count == 1 ? GlobalOptions.rootInfos : [])
  }

  /// What its positional arguments are, if they are files at all.
  var positional: Completion {
    let kinds = command.arguments.map(\.completion)
    if kinds.contains(.files) { return .files }
    return kinds.contains(.directories) ? .directories : .none
  }

  var key: String { path.joined(separator: " ") }

  static func all(below root: Command, path: [String] = []) -> [CompletionNode] {
    let node = CompletionNode(path: path + [root.name], command: root)
    return [node] + root.subcommands.flatMap { all(below: $0, path: node.path) }
  }
}
