/// A script for a file `_lake` in a directory of zsh's `fpath`, or to be sourced.
enum ZshCompletion {
  static func script(_ nodes: [CompletionNode]) -> String {
    """
    #compdef lake
    # Completion of lake for zsh. To use it, after compinit:
    #   source <(lake --generate-completion-script zsh)

    \(nodes.reversed().map(function).joined(separator: "\n"))
    if [ "$funcstack[1]" = "_lake" ]; then
      _lake "$@"
    else
      compdef _lake lake
    fi

    """
  }

  private static func name(of node: CompletionNode) -> String {
    "_" + node.path.joined(separator: "_").replacing("-", with: "_")
  }

  private static func function(_ node: CompletionNode) -> String {
    let specs = node.options.flatMap(optionSpecs) + positionalSpecs(node)
    var text = "\(name(of: node))() {\n"
    if node.command.isGroup {
      text += "  local context state state_descr line\n  typeset -A opt_args\n"
    }
    text += "  _arguments -s \(node.command.isGroup ? "-C " : "")\\\n"
    text += specs.map { "    \($0)" }.joined(separator: " \\\n") + "\n"
    if node.command.isGroup { text += dispatch(node) }
    return text + "}\n"
  }

  private static func dispatch(_ node: CompletionNode) -> String {
    let cases = node.command.subcommands.map { command in
      let below = CompletionNode(path: node.path + [command.name], command: command)
      return "      \(command.name)) \(name(of: below)) ;;\n"
    }
    return "  case $state in\n    rest) case $line[1] in\n\(cases.joined())    esac ;;\n  esac\n"
  }

  private static func optionSpecs(_ option: OptionInfo) -> [String] {
    let value = option.valueName.map { ":\($0):\(action(option))" } ?? ""
    let body = "[\(escaped(option.help))]\(value)"
    // The value of a long option follows `=` or a blank, that of a short one may follow at once.
    let long = option.spelling + (option.takesValue ? "=" : "") + body
    guard let short = option.short else { return [quoted(long)] }
    let exclusion = "(-\(short) \(option.spelling))"
    let brief = "-\(short)" + (option.takesValue ? "+" : "") + body
    return [quoted(exclusion + brief), quoted(exclusion + long)]
  }

  private static func action(_ option: OptionInfo) -> String {
    if !option.choices.isEmpty { return "(\(option.choices.joined(separator: " ")))" }
    return action(option.completion)
  }

  private static func action(_ completion: Completion) -> String {
    switch completion {
    case .none: " "
    case .files: "_files"
    case .directories: "_files -/"
    }
  }

  private static func positionalSpecs(_ node: CompletionNode) -> [String] {
    guard node.command.isGroup else {
      return node.positional == .none ? [] : [quoted("*: :\(action(node.positional))")]
    }
    let names = node.command.subcommands.map { command in
      "\(command.name)\\:\"\(escaped(command.summary))\""
    }
    return [quoted("1: :((\(names.joined(separator: " "))))"), quoted("*:: :->rest")]
  }

  /// Safe inside the brackets of a specification.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "[]:\\\"".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
