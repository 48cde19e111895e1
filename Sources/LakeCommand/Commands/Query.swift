import LakeCore
import LakeFormats
import LakeSQL
import Lakehouse

/// `lake query`: the options, and how they are read.
package struct Query: Sendable, Equatable {
  /// Nil where the text comes from elsewhere; `-` is standard input.
  package var sql: String?
  package var file: String?
  /// Nil means to go by the output's extension, or a table.
  package var format: ResultFormat?
  package var output: String?
  package var showsAll = false
  package var showsTimes = false
  package var isBatch = false
  /// Values for `:name`, and for `?` by number.
  package var parameters: [String: String] = [:]

  package init() {}

  package static let declaration = Declaration(
    name: "query", summary: "Run SQL on tables and files",
    discussion: """
      Runs one statement or several, separated by semicolons: SELECT, EXPLAIN, SHOW, DESCRIBE, \
      CREATE and DROP. Tables go by zone.name or name_zone; FROM 'file.json' reads a file, \
      FROM read_csv('*.csv', delim => ';') reads files as told, FROM stdin reads standard input; \
      none of these needs a workspace. 'lake sql' is the same by dialogue.

      On a terminal 40 rows are shown, the first and the last, boxed; anywhere else all of them, \
      whole. Null is written NULL in tables and as an empty field in CSV. A timestamp is written \
      as Athena writes it, 2024-02-29 12:30:00.123, in UTC.

      With --batch statements are read from standard input as they come, and each is answered by \
      one line of JSON: {"ok":true,"columns":[...],"types":[...],"rows":[...],"seconds":0.1} or \
      {"ok":false,"error":{"code":...,"message":...,"line":...,"column":...}}, the place counted \
      from the statement's beginning. An error does not end it.
      """,
    initial: Query(),
    arguments: [
      .optional("SQL", .text, "The statements; - reads them from standard input.") { $0.sql = $1 }
    ],
    options: [
      .option("file", short: "f", "FILE", .file, "Read the statements from FILE.") {
        $0.file = $1
      },
      .option(
        "format", "FORMAT", .choice(),
        "How rows are written: table, csv, tsv, json, ndjson, markdown, line or parquet."
      ) { $0.format = $1 },
      .option(
        "output", short: "o", "FILE", .file,
        "Write the rows to FILE, which appears when it is whole; its extension says the format."
      ) { $0.output = $1 },
      .option(
        "param", "NAME=VALUE", .assignment,
        "A value for :NAME in the statements, or for the first ? as 1=VALUE; may come again."
      ) { $0.parameters[$1.name.lowercased()] = $1.value },
      .flag("all", "Show all rows on a terminal too.") { $0.showsAll = true },
      .flag("timer", "Say how long each statement took, by parts, on standard error.") {
        $0.showsTimes = true
      },
      .flag("batch", "Answer statements from standard input with a line of JSON each.") {
        $0.isBatch = true
      },
    ],
    examples: [
      Example("lake query \"SELECT count(*) FROM customer_trusted\"", "Ask a table."),
      Example("lake query \"SELECT * FROM 'readings.json' LIMIT 10\"", "Ask a file."),
      Example(
        "lake query -o adults.csv \"SELECT email FROM landing.customer ORDER BY email\"",
        "Into a file, whose name says the format."),
      Example(
        "lake query \"SELECT * FROM landing.customer WHERE email = :who\" --param who=ada@x.se",
        "With a value from outside, which is never read as SQL."),
      Example("lake query -f report.sql --format markdown", "Statements from a file."),
      Example(
        "lake query \"SELECT * FROM stdin LIMIT 5\"", "Ask what another program writes to a pipe."),
      Example("lake query --batch", "For programs that ask many things."),
    ])
}

extension Command {
  package static let query = Command(Query.declaration) { options, context in
    let workspace = try context.workspace()
    let session = SQLSession(parameters: options.parameters)
    if options.isBatch {
      try options.requireNothingElse()
      return try QueryBatch(workspace, context, session).run()
    }
    let text = try options.text(workspace, context)
    let writer = try options.writer(workspace, context)
    let runner = StatementRunner(workspace, session: session)
    do {
      try options.run(text, runner, writer, context)
    } catch let error as LakeError {
      throw error.place?.path == text.file
        ? SourcedError.adding(text, to: error)
        : SourcedError.readingSource(
          of: error, root: try? workspace.sessionIfAny?.layout.root)
    }
    return .done
  }
}

extension Query {
  /// Carries out all statements of a text, once all of them could be read.
  fileprivate func run(
    _ text: SourceText, _ runner: StatementRunner, _ writer: ResultWriter,
    _ context: CommandContext
  ) throws {
    var times = StatementTimes()
    let statements = try SQLParser.parse(text.text(0..<text.bytes.count), file: text.file)
    times.endParsing()
    guard !statements.isEmpty else {
      throw LakeError(
        .invalidInput, "there is no statement", hint: "Write one, for example SELECT 1.")
    }
    var isFirst = true
    for (index, statement) in statements.enumerated() {
      let start = ContinuousClock.now
      try context.interruption.flag.check()
      let result = try runner.run(statement, in: text)
      times.endPlanning()
      try requireOneResult(result, isLast: index == statements.count - 1)
      let rows = try writer.write(result, isFirst: isFirst, since: start)
      times.endRunning()
      if showsTimes { times.tell(rows: rows, context) }
      times = StatementTimes()
      if case .done = result { continue }
      isFirst = false
    }
  }
}

extension Query {
  private static let textBytesMax = 16 << 20

  fileprivate func requireNothingElse() throws(UsageFault) {
    if sql != nil, sql != "-" {
      throw .faultyValue(
        of: "--batch", fault: "the statements come from standard input", hint: nil)
    }
  }

  /// The statements, from wherever they come.
  fileprivate func text(
    _ workspace: LakeWorkspace, _ context: CommandContext
  ) throws -> SourceText {
    if let file {
      if sql != nil {
        throw UsageFault.faultyValue(
          of: "--file", fault: "the statements are given twice", hint: "Leave one of them out.")
      }
      if file != "-" {
        let bytes = try LocalFileSystem().readWhole(file, limit: Query.textBytesMax)
        return SourceText(String(decoding: bytes, as: UTF8.self), file: file)
      }
    }
    guard file == "-" || sql == "-" else {
      guard let sql else { throw UsageFault.missingArgument("SQL") }
      return SourceText(sql)
    }
    workspace.refuseStandardInput()
    let bytes = try StatementInput(context.interruption.flag).readAll(limit: Query.textBytesMax)
    return SourceText(String(decoding: bytes, as: UTF8.self))
  }

  fileprivate func writer(
    _ workspace: LakeWorkspace, _ context: CommandContext
  ) throws -> ResultWriter {
    let file = output == "-" ? nil : output
    let chosen = format ?? file.flatMap { ResultFormat(file: $0) }
    let fallback: ResultFormat = context.globals.wantsJSON ? .json : .table
    if format == .parquet, file == nil {
      throw UsageFault.faultyValue(
        of: "--format", fault: "Parquet is no text for a terminal or a pipe",
        hint: "Name a file with -o.")
    }
    let isLimited = context.console.outputTraits.isTerminal && !showsAll && file == nil
    return ResultWriter(
      format: chosen ?? fallback, file: file, workspace: workspace, context: context,
      rowsMax: isLimited ? ResultWriter.terminalRowsMax : nil, tellsTime: !showsTimes)
  }

  /// One file has room for one result.
  fileprivate func requireOneResult(_ result: StatementResult, isLast: Bool) throws(UsageFault) {
    if case .done = result { return }
    guard let output, output != "-", !isLast else { return }
    throw .faultyValue(
      of: "--output", fault: "several statements give rows",
      hint: "Let only the last one give rows.")
  }
}

extension LakeWorkspace {
  /// What stands where statements come from is no data.
  func refuseStandardInput() {
    lake.refuseStandardInput(
      LakeError(
        .invalidInput, "standard input holds the statements, and so no data",
        hint: "Give the statements with -f FILE, or name a file in FROM."))
  }
}
