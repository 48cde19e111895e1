import LakeCore
import LakeSQL
import Lakehouse

/// A dialogue in SQL: lines in, results out. Where lines come from is another's matter.
///
/// 1. A line that begins with a dot or a back-slash is a command of the shell (`MetaCommand`), if
///    no statement has begun.
/// 2. Other lines are put together (`StatementBuffer`); each statement is carried out when its
///    semicolon comes.
/// 3. An error is told, and the dialogue goes on. The exit code is that of the last one.
final class SQLShell {
  let workspace: LakeWorkspace
  /// Whether somebody types, and sees what comes of it.
  let isInteractive: Bool
  let runner: StatementRunner
  var settings: ShellSettings
  /// With the output that is chosen.
  private(set) var context: CommandContext
  private let originalContext: CommandContext
  private var buffer = StatementBuffer()
  private var output: ShellOutput?
  private var onceFile: String?
  /// The file that is read, for the places of errors.
  private var file: String?
  private var readDepth = 0
  private var isFirstResult = true
  private(set) var isEnded = false
  private(set) var exitCode = ExitCode.done

  private static let readDepthMax = 16
  private static let fileBytesMax = 64 << 20

  init(
    _ workspace: LakeWorkspace, _ session: SQLSession, _ context: CommandContext,
    settings: ShellSettings, isInteractive: Bool
  ) {
    self.workspace = workspace
    self.isInteractive = isInteractive
    self.context = context
    self.settings = settings
    originalContext = context
    runner = StatementRunner(workspace, session: session)
  }

  func end() { isEnded = true }

  // MARK: - Lines

  /// What was begun and has not ended.
  var openText: String { buffer.isBlank ? "" : buffer.text }

  /// Takes a line, and does what it completes.
  func take(_ line: String) throws {
    if buffer.isBlank {
      buffer.dropBlanks()
      let word = line.drop(while: \.isWhitespace)
      if MetaCommand.isMeta(line) {
        try guarded { try runMeta(String(word)) }
        return count(line)
      }
      if isInteractive, let meta = SQLShell.bareWord(word) {
        return try guarded { try runMeta(meta) }
      }
    }
    buffer.append(line: line)
    for piece in buffer.takeFinished() where !isEnded { try run(piece) }
    if isInteractive, buffer.isBlank { buffer.clear() }
  }

  /// Takes the lines of a text, of which the last needs no semicolon.
  func take(text: String) throws {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !isEnded {
      try take(String(line))
    }
    try finish()
  }

  /// No more lines come.
  func finish() throws {
    if let piece = buffer.takeRest(), !isEnded { try run(piece) }
    buffer.clear()
  }

  /// Forgets what was begun.
  func discard() { buffer.clear() }

  /// A line that is no SQL counts for the places of errors.
  private func count(_ line: String) {
    buffer.append(line: "")
    buffer.dropBlanks()
  }

  /// What somebody types who looks for the way out, or for help.
  private static func bareWord(_ line: some StringProtocol) -> String? {
    switch line.lowercased().prefix(while: { $0 != ";" && !$0.isWhitespace }) {
    case "quit", "exit": line.split(separator: " ").count == 1 ? ".quit" : nil
    case "help", "?": line.split(separator: " ").count == 1 ? ".help" : nil
    default: nil
    }
  }

  /// Whether a text that is typed has come to its end.
  static func isWhole(_ text: String) -> Bool {
    if MetaCommand.isMeta(text) || bareWord(text) != nil { return true }
    return OpenEnd(of: text) == .nothing
  }
}

// MARK: - Files

extension SQLShell {
  /// Carries out what a file holds, and counts its lines for errors.
  func read(file path: String) throws {
    guard readDepth < SQLShell.readDepthMax else {
      throw LakeError(
        .limitExceeded, "files read each other more than \(SQLShell.readDepthMax) levels deep",
        at: .file(path))
    }
    let bytes = try LocalFileSystem().readWhole(path, limit: SQLShell.fileBytesMax)
    let (outerBuffer, outerFile) = (buffer, file)
    (buffer, file) = (StatementBuffer(), path)
    readDepth += 1
    defer {
      readDepth -= 1
      (buffer, file) = (outerBuffer, outerFile)
    }
    try take(text: String(decoding: bytes, as: UTF8.self))
  }
}

// MARK: - Statements

extension SQLShell {
  private func run(_ piece: StatementBuffer.Piece) throws {
    let margin =
      String(repeating: "\n", count: piece.line - 1) + String(repeating: " ", count: piece.column)
    try run(SourceText(margin + piece.sql, file: file))
  }

  /// A statement of the shell's own making.
  func query(_ sql: String, like pattern: String?) throws {
    var sql = sql
    if let pattern {
      let isPattern = pattern.contains { $0 == "%" || $0 == "*" }
      sql += " LIKE '\((isPattern ? pattern : "%\(pattern)%").replacing("'", with: "''"))'"
    }
    try perform(SourceText(sql))
  }

  private func run(_ text: SourceText) throws {
    try guarded {
      do {
        try perform(text)
      } catch let error as LakeError {
        throw error.place?.path == text.file
          ? SourcedError.adding(text, to: error)
          : SourcedError.readingSource(of: error, root: try? workspace.sessionIfAny?.layout.root)
      }
    }
  }

  private func perform(_ text: SourceText) throws {
    let start = ContinuousClock.now
    var times = StatementTimes()
    let statement = try SQLParser.parseStatement(
      text.text(0..<text.bytes.count), file: text.file)
    times.endParsing()
    try context.interruption.flag.check()
    let result = try runner.run(statement, in: text)
    times.endPlanning()
    let rows = try writer().write(result, isFirst: isInteractive || isFirstResult, since: start)
    if case .done = result {} else if onceFile == nil { isFirstResult = false }
    onceFile = nil
    try context.console.output.flush()
    times.endRunning()
    if settings.showsTimes { times.tell(rows: rows, context) }
  }

  private func writer() throws -> ResultWriter {
    let isLimited = context.console.outputTraits.isTerminal && onceFile == nil
    return ResultWriter(
      format: onceFile.flatMap { ResultFormat(file: $0) } ?? settings.mode, file: onceFile,
      workspace: workspace, context: context, rowsMax: isLimited ? settings.rowsMax : nil,
      columnWidthMax: settings.columnWidthMax, allHint: ".rows all shows them all",
      wholeHint: ".mode line shows them whole.", tellsTime: !settings.showsTimes)
  }

  /// Tells an error, and lets the dialogue go on, unless nobody is there any more.
  private func guarded(_ body: () throws -> Void) throws {
    do {
      return try body()
    } catch let error as LakeError where error.isClosedPipe {
      throw error
    } catch {
      onceFile = nil
      try context.console.output.flush()
      try tell(error)
    }
  }

  private func tell(_ error: any Error) throws {
    let interruption = context.interruption
    if isInteractive, interruption.isForOneStatement {
      // All of a file that is read ends with one statement of it.
      if readDepth > 0 { throw error }
      interruption.reset()
      exitCode = .interrupted
      // Below the ^C that the terminal shows.
      context.console.note("\n")
      return context.note("interrupted")
    }
    if interruption.isRequested { throw error }
    let report = ErrorReport(error, interruptedBy: interruption.exitCode)
    exitCode = report.exit
    let console = context.console
    context.flushResult()
    if context.globals.wantsJSON {
      console.note(report.json.compact + "\n")
    } else {
      console.note(report.text(Style(console.errorTraits)))
    }
    if settings.endsAtErrors, !isInteractive { end() }
  }
}

// MARK: - Commands of the shell

extension SQLShell {
  private func runMeta(_ line: String) throws {
    let words = MetaCommand.words(of: line)
    guard let name = words.first else { return }
    guard let command = MetaCommand.named(name) else { throw MetaCommand.unknown(name) }
    try command.run(self, Array(words.dropFirst()))
  }

  /// Writes what follows somewhere else; nil for where it went at first.
  func setOutput(_ path: String?) throws {
    try context.console.output.flush()
    if let output {
      output.close()
      settings.mode = output.modeBefore
    }
    (output, context, isFirstResult) = (nil, originalContext, true)
    guard let path else { return }
    if ResultFormat(file: path) == .parquet {
      throw LakeError(
        .unsupported, "Parquet holds one result", at: .file(path),
        hint: "Write .once FILE before the query.")
    }
    let opened = try ShellOutput(path, modeBefore: settings.mode)
    output = opened
    context = CommandContext(
      globals: originalContext.globals, console: opened.console(beside: originalContext.console),
      interruption: originalContext.interruption, root: originalContext.root)
    if let format = ResultFormat(file: path), settings.mode == .table { settings.mode = format }
  }

  func setOnce(_ path: String?) throws {
    guard let path else {
      throw LakeError(.invalidInput, "no file is named", hint: "Write .once FILE.")
    }
    onceFile = path
  }

  /// What `.output` chose, for `.show`.
  var outputPath: String? { output?.path }
}
