import LakeCore
import LakeSQL

/// Clauses that change rows of a table: UPDATE has one, MERGE may have several. The first whose
/// condition is true has the row.
struct RowChanges {
  struct Clause {
    /// By which the clause is told from others; it is written beside the row.
    var number: Int
    var condition: Expression?
    /// The values of columns that are set, by their place in the table; nil for DELETE.
    var values: [Int: Expression]?
  }

  let target: ChangeTarget
  var clauses: [Clause] = []

  /// Whether some clause acts on whatever row it is asked about.
  var actsAlways: Bool { clauses.contains { $0.condition == nil } }

  var deleting: [Int] { clauses.filter { $0.values == nil }.map(\.number) }

  /// True if some clause acts; nil where one always does.
  var acts: Expression? {
    actsAlways ? nil : .any(clauses.compactMap { $0.condition?.isTrue })
  }

  /// The number of the clause that has the row, if `isOpen` is true for it; else null.
  func mark(where isOpen: Expression? = nil) -> Expression {
    .choice(
      clauses.map { clause in
        let conditions = [isOpen, clause.condition].compactMap { $0?.isTrue }
        return (condition: .all(conditions), result: .number(clause.number))
      })
  }

  /// The columns of the table as they come out, under its names, where `mark` is the number of the
  /// clause. Only rows that are changed are computed.
  func columns(by mark: Expression) -> [SelectItem] {
    target.fields.enumerated().map { index, field in
      let branches = clauses.compactMap { clause in
        clause.values?[index].map {
          (condition: mark.equals(.number(clause.number)), result: $0)
        }
      }
      return Expression.choice(branches, otherwise: target.column(field.name)).named(field.name)
    }
  }

  /// Whether a row stays where `mark` is the number of the clause; nil if all do.
  func stays(by mark: Expression) -> Expression? {
    deleting.isEmpty ? nil : mark.isOne(of: deleting).isNotTrue
  }
}

/// A column that is set, by its place in the table, and to what.
struct ColumnSetting {
  var column: Int
  var value: Expression
}

extension ChangeTarget {
  func settings(_ assignments: [Assignment]) throws(LakeError) -> [ColumnSetting] {
    var settings: [ColumnSetting] = []
    for assignment in assignments {
      let index = try place(of: assignment.column)
      guard !settings.contains(where: { $0.column == index }) else {
        throw error(
          "UPDATE sets the column '\(fields[index].name)' twice", assignment.column.origin)
      }
      settings.append(ColumnSetting(column: index, value: assignment.value))
    }
    return settings
  }

  /// The values that are set, as they are put into the table; `types` are theirs.
  func fitted(
    _ settings: [ColumnSetting], _ types: [DataType]
  ) throws(LakeError) -> [Int: Expression] {
    var values: [Int: Expression] = [:]
    for (setting, type) in zip(settings, types) {
      values[setting.column] = try fitted(
        setting.value, type, to: fields[setting.column], setting.value.origin)
    }
    return values
  }

  /// The places of the columns that a list names; of all, where it is empty.
  func places(of columns: [Identifier]) throws(LakeError) -> [Int] {
    if columns.isEmpty { return Array(fields.indices) }
    var places: [Int] = []
    for column in columns {
      let index = try place(of: column)
      guard !places.contains(index) else {
        throw error("INSERT names the column '\(column.text)' twice", column.origin)
      }
      places.append(index)
    }
    return places
  }
}
