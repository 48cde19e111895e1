import LakeCore
import Lakehouse

/// `lake inspect`: the options, and how they are read.
package struct Inspect: Sendable, Equatable {
  package var files: [String] = []
  /// Nil means to look at the content.
  package var from: Convert.InputFormat?
  /// Whether the pages of Parquet files are shown too.
  package var withPages = false

  package init() {}

  package static let declaration = Declaration(
    name: "inspect", summary: "Say what files are, to their columns",
    discussion: """
      Reads every record and shows format, layout, compression, the number of records and rejects, \
      and for each column its type, its nulls and its range. The name of a table stands for its \
      files.

      Of Parquet the footer is read, and shown to its schema, encodings, sizes and row groups; \
      with --pages every page, and whether its checksum is right. A bound that is no value of the \
      column has ≥ or ≤ before it. Of a damaged file all is shown that can be, and what is wrong.

      Of a directory with a Delta log the log is read; --from parquet looks at its files instead.
      """,
    initial: Inspect(),
    arguments: [
      .oneOrMore("FILE|TABLE", .file, "Files, directories, patterns or tables to look at.") {
        $0.files.append($1)
      }
    ],
    options: [
      .option(
        "from", "FORMAT", .choice(), "Format of the files: json, ndjson, csv, tsv, text or parquet."
      ) {
        $0.from = $1
      },
      .flag("pages", "Show each page of a Parquet file.") { $0.withPages = true },
    ],
    examples: [
      Example("lake inspect readings.json", "What is in a file."),
      Example("lake inspect readings.parquet --pages", "A Parquet file, to its pages."),
      Example("lake inspect customer_trusted", "The files of a table."),
      Example("lake inspect 'landing/*.json' --json", "The same for programs, of many files."),
    ])
}

extension Command {
  package static let inspect = Command(Inspect.declaration) { options, context in
    let lake = try context.makeLake()
    let stages = StageProgress(reading: "Reading", context: context)
    defer { stages.finish() }
    var shown: [JSONText] = []
    var exitCode = ExitCode.done
    for name in options.files {
      for path in try options.paths(of: name, context) {
        try options.inspect(path, with: lake, stages, context, &shown, &exitCode)
      }
    }
    if context.globals.wantsJSON { try context.write(.array(shown)) }
    return exitCode
  }
}

extension Inspect {
  /// What a name stands for: files where there are some, else the files of a table.
  fileprivate func paths(of name: String, _ context: CommandContext) throws -> [String] {
    if try name == "-" || name.contains("/") || name.contains("*")
      || (try LocalFileSystem().status(of: name, followLinks: true)) != nil
    {
      return [name]
    }
    let workspace = try context.workspace()
    guard try workspace.sessionIfAny != nil, let files = try workspace.files(ofTable: name) else {
      return [name]
    }
    if files.isEmpty { context.say("The table \(name) has no files.") }
    return files
  }

  /// One after the other, so that those before a bad one are seen.
  fileprivate func inspect(
    _ path: String, with lake: Lake, _ stages: StageProgress, _ context: CommandContext,
    _ shown: inout [JSONText], _ exitCode: inout ExitCode
  ) throws {
    if from == nil, path != "-", let table = try lake.inspectTable(path) {
      if !context.globals.wantsJSON { try table.write(isFirst: shown.isEmpty, context) }
      shown.append(table.json)
      return
    }
    if from == nil || from == .parquet,
      let files = try lake.inspectParquet(
        path, isForced: from == .parquet, withPages: withPages,
        activity: stages.activity(context.interruption))
    {
      for file in files {
        if !context.globals.wantsJSON {
          try Inspect.write(file, isFirst: shown.isEmpty, context)
        }
        shown.append(file.json)
        if !file.faults.isEmpty { exitCode = .failed }
      }
      return
    }
    let found = try lake.inspect(
      path, as: from?.meaning, activity: stages.activity(context.interruption))
    stages.finish()
    for file in found {
      if !context.globals.wantsJSON { try Inspect.write(file, isFirst: shown.isEmpty, context) }
      shown.append(file.json)
    }
  }

  fileprivate static func write(
    _ file: FileInspection, isFirst: Bool, _ context: CommandContext
  ) throws {
    if !isFirst { try context.write("\n") }
    let style = Style(context.console.outputTraits)
    var facts = file.format + ", " + file.layout
    if file.compression != "none" { facts += ", " + file.compression }
    facts += " · " + Quantity.bytes(file.fileBytes)
    if file.textBytes != file.fileBytes { facts += " (\(Quantity.bytes(file.textBytes)) of text)" }
    facts += " · " + Quantity.grouped(file.recordCount, "record")
    facts += " · " + Quantity.grouped(file.rejectCount, "reject")
    try context.write(style.bold(SafeText.escaped(file.path)) + "\n" + facts + "\n")
    if !file.columns.isEmpty {
      var table = TextTable([
        .text("column"), .text("type"), .number("nulls"), .text("minimum"), .text("maximum"),
      ])
      for column in file.columns {
        table.append([
          .text(column.name), .text(column.type.description), .number(column.nullCount),
          column.minimum.map { .text(shortened($0)) } ?? .empty,
          column.maximum.map { .text(shortened($0)) } ?? .empty,
        ])
      }
      try context.write(table)
    }
    context.tell(warnings: file.warnings, file.firstRejects, of: file.rejectCount)
  }

  /// A bound is there to be glanced at; `--json` has it whole.
  private static func shortened(_ text: String) -> String {
    text.count > 40 ? text.prefix(39) + "…" : text
  }
}

extension FileInspection {
  var json: JSONText {
    .object([
      .init("path", .string(path)),
      .init("format", .string(format)),
      .init("layout", .string(layout)),
      .init("compression", .string(compression)),
      .init("file_bytes", .integer(fileBytes)),
      .init("text_bytes", .integer(textBytes)),
      .init("records", .integer(recordCount)),
      .init("rejects", .integer(rejectCount)),
      .init("first_rejects", .array(firstRejects.map(\.json))),
      .init("warnings", .array(warnings.map(JSONText.string))),
      .init("columns", .array(columns.map(\.json))),
    ])
  }
}

extension ColumnInspection {
  fileprivate var json: JSONText {
    .object([
      .init("name", .string(name)),
      .init("type", .string(type.description)),
      .init("nulls", .integer(nullCount)),
      .init("minimum", .optional(minimum)),
      .init("maximum", .optional(maximum)),
    ])
  }
}

extension RejectSummary {
  var json: JSONText {
    .object([
      .init("path", .string(path)),
      .init("offset", .integer(byteOffset)),
      .init("line", .integer(line)),
      .init("column", .integer(column)),
      .init("reason", .string(reason)),
    ])
  }
}
