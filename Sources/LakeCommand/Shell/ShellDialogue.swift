import Glibc
import LakeCore
import LakeSQL
import Lakehouse

/// Lets somebody at a terminal talk to a shell: with a line editor where the terminal can be drawn
/// on, and line by line where it cannot.
struct ShellDialogue {
  private let shell: SQLShell
  private let context: CommandContext

  init(_ shell: SQLShell, _ context: CommandContext) {
    self.shell = shell
    self.context = context
  }

  func run() throws {
    greet()
    let isDrawable = context.console.outputTraits.isTerminal && context.console.outputTraits.isSmart
    if isDrawable, let mode = TerminalMode(descriptor: STDIN_FILENO) {
      try edit(mode)
    } else {
      try PlainLines(shell, context).run { context.showPrompt(ShellPrompt.text(before: $0)) }
    }
  }

  private func greet() {
    let root = try? shell.workspace.sessionIfAny?.layout.root
    let place = root.map { "workspace \($0)" } ?? "no workspace here; FROM 'file' reads files"
    context.say("lake \(Version.text) · \(place)\n.help lists the commands, Ctrl-D leaves.")
  }

  private func edit(_ mode: TerminalMode) throws {
    let file = HistoryFile(Environment.process)
    let editor = LineEditor(
      terminal(mode), style: Style(context.console.outputTraits),
      history: LineHistory(file?.load() ?? []),
      behaviour: LineEditor.Behaviour(
        prompt: { ShellPrompt.text(before: $0) }, isWhole: SQLShell.isWhole,
        complete: { before, all in
          Completer(before: before, all: all, names: shell.runner.knownNames()).answer
        }))
    while !shell.isEnded {
      switch try read(editor, mode) {
      case .end: return
      case .interrupted: shell.discard()
      case .entered(let text):
        if editor.history.add(text) { file?.append(text) }
        try shell.take(text: text)
      }
    }
  }

  /// Reads with keys passed on, and gives the terminal back on every way out.
  private func read(_ editor: LineEditor, _ mode: TerminalMode) throws -> LineEditor.Outcome {
    mode.passKeys()
    defer { mode.restore() }
    // Pasted text is marked, so that its line ends are no Enter.
    try write("\u{1B}[?2004h")
    defer { try? write("\u{1B}[?2004l") }
    do {
      return try editor.read()
    } catch let error as LakeError where error.code == .cancelled {
      // A signal from outside stands for the key.
      guard context.interruption.isForOneStatement else { throw error }
      context.interruption.reset()
      try write("\r\n")
      return .interrupted
    }
  }

  private func terminal(_ mode: TerminalMode) -> EditorTerminal {
    let input = StatementInput(context.interruption.flag)
    return EditorTerminal(
      read: { try input.readPiece() }, write: write,
      size: { SinkTraits.screenSize(STDOUT_FILENO) },
      suspend: {
        mode.restore()
        kill(getpid(), SIGTSTP)
        mode.passKeys()
      })
  }

  private func write(_ text: String) throws {
    try context.console.output.write(text)
    try context.console.output.flush()
  }
}

/// What stands before a line, by what came before it.
package enum ShellPrompt {
  package static func text(before: String) -> String {
    switch OpenEnd(of: before) {
    case .nothing where !before.contains { !$0.isWhitespace }: "lake> "
    case .nothing, .statement: "   -> "
    case .parenthesis: "   (> "
    case .quote(let quote): "   \(quote)> "
    case .comment: "   *> "
    }
  }
}

/// Lines as they come, from a pipe, a file or a terminal that is no more than one.
struct PlainLines {
  private let shell: SQLShell
  private let context: CommandContext

  init(_ shell: SQLShell, _ context: CommandContext) {
    self.shell = shell
    self.context = context
  }

  /// - parameter prompt: Called before somebody is waited for, with what was begun.
  func run(prompt: (String) -> Void = { _ in }) throws {
    let input = StatementInput(context.interruption.flag)
    var bytes: [UInt8] = []
    while !shell.isEnded {
      while let end = bytes.firstIndex(of: 0x0A), !shell.isEnded {
        let line = bytes[..<end]
        bytes.removeSubrange(...end)
        try shell.take(String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self))
      }
      if shell.isEnded { break }
      prompt(shell.openText)
      guard let piece = try read(input) else { continue }
      if piece.isEmpty { break }
      bytes += piece
    }
    if shell.isInteractive, !shell.isEnded { context.console.note("\n") }
    if !bytes.isEmpty { try shell.take(String(decoding: bytes, as: UTF8.self)) }
    try shell.finish()
  }

  /// Nil where somebody interrupted the waiting.
  private func read(_ input: StatementInput) throws -> [UInt8]? {
    do {
      return try input.readPiece()
    } catch let error as LakeError where error.code == .cancelled && shell.isInteractive {
      guard context.interruption.isForOneStatement else { throw error }
      context.interruption.reset()
      shell.discard()
      context.console.note("\n")
      return nil
    }
  }
}

extension CommandContext {
  fileprivate func showPrompt(_ text: String) {
    guard !globals.isQuiet || console.outputTraits.isTerminal else { return }
    flushResult()
    console.note(text)
  }
}
