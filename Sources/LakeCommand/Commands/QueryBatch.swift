import LakeCore
import LakeFormats
import LakeSQL
import Lakehouse

/// `lake query --batch`: statements come from standard input, separated by semicolons, and each is
/// answered at once by one line of JSON.
struct QueryBatch {
  private let workspace: LakeWorkspace
  private let context: CommandContext
  private let runner: StatementRunner

  init(_ workspace: LakeWorkspace, _ context: CommandContext, _ session: SQLSession) {
    self.workspace = workspace
    self.context = context
    runner = StatementRunner(workspace, session: session)
  }

  func run() throws -> ExitCode {
    workspace.refuseStandardInput()
    let input = StatementInput(context.interruption.flag)
    var bytes: [UInt8] = []
    var isOpen = true
    while isOpen {
      let piece = try input.readPiece()
      isOpen = !piece.isEmpty
      bytes += isOpen ? piece : [UInt8(ascii: "\n"), UInt8(ascii: ";")]
      guard piece.contains(UInt8(ascii: ";")) || !isOpen else { continue }
      let (ranges, rest) = SQLParser.finishedStatements(of: bytes)
      for range in ranges { try answer(String(decoding: bytes[range], as: UTF8.self)) }
      bytes.removeFirst(rest)
    }
    // What the lexer could not end: an open quote or comment.
    let left = String(decoding: bytes, as: UTF8.self)
    if left.utf8.contains(where: { $0 > 0x20 && $0 != UInt8(ascii: ";") }) { try answer(left) }
    return .done
  }

  /// Carries one statement out, and writes its line.
  private func answer(_ sql: String) throws {
    let start = ContinuousClock.now
    var line = try ByteSink()
    do {
      let text = SourceText(sql)
      let statement = try SQLParser.parseStatement(sql)
      try append(try runner.run(statement, in: text), to: &line)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      try line.append(",\"seconds\":\(Quantity.fixed(seconds, digits: 6))}\n")
    } catch let error as LakeError where error.code != .cancelled {
      line.removeAll()
      try line.append(QueryBatch.json(error).compact + "\n")
    }
    try context.write(line.view.text)
    try context.console.output.flush()
  }

  private func append(_ result: StatementResult, to line: inout ByteSink) throws {
    switch result {
    case .done:
      try line.append(#"{"ok":true,"columns":[],"types":[],"rows":[]"#)
    case .text(let text, let column):
      try append(try ResultRows(text: text, column: column, in: workspace), to: &line)
    case .rows(let rows):
      try append(rows, to: &line)
    }
  }

  private func append(_ rows: ResultRows, to line: inout ByteSink) throws {
    let fields = rows.schema.fields
    let names = JSONText.array(fields.map { .string($0.name) })
    let types = JSONText.array(fields.map { .string($0.type.spelled(.trino)) })
    try line.append(#"{"ok":true,"columns":"# + names.compact)
    try line.append(#","types":"# + types.compact + #","rows":["#)
    var pieces: [String] = []
    try rows.runAsText(
      transform: { batch in
        var sink = try ByteSink()
        try RowTexts.appendArrays(of: batch, to: &sink)
        return sink.view.text
      },
      consume: { if !$0.isEmpty { pieces.append($0) } })
    try line.append(pieces.joined(separator: ","))
    try line.append("]")
  }

  private static func json(_ error: LakeError) -> JSONText {
    .object([
      .init("ok", .boolean(false)),
      .init(
        "error",
        .object([
          .init("code", .string(error.code.description)),
          .init("message", .string(error.message)),
          .init("line", .optional(error.place?.line)),
          .init("column", .optional(error.place?.column)),
        ])),
    ])
  }
}

/// Standard input in pieces, as they come.
struct StatementInput {
  private let input: StandardInput

  private static let pieceBytes = 64 << 10

  init(_ cancellation: CancellationFlag) {
    input = StandardInput(cancellation: cancellation)
  }

  /// Empty at the end.
  func readPiece() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: StatementInput.pieceBytes)
    let count = try bytes.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return try input.read(into: base, count: buffer.count)
    }
    return Array(bytes.prefix(count))
  }

  func readAll(limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let piece = try readPiece()
      if piece.isEmpty { return bytes }
      bytes += piece
      guard bytes.count <= limit else {
        throw LakeError(
          .limitExceeded, "the statements are longer than \(Quantity.bytes(limit))",
          at: .file(StandardInput.name))
      }
    }
  }
}
