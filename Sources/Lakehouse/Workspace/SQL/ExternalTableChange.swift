import LakeCatalog
import LakeCore
import LakePipelines
import LakeSQL

/// ALTER TABLE on a table of landing: its definition, and what becomes of it. The files stay as
/// they are, so a column that gets another name is still looked for under the old one.
struct ExternalTableChange {
  /// The definition as it is changed.
  private(set) var definition: CreateExternalTable
  /// What was done, in words that follow the table's name.
  private(set) var summary = ""
  private let table: CatalogTable
  private let policies: [ConsentPolicy]
  private let text: SourceText
  private let place: LakeError.Place?

  init(
    _ definition: CreateExternalTable, of table: CatalogTable, _ policies: [ConsentPolicy],
    _ name: QualifiedName, _ text: SourceText
  ) {
    self.definition = definition
    self.table = table
    self.policies = policies
    self.text = text
    place = text.place(at: name.range.lowerBound)
    if definition.location == nil { self.definition.location = table.location }
  }

  mutating func apply(_ action: AlterTable.Action) throws(LakeError) {
    switch action {
    case .add(let element):
      guard case .column(let column) = element.kind, column.constraints.isEmpty else {
        throw LakeError(
          .unsupported, "a table of landing has columns and no rules",
          at: text.place(at: element.range.lowerBound),
          hint: "Rules and CONSENT stand in the statement that makes a table from it.")
      }
      try add([column])
    case .addColumns(let columns, let ifNotExists):
      try add(ifNotExists ? columns.filter { index(of: $0.name) == nil } : columns)
    case .alterColumn(let column, let change): try alter(column, change)
    case .dropConstraint(let name, _):
      throw LakeError(
        .unsupported, "a table of landing has columns and no rules",
        at: text.place(at: name.range.lowerBound))
    case .replaceColumns(let columns): try replace(with: columns)
    case .renameColumn(let old, let new): try rename(old, to: new)
    case .changeColumn(let old, let column): try change(old, to: column)
    case .dropColumns(let names, let ifExists): try drop(names, ifExists: ifExists)
    case .setProperties(let properties):
      set(&definition.tableProperties, properties)
      summary = "has the properties \(list(properties.map(\.key)))"
    case .unsetProperties(let keys, let ifExists): try unset(keys, ifExists: ifExists)
    case .setSerdeProperties(let properties): try setSerde(properties)
    case .setLocation(let location):
      definition.location = location
      summary = "is in \(location)"
    case .rename(let name): try rename(to: name)
    case .setPersonal, .addPartitions, .dropPartitions, .recoverPartitions:
      throw LakeError(.internal, "this changes no definition", at: place)
    }
  }
}

// MARK: - Columns

extension ExternalTableChange {
  private mutating func add(_ columns: [ColumnDefinition]) throws(LakeError) {
    if columns.isEmpty {
      summary = "is as it was"
      return
    }
    for column in columns {
      try requireNew(column.name)
      definition.columns.append(column)
    }
    summary = "has the column\(columns.count == 1 ? "" : "s") \(list(columns.map(\.name.text)))"
  }

  private mutating func replace(with columns: [ColumnDefinition]) throws(LakeError) {
    let kept = Set(columns.map { $0.name.text.lowercased() })
    for column in definition.columns where !kept.contains(column.name.text.lowercased()) {
      try requireUngoverned(column.name, at: place)
    }
    definition.columns = []
    for column in columns {
      try requireNew(column.name)
      definition.columns.append(column)
    }
    summary = "has the columns \(list(columns.map(\.name.text)))"
  }

  private mutating func rename(_ old: Identifier, to new: Identifier) throws(LakeError) {
    let index = try place(of: old)
    if old.text.lowercased() != new.text.lowercased() { try requireNew(new) }
    try requireUngoverned(old, at: text.place(at: old.range.lowerBound))
    let before = definition.columns[index].name.text
    definition.columns[index].name = new
    keepKey(of: before, for: new.text)
    summary = "has the column \(new.text), which is \(table.reading.key(of: before)) in the files"
  }

  private mutating func change(
    _ old: Identifier, to column: ColumnDefinition
  ) throws(LakeError) {
    let index = try place(of: old)
    var column = column
    column.comment = column.comment ?? definition.columns[index].comment
    if old.text.lowercased() != column.name.text.lowercased() {
      try rename(old, to: column.name)
    } else {
      let type = column.type?.type.spelled(.hive) ?? ""
      summary = "has the column \(column.name.text) \(type)"
    }
    definition.columns[index] = column
  }

  private mutating func alter(
    _ column: Identifier, _ change: ColumnChange
  ) throws(LakeError) {
    let index = try place(of: column)
    let name = definition.columns[index].name.text
    switch change {
    case .type(let type):
      definition.columns[index].type = type
      summary = "has the column \(name) \(type.type.spelled(.hive))"
    case .comment(let comment):
      definition.columns[index].comment = comment
      summary = "says what \(name) is"
    case .setNotNull, .dropNotNull:
      throw LakeError(
        .unsupported, "a table of landing has columns and no rules",
        at: text.place(at: column.range.lowerBound),
        hint: "Rules and CONSENT stand in the statement that makes a table from it.")
    }
  }

  private mutating func drop(_ names: [Identifier], ifExists: Bool) throws(LakeError) {
    var dropped: [String] = []
    for name in names {
      if ifExists, index(of: name) == nil { continue }
      let index = try place(of: name)
      try requireUngoverned(name, at: text.place(at: name.range.lowerBound))
      if table.isReadByPlace, index < definition.columns.count - 1 {
        throw LakeError(
          .invalidInput,
          "the files have no header, so columns are known by their places: only the last can go",
          at: text.place(at: name.range.lowerBound),
          hint: "Leave it out of the queries, or write a view without it.")
      }
      if definition.columns.count == 1 {
        throw LakeError(
          .invalidInput, "'\(name.text)' is the only column",
          at: text.place(at: name.range.lowerBound))
      }
      dropped.append(definition.columns.remove(at: index).name.text)
    }
    summary = dropped.isEmpty ? "is as it was" : "is without \(list(dropped))"
  }

  private func index(of name: Identifier) -> Int? {
    definition.columns.firstIndex { $0.name.text.lowercased() == name.text.lowercased() }
  }

  private func place(of name: Identifier) throws(LakeError) -> Int {
    if let index = index(of: name) { return index }
    let place = text.place(at: name.range.lowerBound)
    if isPartition(name) {
      throw LakeError(
        .invalidInput, "'\(name.text)' is a partition column: the directories name it", at: place,
        hint: "Rename the directories.")
    }
    let names = definition.columns.map(\.name.text)
    throw LakeError(
      .notFound, "\(table.name) has no column '\(name.text)'", at: place,
      hint: Suggestion.hint(for: name.text, among: names)
        ?? "Columns: \(names.joined(separator: ", ")).")
  }

  private func isPartition(_ name: Identifier) -> Bool {
    (table.partitionColumns.map(\.name) + definition.partitionedBy.map(\.name.text)).contains {
      $0.lowercased() == name.text.lowercased()
    }
  }

  private func requireNew(_ name: Identifier) throws(LakeError) {
    guard index(of: name) != nil || isPartition(name) else { return }
    throw LakeError(
      .alreadyExists, "\(table.name) has a column '\(name.text)' already",
      at: text.place(at: name.range.lowerBound))
  }

  /// What a policy speaks of stays under its name: else nobody would be known to have agreed.
  private func requireUngoverned(
    _ column: Identifier, at place: LakeError.Place?
  ) throws(LakeError) {
    for policy in policies {
      guard let columns = policy.columns(of: table.name),
        columns.contains(where: { $0.lowercased() == column.text.lowercased() })
      else { continue }
      throw LakeError(
        .conflict, "the consent policy \(policy.name) speaks of \(table.name).\(column.text)",
        at: place,
        hint: "Change the policy first: CREATE OR REPLACE CONSENT POLICY \(policy.name) ….")
    }
  }

  /// The column is still found in the files, under the name that it has there.
  private mutating func keepKey(of old: String, for new: String) {
    if table.isReadByPlace { return }
    let key = table.reading.key(of: old)
    let stale = "mapping.\(old)".lowercased()
    var properties = serdeProperties ?? definition.tableProperties
    properties.removeAll { $0.key.lowercased() == stale }
    set(&properties, [Property("mapping.\(new)", Expression(.literal(.string(key))))])
    if serdeProperties == nil {
      definition.tableProperties = properties
    } else {
      serdeProperties = properties
    }
  }

  private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}

// MARK: - Everything else

extension ExternalTableChange {
  /// Nil where the definition names no SerDe.
  private var serdeProperties: [Property]? {
    get {
      guard case .serde(_, let properties)? = definition.rowFormat else { return nil }
      return properties
    }
    set {
      guard case .serde(let name, _)? = definition.rowFormat, let newValue else { return }
      definition.rowFormat = .serde(name, properties: newValue)
    }
  }

  private func set(_ properties: inout [Property], _ changes: [Property]) {
    for change in changes {
      properties.removeAll { $0.key.lowercased() == change.key.lowercased() }
      properties.append(change)
    }
  }

  private mutating func unset(_ keys: [String], ifExists: Bool) throws(LakeError) {
    for key in keys {
      let count = definition.tableProperties.count
      definition.tableProperties.removeAll { $0.key.lowercased() == key.lowercased() }
      guard definition.tableProperties.count == count, !ifExists else { continue }
      throw LakeError(
        .notFound, "\(table.name) has no property '\(key)'", at: place,
        hint: Suggestion.hint(for: key, among: definition.tableProperties.map(\.key)))
    }
    summary = "is without the properties \(list(keys))"
  }

  private mutating func setSerde(_ properties: [Property]) throws(LakeError) {
    guard var known = serdeProperties else {
      throw LakeError(
        .invalidInput, "\(table.name) names no SerDe, so there are none of its properties",
        at: place, hint: "SET TBLPROPERTIES sets properties of the table.")
    }
    set(&known, properties)
    serdeProperties = known
    summary = "has the properties \(list(properties.map(\.key)))"
  }

  private mutating func rename(to name: QualifiedName) throws(LakeError) {
    let new = try TableName.required(name, for: "ALTER TABLE", in: text)
    let place = text.place(at: name.range.lowerBound)
    guard new.zone == .landing else {
      throw LakeError(
        .invalidInput, "\(table.name) cannot go to \(new.zone.rawValue) by its name", at: place,
        hint: "CREATE TABLE \(new) AS SELECT … makes a table there.")
    }
    if let policy = policies.first(where: { $0.columns(of: table.name) != nil }) {
      throw LakeError(
        .conflict, "the consent policy \(policy.name) speaks of \(table.name)", at: place,
        hint: "Change the policy first: CREATE OR REPLACE CONSENT POLICY \(policy.name) ….")
    }
    definition.name = QualifiedName([Identifier(new.zone.rawValue), Identifier(new.name)])
    summary = "is called \(new)"
  }
}

extension CatalogTable {
  /// Whether columns are found by their places in a line, since no line names them.
  fileprivate var isReadByPlace: Bool {
    (format == .csv || format == .tsv) && reading.hasHeader == false
  }
}
