import LakeCatalog
import LakeCore
import LakePipelines
import LakeSQL
import LakeTables

/// ALTER TABLE of a managed table. What the log says of it changes in a commit of its own; where
/// files hold what changes, they are written anew.
extension StatementRunner {
  func alterManaged(
    _ alter: AlterTable, _ table: TableName, _ text: SourceText
  ) throws -> String {
    switch alter.action {
    case .add(let element):
      if case .column(let column) = element.kind {
        return try add([column], ifNotExists: false, to: table, text)
      }
      return try change(table, ClausesEdit(.add(element)), "is held to one rule more", text)
    case .addColumns(let columns, let ifNotExists):
      return try add(columns, ifNotExists: ifNotExists, to: table, text)
    case .renameColumn(let old, let new):
      return try rename(old, to: new, of: table, text)
    case .dropColumns(let columns, let ifExists):
      return try change(
        table, ColumnsEdit(.drop(columns, ifExists: ifExists)),
        "has no column \(columns.map(\.text).joined(separator: ", ")) any more", text)
    case .alterColumn(let column, let change):
      return try self.alter(column, change, of: table, text)
    case .changeColumn(let old, let column):
      return try self.change(old, to: column, of: table, text)
    case .dropConstraint(let name, let ifExists):
      return try change(
        table, ClausesEdit(.dropConstraint(name, ifExists: ifExists)),
        "is not held to \(name.text) any more", text)
    case .setProperties(let properties):
      return try set(properties, of: table, text)
    case .unsetProperties(let keys, _):
      return try unset(keys, of: table, text)
    case .rename(let name): return try rename(table, to: name, text)
    default:
      throw LakeError(
        .unsupported, "that is said of external tables, and \(table) is a managed one",
        at: text.place(at: alter.name.range.lowerBound),
        hint: "CREATE OR REPLACE TABLE \(table) AS SELECT … makes it anew.")
    }
  }

  /// Carries out an edit that touches all rows, and says what the table is now.
  private func change(
    _ table: TableName, _ edit: any TableEdit, _ words: String, _ text: SourceText
  ) throws -> String {
    let report = try self.edit(.managed(table), edit, as: "ALTER TABLE", text)
    guard report.version != nil else { return "\(table) is as it was." }
    return "\(table) \(words)\(outcome(of: report))"
  }

  private func rename(
    _ old: Identifier, to new: Identifier, of table: TableName, _ text: SourceText
  ) throws -> String {
    try change(
      table, ColumnsEdit(.rename(old, to: new)), "calls \(old.text) \(new.text) now", text)
  }

  // MARK: - Columns

  /// New columns are null in all rows, and no file is touched.
  private func add(
    _ columns: [ColumnDefinition], ifNotExists: Bool, to table: TableName, _ text: SourceText
  ) throws -> String {
    var added: [String] = []
    let version = try describe(table) { metadata in
      added = []
      for column in columns {
        let place = text.place(at: column.range.lowerBound)
        if metadata.schema.schema.index(of: column.name.text) != nil {
          if ifNotExists { continue }
          throw LakeError(
            .alreadyExists, "\(table) has a column '\(column.name.text)' already", at: place)
        }
        guard let type = column.type?.type, column.constraints.isEmpty else {
          throw LakeError(
            .invalidInput, "a new column has a type, and no rule: it is null in all rows",
            at: place,
            hint: "Write ADD COLUMN \(column.name.sql) bigint, say, and ADD CONSTRAINT when it is "
              + "filled.")
        }
        let field = Field(column.name.text, type)
        if let obstacle = DeltaSchema.obstacle(to: field) { throw obstacle.located(at: place) }
        metadata.schema.schema.fields.append(field)
        metadata.schema.setComment(column.comment, of: column.name.text)
        added.append(column.name.text)
      }
    }
    return said(table, "has the column \(added.joined(separator: ", "))", version)
  }

  private func alter(
    _ column: Identifier, _ change: ColumnChange, of table: TableName, _ text: SourceText
  ) throws -> String {
    switch change {
    case .comment(let comment):
      let version = try describe(table) { metadata in
        let name = try known(column, metadata, table, text)
        metadata.schema.setComment(comment, of: name)
      }
      return said(table, "says what \(column.text) is", version)
    case .type(let type):
      return try self.change(
        table, ColumnsEdit(.retype(column, type.type)),
        "has \(column.text) as \(type.type.spelled(.trino))", text)
    case .setNotNull:
      let element = TableElement(
        .constraint(TableConstraint(.notNull([column]))), origin: column.origin)
      return try self.change(
        table, ClausesEdit(.add(element)), "has a value of \(column.text) in every row", text)
    case .dropNotNull:
      return try self.change(
        table, ClausesEdit(.dropNotNull(column)), "may lack values of \(column.text)", text)
    }
  }

  /// Hive's CHANGE: name, type and comment at once.
  private func change(
    _ old: Identifier, to column: ColumnDefinition, of table: TableName, _ text: SourceText
  ) throws -> String {
    var said: [String] = []
    if old.text.lowercased() != column.name.text.lowercased() {
      said.append(try rename(old, to: column.name, of: table, text))
    }
    let schema = try workspace.session.table(table).snapshot().schema
    if let type = column.type, let index = schema.index(of: column.name.text),
      schema.fields[index].type != type.type
    {
      said.append(try alter(column.name, .type(type), of: table, text))
    }
    if let comment = column.comment {
      said.append(try alter(column.name, .comment(comment), of: table, text))
    }
    return said.isEmpty ? "\(table) is as it was." : said.joined(separator: " ")
  }

  private func known(
    _ column: Identifier, _ metadata: TableMetadata, _ table: TableName, _ text: SourceText
  ) throws(LakeError) -> String {
    let schema = metadata.schema.schema
    if let index = schema.index(of: column.text) { return schema.fields[index].name }
    throw LakeError(
      .notFound, "\(table) has no column '\(column.text)'",
      at: text.place(at: column.range.lowerBound),
      hint: Suggestion.hint(for: column.text, among: schema.fields.map(\.name)))
  }

  // MARK: - Properties

  private func set(
    _ properties: [Property], of table: TableName, _ text: SourceText
  ) throws -> String {
    let version = try describe(table) { metadata in
      for property in properties {
        try TableProperties.requireSettable(
          property.key, at: text.place(at: property.range.lowerBound))
        let value = property.loggedText
        if property.key.lowercased() == "comment" {
          metadata.comment = value
        } else {
          metadata.configuration[property.key] = value
        }
      }
    }
    let keys = properties.map(\.key).joined(separator: ", ")
    return said(table, "has the properties \(keys)", version)
  }

  private func unset(
    _ keys: [String], of table: TableName, _ text: SourceText
  ) throws -> String {
    let version = try describe(table) { metadata in
      for key in keys {
        try TableProperties.requireSettable(key, at: nil)
        metadata.configuration[key] = nil
        if key.lowercased() == "comment" { metadata.comment = nil }
      }
    }
    return said(table, "has no \(keys.joined(separator: ", ")) any more", version)
  }

  private func said(_ table: TableName, _ words: String, _ version: Int?) -> String {
    guard let version else { return "\(table) is as it was." }
    return "\(table) \(words) (version \(version))."
  }

  /// Changes what the log says of a table; nil where it says that already.
  private func describe(
    _ table: TableName, _ body: (inout TableMetadata) throws -> Void
  ) throws -> Int? {
    let editor = TableEditor(try workspace.sessionFromNow, try workspace.definitions())
    return try editor.describe(table, as: "ALTER TABLE", body)
  }

  // MARK: - Names

  private func rename(
    _ table: TableName, to name: QualifiedName, _ text: SourceText
  ) throws -> String {
    let place = text.place(at: name.range.lowerBound)
    let new =
      name.parts.count == 1
      ? TableName(table.zone, name.text)
      : try TableName.required(name, for: "CREATE TABLE", in: text)
    guard new.zone == table.zone else {
      throw LakeError(
        .invalidInput, "\(table) cannot move to the zone \(new.zone.rawValue) by a new name",
        at: place, hint: "CREATE TABLE \(new) AS SELECT * FROM \(table) copies it.")
    }
    let session = try workspace.session
    let lock = try workspace.lockForRun()
    defer { lock.release() }
    do throws(LakeError) {
      try session.table(table).rename(to: new)
    } catch {
      throw error.located(at: place)
    }
    let follower = CatalogFollower(session: session)
    let entry = try follower.entry(of: new)
    _ = try session.catalog.write { (catalog) throws(LakeError) in try catalog.drop(table) }
    if var entry {
      try session.catalog.write { (catalog) throws(LakeError) in try catalog.save(&entry) }
    }
    return "\(table) is called \(new) now."
  }
}

extension Property {
  /// The value as the log keeps it.
  var loggedText: String {
    switch value.kind {
    case .literal(.string(let text)): text
    case .literal(.boolean(let flag)): flag ? "true" : "false"
    default: value.sql
    }
  }
}
