import LakeCore
import LakeEngine
import LakeSQL
import Testing

/// The value of an expression as the binder makes it of SQL.
enum SQLValue {
  /// As text, nested values as JSON; `null` for null.
  static func text(_ sql: String) throws -> String {
    let bound = try bind(sql)
    let batch = Batch(columns: [], rowCount: 1)
    let vector = try Evaluator(bound, context: Evaluation.context).evaluate(batch)
    try vector.checkInvariants()
    #expect(vector.type == bound.type)
    if vector.value(at: 0).isNull { return "null" }
    if case .bytes(let bytes) = vector.value(at: 0) {
      return bytes.map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }.joined()
    }
    let kernels = Kernels()
    let target: DataType = bound.type.isNested ? .json : .varchar
    let shown = try kernels.cast(vector, to: target).raised()
    guard case .string(let text) = shown.value(at: 0) else { return "\(vector.value(at: 0))" }
    return text
  }

  static func type(_ sql: String) throws -> String { try bind(sql).type.spelled(.trino) }

  static func error(_ sql: String) -> String? {
    do {
      let answer = try text(sql)
      return "no error but \(answer)"
    } catch let error as LakeError {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  private static func bind(_ sql: String) throws -> BoundExpression {
    let source = "SELECT \(sql)"
    guard case .query(let query) = try SQLParser.parseStatement(source).kind else {
      throw LakeError(.internal, "no query")
    }
    let bound = try Binder(StaticResolver(), source: SourceText(source)).bind(query)
    guard case .project(_, let outputs) = bound.plan, let output = outputs.first else {
      throw LakeError(.internal, "the plan is \(bound.plan)")
    }
    return output.expression
  }
}
