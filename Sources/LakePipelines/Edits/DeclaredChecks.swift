import LakeCore
import LakeEngine
import LakeSQL
import LakeTables

/// The conditions that others hold the rows of their table to, as constraints of ours. They are in
/// the words of Spark: one that means something else here, or may, is refused, and with it the
/// write.
struct DeclaredChecks {
  private(set) var constraints: [TableConstraint] = []
  private let table: any LoggedTable
  private let schema: Schema

  init(
    of table: any LoggedTable, _ snapshot: Snapshot, _ resolver: any TableResolver
  ) throws(LakeError) {
    self.table = table
    schema = snapshot.schema
    for check in snapshot.declaredChecks {
      do {
        constraints.append(try constraint(check, resolver))
      } catch {
        throw refusal(check, (error as? LakeError)?.message ?? "\(error)")
      }
    }
  }

  private func constraint(
    _ check: Snapshot.DeclaredCheck, _ resolver: any TableResolver
  ) throws -> TableConstraint {
    try requireOneMeaning(check.condition)
    let condition = try SQLParser.parseExpression(check.condition)
    let bound = try Binder(resolver, source: SourceText(check.condition)).bind(
      condition, over: schema, named: table.planName.name)
    guard bound.type == .boolean else {
      throw LakeError(.invalidInput, "it is \(bound.type), and should be true or false")
    }
    // A condition that is null is not met; ours would be.
    let isTrue = try SQLParser.parseExpression("(\(condition.sql)) IS TRUE")
    return TableConstraint(name: Identifier(check.name, isQuoted: true), .check(isTrue))
  }

  /// Double quotes are texts to Spark and names to others, a quotient of whole numbers is a
  /// fraction to Spark alone, and a back-slash in a text means something there.
  private func requireOneMeaning(_ condition: String) throws(LakeError) {
    var isText = false
    for character in condition {
      if character == "'" { isText.toggle() }
      let isAmbiguous =
        character == "\\" || !isText && (character == "\"" || character == "/")
      guard isAmbiguous else { continue }
      throw LakeError(.unsupported, "'\(character)' has not the same meaning to all writers")
    }
  }

  private func refusal(_ check: Snapshot.DeclaredCheck, _ reason: String) -> LakeError {
    LakeError(
      .unsupported,
      "\(table.label) is not written: its check '\(check.name)' cannot be held to here: \(reason)",
      hint: "The check is: \(check.condition)")
  }
}
