import LakeCore

/// Expressions and values as plans show them: near to SQL, on one line.
package enum ExpressionText {
  /// The text of an expression over columns of these names.
  package static func text(_ expression: BoundExpression, _ columns: [String]) -> String {
    Printer(columns: columns).text(expression)
  }

  package static func text(_ value: Value, _ type: DataType) -> String {
    switch value {
    case .null: return "NULL"
    case .bool(let bool): return bool ? "TRUE" : "FALSE"
    case .string(let text): return "'" + text.replacing("'", with: "''") + "'"
    default: break
    }
    guard let vector = try? ColumnVector.constant(type, value, count: 1),
      let cast = try? Kernels().cast(vector, to: .varchar, .orNull).vector,
      case .string(let text) = cast.value(at: 0)
    else { return "\(type)" }
    switch type {
    case .date, .time, .timestamp, .localTimestamp, .uuid, .intervalYearToMonth,
      .intervalDayToSecond:
      return "\(type) '\(text)'"
    default: return text
    }
  }
}

private struct Printer {
  let columns: [String]

  func text(_ expression: BoundExpression) -> String {
    switch expression.node {
    case .column(let index):
      return columns.indices.contains(index) ? columns[index] : "#\(index)"
    case .literal(let value): return ExpressionText.text(value, expression.type)
    case .cast(let operand, let mode):
      return "\(mode == .orNull ? "TRY_CAST" : "CAST")(\(text(operand)) AS \(expression.type))"
    case .compare(let how, let a, let b): return "\(inner(a)) \(how.sign) \(inner(b))"
    case .and(let all): return all.map(inner).joined(separator: " AND ")
    case .or(let all): return all.map(inner).joined(separator: " OR ")
    case .not(let operand):
      if case .isNull(let value) = operand.node { return "\(inner(value)) IS NOT NULL" }
      return "NOT \(inner(operand))"
    case .isNull(let operand): return "\(inner(operand)) IS NULL"
    case .isIn(let value, let members): return "\(inner(value)) IN (\(list(members)))"
    case .choose(let branches, let otherwise):
      let whens = branches.map { "WHEN \(text($0.condition)) THEN \(text($0.result))" }
      let last = otherwise.map { " ELSE \(text($0))" } ?? ""
      return "CASE \(whens.joined(separator: " "))\(last) END"
    case .coalesce(let all): return "COALESCE(\(list(all)))"
    case .attempt(let operand): return "TRY(\(text(operand)))"
    case .member(let operand, let index):
      guard case .row(let fields) = operand.type else { return inner(operand) }
      return "\(inner(operand)).\(fields[index].name)"
    case .call(let function, let arguments) where !function.lambdas.isEmpty:
      let all = arguments.map(text) + function.lambdas
      return "\(function.name)(\(all.joined(separator: ", ")))"
    case .call(let function, let arguments): return call(function.name, arguments)
    }
  }

  private func list(_ all: [BoundExpression]) -> String {
    all.map(text).joined(separator: ", ")
  }

  private func call(_ name: String, _ arguments: [BoundExpression]) -> String {
    let isSign = name != "[]" && !name.utf8.contains { $0 | 0x20 >= UInt8(ascii: "a") }
    if isSign, arguments.count == 1 { return name + inner(arguments[0]) }
    if isSign { return arguments.map(inner).joined(separator: " \(name) ") }
    if name == "[]", arguments.count == 2 { return "\(inner(arguments[0]))[\(text(arguments[1]))]" }
    if name == "like", arguments.count == 2 {
      return "\(inner(arguments[0])) LIKE \(inner(arguments[1]))"
    }
    return "\(name)(\(list(arguments)))"
  }

  /// As an operand: in parentheses where it is made of words and signs itself.
  private func inner(_ expression: BoundExpression) -> String {
    switch expression.node {
    case .compare, .and, .or, .not, .isNull, .isIn: return "(\(text(expression)))"
    case .call(let function, _)
    where function.name == "like"
      || function.name != "[]"
        && !function.name.utf8.contains { $0 | 0x20 >= UInt8(ascii: "a") }:
      return "(\(text(expression)))"
    default: return text(expression)
    }
  }
}

extension AggregateCall {
  func text(_ columns: [String]) -> String {
    let inside = arguments.map { ExpressionText.text($0, columns) }.joined(separator: ", ")
    let sorted = order.map { $0.text(columns) }.joined(separator: ", ")
    let shown =
      (arguments.isEmpty ? "*" : (isDistinct ? "DISTINCT " : "") + inside)
      + (order.isEmpty ? "" : " ORDER BY \(sorted)")
    let condition = filter.map { " FILTER (WHERE \(ExpressionText.text($0, columns)))" } ?? ""
    return "\(function.rawValue)(\(shown))\(condition)"
  }
}

extension SortKey {
  func text(_ columns: [String]) -> String {
    ExpressionText.text(expression, columns) + (isDescending ? " DESC" : "")
      + (nullsFirst ? " NULLS FIRST" : "")
  }
}
