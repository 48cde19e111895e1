import LakeCore
import LakeSQL

extension ConsentPolicy {
  /// What a statement says, or why it says nothing that can be held to.
  package init(_ statement: CreatePolicy, in text: SourceText) throws(LakeError) {
    name = statement.name.text
    subjects = try TableName.required(statement.table, for: "the policy \(name)", in: text)
    key = statement.subject.text
    normalization = statement.normalized
    aliases = statement.aliases.map(\.text)
    switch statement.records {
    case nil, .all: records = .all
    case .latest(let order):
      records = .latest(by: try ConsentPolicy.column(order, of: "LATEST BY", in: text))
    }
    switch statement.grant {
    case .when(let condition): grant = .when(condition)
    case .since(let expression, let unit):
      let column = try ConsentPolicy.column(expression, of: "GRANTED SINCE", in: text)
      grant = .since(column: column, unit: unit.map(GrantUnit.init) ?? .moment)
    }
    covers = []
    purgeAfter = try statement.purgeAfter.map { interval throws(LakeError) in
      try ConsentPolicy.microseconds(interval, policy: statement.name.text)
    }
    onUnreadableKey = statement.onReject == .warn ? .warn : .fail
    allowsSharedAliases = statement.allowsAmbiguous
    self.text = Statement(.createPolicy(statement)).sql
    for coverage in statement.covers { covers.append(try read(coverage, in: text)) }
  }

  private func read(
    _ coverage: LakeSQL.Coverage, in text: SourceText
  ) throws(LakeError) -> Coverage {
    let table = try TableName.required(coverage.table, for: "COVERS", in: text)
    guard let pair = coverage.keys.first, coverage.keys.count == 1 else {
      throw LakeError(
        .invalidInput, "a covered table is tied to its subjects by one column",
        at: text.place(at: coverage.range.lowerBound), hint: "Write \(table) (column = \(key)).")
    }
    let key = try subjectColumn(of: pair, in: text)
    guard let column = pair.columnName else {
      throw LakeError(
        .invalidInput, "COVERS takes a column", at: text.place(at: pair.range.lowerBound),
        hint: "Write \(table) (column = \(key)).")
    }
    return Coverage(table: table, column: column, key: key)
  }

  /// The column of the table of subjects that a pair refers to; by the same name where it says
  /// none.
  package func subjectColumn(of pair: ConsentKey, in text: SourceText) throws(LakeError) -> String {
    let named =
      try pair.subject.map { subject throws(LakeError) in
        try ConsentPolicy.column(subject, of: "a key", in: text)
      } ?? pair.columnName ?? pair.column.sql
    guard let index = keyIndex(of: named) else {
      throw LakeError(
        .invalidInput, "'\(named)' is no key of the policy \(name)",
        at: text.place(at: pair.range.lowerBound),
        hint: "Its keys are \(keyColumns.joined(separator: ", ")): write column = \(key).")
    }
    return keyColumns[index]
  }

  private static func column(
    _ expression: Expression, of clause: String, in text: SourceText
  ) throws(LakeError) -> String {
    if case .name(let name) = expression.kind, let last = name.parts.last, name.parts.count == 1 {
      return last.text
    }
    throw LakeError(
      .invalidInput, "\(clause) takes a column", at: text.place(at: expression.range.lowerBound),
      hint: "Name a column of the table of subjects.")
  }

  private static func microseconds(
    _ interval: IntervalLiteral, policy: String
  ) throws(LakeError) -> Int64 {
    let perUnit: Int64? =
      switch interval.unit {
      case .week: 7 * 86_400_000_000
      case .day: 86_400_000_000
      case .hour: 3_600_000_000
      case .minute: 60_000_000
      case .second: 1_000_000
      default: nil
      }
    guard !interval.isNegative, interval.lastUnit == nil, let perUnit,
      let count = Int64(interval.text), count >= 0
    else {
      throw LakeError(
        .invalidInput, "the policy \(policy) has a purge interval that is not understood",
        hint: "Write a whole number of days: PURGE AFTER INTERVAL '30' DAY.")
    }
    let (micros, overflow) = perUnit.multipliedReportingOverflow(by: count)
    return overflow ? .max : micros
  }
}

extension GrantUnit {
  fileprivate init(_ unit: CreatePolicy.EpochUnit) {
    switch unit {
    case .milliseconds: self = .milliseconds
    case .seconds: self = .seconds
    }
  }
}

extension ConsentKey {
  /// The column as the clause names it, without the table in front; nil for an expression.
  var columnName: String? {
    if case .name(let name) = column.kind { name.parts.last?.text } else { nil }
  }
}
