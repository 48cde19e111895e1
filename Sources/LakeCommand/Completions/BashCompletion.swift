/// A script to be sourced by bash 4 or later.
enum BashCompletion {
  static func script(_ nodes: [CompletionNode]) -> String {
    let commands = nodes.dropFirst().map { "\"\($0.key)\"" }.joined(separator: " | ")
    return """
      # Completion of lake for bash. To use it:
      #   source <(lake --generate-completion-script bash)

      _lake() {
        local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}"
        local path=lake index words=
        local IFS=$'\\n'
        # bash splits --name=value into three words.
        if [[ $current == "=" ]]; then
          current=
        elif [[ $previous == "=" ]]; then
          previous="${COMP_WORDS[COMP_CWORD - 2]}"
        fi
        for ((index = 1; index < COMP_CWORD; index++)); do
          case "$path ${COMP_WORDS[index]}" in
            \(commands)) path="$path ${COMP_WORDS[index]}" ;;
          esac
        done
        case "$path:$previous" in
      \(valueCases(nodes))
        esac
        case "$path" in
      \(wordCases(nodes))
        esac
        if [[ $current == -* || -n $words && $words != -* ]]; then
          COMPREPLY=($(compgen -W "$words" -- "$current"))
        fi
      }

      complete -o filenames -F _lake lake

      """
  }

  /// What follows an option that takes a value.
  private static func valueCases(_ nodes: [CompletionNode]) -> String {
    var lines: [String] = []
    for option in GlobalOptions.infos + GlobalOptions.rootInfos where option.takesValue {
      lines.append(valueCase(option, patterns: spellings(option).map { "*:\($0)" }))
    }
    for node in nodes {
      for option in node.command.options where option.takesValue {
        lines.append(valueCase(option, patterns: spellings(option).map { "\"\(node.key)\":\($0)" }))
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func valueCase(_ option: OptionInfo, patterns: [String]) -> String {
    let pattern = "    " + patterns.joined(separator: " | ") + ") "
    if !option.choices.isEmpty {
      return pattern + "COMPREPLY=($(compgen -W $'\(option.choices.joined(separator: "\\n"))' "
        + "-- \"$current\")); return ;;"
    }
    switch option.completion {
    case .files: return pattern + "COMPREPLY=($(compgen -f -- \"$current\")); return ;;"
    case .directories: return pattern + "COMPREPLY=($(compgen -d -- \"$current\")); return ;;"
    case .none: return pattern + "return ;;"
    }
  }

  private static func wordCases(_ nodes: [CompletionNode]) -> String {
    nodes.map { node in
      var words = node.command.subcommands.map(\.name)
      words += node.options.flatMap(spellings)
      var line = "    \"\(node.key)\")\n      words=$'\(words.joined(separator: "\\n"))'\n"
      switch node.positional {
      case .files: line += "      COMPREPLY=($(compgen -f -- \"$current\"))\n"
      case .directories: line += "      COMPREPLY=($(compgen -d -- \"$current\"))\n"
      case .none: break
      }
      return line + "      ;;"
    }.joined(separator: "\n")
  }

  private static func spellings(_ option: OptionInfo) -> [String] {
    (option.short.map { ["-\($0)"] } ?? []) + [option.spelling]
  }
}
