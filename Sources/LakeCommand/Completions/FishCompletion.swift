/// A script for `~/.config/fish/completions/lake.fish`, or to be sourced.
enum FishCompletion {
  static func script(_ nodes: [CompletionNode]) -> String {
    let commands = nodes.dropFirst().map { "'\($0.key)'" }.joined(separator: " ")
    return """
      # Completion of lake for fish. To use it:
      #   lake --generate-completion-script fish | source

      # True where the commands typed so far are exactly the arguments.
      function __lake_at
          set -l path lake
          for word in (commandline -opc)[2..]
              if contains -- "$path $word" \(commands)
                  set path "$path $word"
              end
          end
          test "$path" = "$argv"
      end

      complete -c lake -f
      \(nodes.flatMap(lines).joined(separator: "\n"))

      """
  }

  private static func lines(_ node: CompletionNode) -> [String] {
    let start = "complete -c lake -n '__lake_at \(node.key)'"
    var lines = node.command.subcommands.map {
      "\(start) -a \($0.name) -d \(quoted($0.summary))"
    }
    for option in node.options {
      let short = option.short.map { " -s \($0)" } ?? ""
      lines.append(
        "\(start)\(short) -l \(option.long)\(value(option)) -d \(quoted(option.help))")
    }
    switch node.positional {
    case .files: lines.append("\(start) -F")
    case .directories: lines.append("\(start) -a '(__fish_complete_directories)'")
    case .none: break
    }
    return lines
  }

  private static func value(_ option: OptionInfo) -> String {
    guard option.takesValue else { return "" }
    if !option.choices.isEmpty { return " -x -a '\(option.choices.joined(separator: " "))'" }
    switch option.completion {
    case .none: return " -x"
    case .files: return " -r -F"
    case .directories: return " -x -a '(__fish_complete_directories)'"
    }
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
