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
  /// Rows that are shown at most, the first and the last; nil for all.
  var rowsMax: Int?
  /// What a column of text takes at most on a terminal.
  var columnWidthMax: Int?
  /// How to see all rows.
  var allHint = "--all shows them all"
  /// How to see columns whole.
  var wholeHint = "--format line shows them whole."
  /// Whether it is said how long a statement took.
  var tellsTime = true

  static let terminalRowsMax = 40

  /// Writes one result, and says how much it was where somebody looks on. How many rows there were;
  /// nil where there can be none.
  @discardableResult
  func write(
    _ result: StatementResult, isFirst: Bool, since start: ContinuousClock.Instant
  ) throws -> Int? {
    switch result {
    case .done(let message):
      if context.globals.wantsJSON {
        try context.write(JSONText.object([.init("message", .string(message))]).compact + "\n")
      } else {
        context.say(message)
      }
      return nil
    case .text(let text, let column):
      try write(text, column, isFirst: isFirst)
      return nil
    case .rows(let rows):
      if !isFirst, file == nil, format.fileFormat == nil { try context.write("\n") }
      let (shown, count) = try write(rows)
      tell(shown: shown, of: count, start)
      return count
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
    let kept = try KeptRows(of: rows, atMost: rowsMax)
    try target.write(text(of: kept, rows))
    try target.commit()
    return (kept.rows.count, kept.count)
  }

  private func makeTarget() throws -> any OutputTarget {
    guard let file else { return SinkTarget(context.console.output) }
    return try AtomicFileWriter(path: file, fileSystem: LocalFileSystem())
  }

  private func tell(shown: Int, of count: Int, _ start: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let rows = Quantity.grouped(count, "row")
    let time = tellsTime ? " · \(Quantity.duration(seconds: seconds))" : ""
    if let file { return context.say("\(rows) written to \(file)\(time)") }
    if shown < count {
      let more = "\(Quantity.grouped(shown)) of \(rows) shown; \(allHint)\(time)"
      return context.say(more)
    }
    if context.console.outputTraits.isTerminal, format.fileFormat == nil, tellsTime {
      context.say("\(rows)\(time)")
    }
  }

  // MARK: - For eyes

  private func text(of kept: KeptRows, _ rows: ResultRows) -> String {
    switch format {
    case .line: lines(kept.rows, rows.schema)
    case .markdown: markdown(kept.rows, rows.schema)
    default: table(kept, rows)
    }
  }

  private func table(_ kept: KeptRows, _ rows: ResultRows) -> String {
    var table = TextTable(
      rows.schema.fields.map { field in
        let type = rows.isListing ? nil : field.type.spelled(.trino)
        return field.type.isShownAsNumber ? .number(field.name, type) : .text(field.name, type)
      })
    table.gap = kept.gap
    table.columnWidthMax = columnWidthMax
    table.wholeHint = wholeHint
    for row in kept.rows { table.append(row.map { $0.map(TextTable.Cell.text) ?? .null }) }
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
