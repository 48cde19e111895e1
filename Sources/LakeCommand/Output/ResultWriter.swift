import LakeCore
import LakeFormats
import LakeSQL
import Lakehouse

/// Writes what statements give, to standard output or to a file.
struct ResultWriter {
  let format: ResultFormat
  /// Nil for standard output.
  let file: String?
  let workspace: LakeWorkspace
  let context: CommandContext
  /// Rows that a terminal is shown at most; nil for all.
  let rowsMax: Int?

  static let terminalRowsMax = 40

  /// Writes one result, and says how much it was where somebody looks on.
  func write(_ result: StatementResult, isFirst: Bool, since start: ContinuousClock.Instant) throws
  {
    switch result {
    case .done(let message):
      if context.globals.wantsJSON {
        try context.write(JSONText.object([.init("message", .string(message))]).compact + "\n")
      } else {
        context.say(message)
      }
    case .text(let text, let column): try write(text, column, isFirst: isFirst)
    case .rows(let rows):
      if !isFirst, file == nil, format.fileFormat == nil { try context.write("\n") }
      let (shown, count) = try write(rows)
      tell(shown: shown, of: count, start)
    }
  }

  private func write(_ text: String, _ column: String, isFirst: Bool) throws {
    if format == .table || format == .line || format == .markdown {
      if !isFirst, file == nil { try context.write("\n") }
      let target = try makeTarget()
      try target.write(SafeText.escapedLines(text))
      return try target.commit()
    }
    let rows = try ResultRows(text: text, column: column, in: workspace)
    _ = try write(rows)
  }

  /// How many rows were shown, of how many.
  private func write(_ rows: ResultRows) throws -> (shown: Int, of: Int) {
    let target = try makeTarget()
    if let fileFormat = format.fileFormat {
      let isCompressed = file?.lowercased().hasSuffix(".gz") ?? false
      let count = try rows.write(
        as: fileFormat, to: target, isCompressed: isCompressed && format != .parquet,
        in: workspace)
      return (count, count)
    }
    let limit = rowsMax
    var kept: [[String?]] = []
    var count = 0
    try rows.runAsText(
      transform: { batch in
        (try RowTexts.texts(of: batch, atMost: limit ?? .max), batch.selectedCount)
      },
      consume: { texts, rowCount in
        count += rowCount
        kept += limit.map { texts.prefix($0 - kept.count) } ?? texts[...]
      })
    try target.write(text(of: kept, rows.schema))
    try target.commit()
    return (kept.count, count)
  }

  private func makeTarget() throws -> any OutputTarget {
    guard let file else { return SinkTarget(context.console.output) }
    return try AtomicFileWriter(path: file, fileSystem: LocalFileSystem())
  }

  private func tell(shown: Int, of count: Int, _ start: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let rows = Quantity.grouped(count, "row")
    if let file {
      return context.say("\(rows) written to \(file) · \(Quantity.duration(seconds: seconds))")
    }
    if shown < count {
      let more = "\(Quantity.grouped(shown)) of \(rows) shown; --all shows them all"
      return context.say(more)
    }
    if context.console.outputTraits.isTerminal, format.fileFormat == nil {
      context.say("\(rows) · \(Quantity.duration(seconds: seconds))")
    }
  }

  // MARK: - For eyes

  private func text(of rows: [[String?]], _ schema: Schema) -> String {
    switch format {
    case .line: lines(rows, schema)
    case .markdown: markdown(rows, schema)
    default: table(rows, schema)
    }
  }

  private func table(_ rows: [[String?]], _ schema: Schema) -> String {
    var table = TextTable(
      schema.fields.map { $0.type.isShownAsNumber ? .number($0.name) : .text($0.name) })
    for row in rows { table.append(row.map { .text($0 ?? "NULL") }) }
    let traits = file == nil ? context.console.outputTraits : SinkTraits(isTerminal: false)
    return table.rendered(for: traits)
  }

  private func lines(_ rows: [[String?]], _ schema: Schema) -> String {
    let names = schema.fields.map { SafeText.escaped($0.name) }
    let width = names.map { DisplayWidth.of($0) }.max() ?? 0
    var text = ""
    for (number, row) in rows.enumerated() {
      if number > 0 { text += "\n" }
      for (name, value) in zip(names, row) {
        text += String(repeating: " ", count: width - DisplayWidth.of(name))
        text += "\(name) = \(SafeText.escaped(value ?? "NULL"))\n"
      }
    }
    return text
  }

  private func markdown(_ rows: [[String?]], _ schema: Schema) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    func cell(_ text: String) -> String {
      SafeText.escaped(text).replacing("\\n", with: "<br>").replacing("|", with: "\\|")
    }
    var text = line(schema.fields.map { cell($0.name) })
    text += line(schema.fields.map { $0.type.isShownAsNumber ? "---:" : "---" })
    for row in rows { text += line(row.map { cell($0 ?? "NULL") }) }
    return text
  }
}

/// Standard output as a target of writers.
private final class SinkTarget: OutputTarget {
  let name = "standard output"
  private let sink: TextSink

  init(_ sink: TextSink) {
    self.sink = sink
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
    try sink.write(String(decoding: bytes, as: UTF8.self))
  }

  func commit() throws(LakeError) {}
}

extension DataType {
  /// Whether values stand to the right.
  var isShownAsNumber: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal: true
    default: false
    }
  }
}
