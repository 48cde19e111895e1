import LakeCore
import Lakehouse

/// `lake inspect`: the options, and how they are read.
package struct Inspect: Sendable, Equatable {
  package var files: [String] = []
  /// Nil means to look at the content.
  package var from: Convert.InputFormat?

  package init() {}

  package static let declaration = Declaration(
    name: "inspect", summary: "Say what files are, to their columns",
    discussion: """
      Reads every record and shows format, layout, compression, the number of records and rejects, \
      and for each column its type, its nulls and its range.
      """,
    initial: Inspect(),
    arguments: [
      .oneOrMore("FILE", .file, "Files, directories or patterns to look at.") {
        $0.files.append($1)
      }
    ],
    options: [
      .option("from", "FORMAT", .choice(), "Format of the files: json, ndjson, csv, tsv or text.") {
        $0.from = $1
      }
    ],
    examples: [
      Example("lake inspect readings.json", "What is in a file."),
      Example("lake inspect 'landing/*.json' --json", "The same for programs, of many files."),
    ])
}

extension Command {
  package static let inspect = Command(Inspect.declaration) { options, context in
    let lake = try context.makeLake()
    let stages = StageProgress(reading: "Reading", context: context)
    defer { stages.finish() }
    var inspections: [FileInspection] = []
    for file in options.files {
      let found = try lake.inspect(
        file, as: options.from?.meaning, activity: stages.activity(context.interruption))
      stages.finish()
      for inspection in found {
        // One after the other, so that those before a bad one are seen.
        if !context.globals.wantsJSON {
          try Inspect.write(inspection, isFirst: inspections.isEmpty, context)
        }
        inspections.append(inspection)
      }
    }
    if context.globals.wantsJSON {
      try context.write(JSONText.array(inspections.map(\.json)))
    }
    return .done
  }
}

extension Inspect {
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
