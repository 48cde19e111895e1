import Foundation
import LakeCore
import LakeFormats
import LakeSQL
import LakeTestSupport
import Lakehouse

/// Answers the statements of one file, in order, through the library.
struct QueryRunner {
  private let folder: TemporaryDirectory
  private let workspace: LakeWorkspace
  private let session = SQLSession()

  private static let folderMark = "<dir>"

  init(_ configuration: QueryConfiguration) throws {
    folder = try TemporaryDirectory()
    workspace = try configuration.lake().workspace(from: folder.path)
  }

  func write(_ lines: [String], to name: String) throws {
    try folder.write(lines.map { $0 + "\n" }.joined(), to: name)
  }

  /// Rows under a line of columns, a sentence, or an error with its place.
  ///
  /// Where there are more rows than `rowsMax`, the rest is not looked at.
  func answer(_ query: QueryFile.Query, rowsMax: Int = .max) throws -> [String] {
    let sql = query.sql.replacing(Self.folderMark, with: folder.path)
    let text = SourceText(sql)
    do {
      let runner = StatementRunner(workspace, session: session(for: query))
      var lines: [String] = []
      for statement in try SQLParser.parse(sql) {
        lines += try answer(try runner.run(statement, in: text), rowsMax)
      }
      return lines
    } catch is RowsAreEnough {
      return ["more rows"]
    } catch let error as LakeError {
      return failure(error, text).map { $0.replacing(folder.path, with: Self.folderMark) }
    }
  }

  private func session(for query: QueryFile.Query) -> SQLSession {
    if query.parameters.isEmpty { return session }
    var values: [String: String] = [:]
    for parameter in query.parameters {
      let parts = parameter.split(separator: "=", maxSplits: 1)
      values[String(parts[0])] = String(parts[1])
    }
    return SQLSession(parameters: values)
  }

  private struct RowsAreEnough: Error {}

  private func answer(_ result: StatementResult, _ rowsMax: Int) throws -> [String] {
    switch result {
    case .done(let sentence):
      return ["done: " + sentence.replacing(folder.path, with: Self.folderMark)]
    case .text(let text, _): return text.split(separator: "\n").map(String.init)
    case .rows(let rows):
      let fields = rows.schema.fields
      var lines = [fields.map { "\($0.name) \($0.type.spelled(.trino))" }.joined(separator: " | ")]
      try rows.runAsText(
        transform: { try RowTexts.texts(of: $0) },
        consume: { texts in
          lines += texts.map { $0.map(Self.shown).joined(separator: " | ") }
          if lines.count > rowsMax { throw RowsAreEnough() }
        })
      return lines
    }
  }

  /// A value as it stands where it can be taken for nothing else, otherwise in quotes.
  private static func shown(_ text: String?) -> String {
    guard let text else { return "NULL" }
    let isPlain =
      text != "NULL" && !text.isEmpty && !text.hasPrefix("'") && !text.hasPrefix(" ")
      && !text.hasSuffix(" ") && !text.contains("|")
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    if isPlain { return text }
    var quoted = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default:
        let isControl = scalar.value < 0x20 || scalar.value == 0x7F
        quoted += isControl ? "\\x\(String(scalar.value, radix: 16))" : String(scalar)
      }
    }
    return quoted + "'"
  }

  private func failure(_ error: LakeError, _ text: SourceText) -> [String] {
    let kind = error.code == .internal ? "internal: " : ""
    var lines = ["error: \(kind)\(error.message)"]
    if let excerpt = error.place.flatMap({ text.excerpt($0) }) {
      lines += excerpt.split(separator: "\n").map { "  \($0)" }
    } else if let path = error.place?.path {
      lines.append("  at \(path)")
    }
    if let hint = error.hint { lines.append("help: \(hint)") }
    return lines
  }
}
