import LakeCore
import LakeEngine
import LakeSQL
import LakeTables

/// Columns that get another name or type, or go: the files are written anew, since they hold both.
package struct ColumnsEdit: TableEdit {
  package enum Change: Sendable {
    case rename(Identifier, to: Identifier)
    case drop([Identifier], ifExists: Bool)
    case retype(Identifier, DataType)
  }

  private let change: Change

  package init(_ change: Change) {
    self.change = change
  }

  package func step(in scene: EditScene) throws -> EditStep? {
    var columns = scene.schema.fields.map { (old: $0.name, new: $0.name) }
    var types = scene.schema.fields.map(\.type)
    switch change {
    case .rename(let old, let new):
      guard let index = try place(of: old, in: scene, ifExists: false) else { return nil }
      if let other = scene.schema.index(of: new.text), other != index {
        throw LakeError(
          .alreadyExists, "\(scene.table.label) has a column '\(new.text)' already",
          at: scene.text.place(at: new.range.lowerBound))
      }
      columns[index].new = new.text
    case .retype(let column, let type):
      guard let index = try place(of: column, in: scene, ifExists: false), types[index] != type
      else { return nil }
      types[index] = type
    case .drop(let dropped, let ifExists):
      let places = try dropped.compactMap { try place(of: $0, in: scene, ifExists: ifExists) }
      if places.isEmpty { return nil }
      columns = columns.enumerated().filter { !places.contains($0.offset) }.map(\.element)
      types = types.enumerated().filter { !places.contains($0.offset) }.map(\.element)
      if columns.isEmpty {
        throw LakeError(.invalidInput, "\(scene.table.label) would have no column left")
      }
    }
    return try step(columns, types, in: scene)
  }

  private func step(
    _ columns: [(old: String, new: String)], _ types: [DataType], in scene: EditScene
  ) throws -> EditStep {
    let fields = zip(columns, types).compactMap { column, type in
      scene.schema.index(of: column.old).map { index in
        var field = scene.schema.fields[index]
        field.name = column.new
        field.type = type
        return field
      }
    }
    let all = try scene.rows(of: Set(scene.snapshot.files.map(\.path)))
    let items = zip(columns, types).map { column, type in
      let (old, new) = (
        Identifier(column.old, isQuoted: true).sql, Identifier(column.new, isQuoted: true).sql
      )
      return "CAST(\(old) AS \(type.spelled(.trino))) AS \(new)"
    }
    let sql = "SELECT \(items.joined(separator: ", ")) FROM \(all.sql)"
    guard case .query(let query) = try SQLParser.parseStatement(sql).kind else {
      throw LakeError(.internal, "the query of the columns is none")
    }
    var step = EditStep(query, .overwrite, schema: Schema(fields))
    let known = scene.snapshot.metadata.schema.fieldMetadata
    step.fieldMetadata = Dictionary(
      columns.compactMap { column in known[column.old].map { (column.new, $0) } },
      uniquingKeysWith: { first, _ in first })
    return step
  }

  private func place(
    of column: Identifier, in scene: EditScene, ifExists: Bool
  ) throws -> Int? {
    let place = scene.text.place(at: column.range.lowerBound)
    guard let index = scene.schema.index(of: column.text) else {
      if ifExists { return nil }
      throw LakeError(
        .notFound, "\(scene.table.label) has no column '\(column.text)'", at: place,
        hint: Suggestion.hint(for: column.text, among: scene.schema.fields.map(\.name)))
    }
    let name = scene.schema.fields[index].name
    if scene.snapshot.metadata.partitionColumns.contains(name) {
      throw LakeError(
        .unsupported, "\(scene.table.label) is partitioned by '\(name)'", at: place,
        hint: "Make the table anew with other partitions: CREATE OR REPLACE TABLE … AS SELECT.")
    }
    if let use = try use(of: name, in: scene) {
      throw LakeError(
        .invalidInput, "'\(name)' is used by \(use) of \(scene.table.label)", at: place,
        hint: "Make the table anew with other clauses: CREATE OR REPLACE TABLE … AS SELECT.")
    }
    return index
  }

  /// What the table declares with the help of the column.
  private func use(of column: String, in scene: EditScene) throws -> String? {
    guard let text = scene.snapshot.contract else { return nil }
    let contract = try JobContract(text)
    let name = column.lowercased()
    for consent in contract.consents
    where consent.keys.contains(where: { $0.column.lowercased() == name })
      || consent.time?.lowercased() == name
    {
      return "the consent '\(consent.policy)'"
    }
    let clauses = try ContractClauses(contract, of: scene.table.label)
    return clauses.constraints.first { $0.mentions(name) }?.label
  }
}

extension TableConstraint {
  /// Whether it is about a column, whose name is given in lower case.
  fileprivate func mentions(_ column: String) -> Bool {
    switch rule {
    case .primaryKey(let columns), .unique(let columns), .notNull(let columns):
      columns.contains { $0.text.lowercased() == column }
    case .check(let condition): condition.mentions(column)
    }
  }
}

extension Expression {
  fileprivate func mentions(_ column: String) -> Bool {
    var found = false
    visit { expression in
      if case .name(let name) = expression.kind {
        found = found || name.parts.contains { $0.text.lowercased() == column }
      }
      return true
    }
    return found
  }
}
