import LakeCatalog
import LakeCore
import LakeCrawler
import LakePipelines
import LakeSQL

/// ALTER TABLE. What a table of landing is stands in its definition in `catalog/`, which is changed
/// or comes to be; a crawl then does what the definition says, now and later.
extension StatementRunner {
  func alter(_ alter: AlterTable, _ text: SourceText) throws -> String {
    let table = try catalogTable(alter.name, text)
    if case .setPersonal(let value) = alter.action { return try setPersonal(value, table) }
    if table.kind == .managed { return try alterManaged(alter, table.name, text) }
    guard table.kind == .external else { throw refusal(of: alter, table, text) }
    if table.isForeign {
      throw LakeError(
        .unsupported, "\(table.name) is a table of others: what it is stands in its log",
        at: text.place(at: alter.name.range.lowerBound),
        hint: "Change it with the program that made it. DROP TABLE forgets it and touches no file.")
    }
    switch alter.action {
    case .recoverPartitions: return try repair(alter.name, text)
    case .addPartitions(let partitions, _): return try add(partitions, to: table, text)
    case .dropPartitions(let partitions, let ifExists):
      return try drop(partitions, of: table, ifExists: ifExists, text)
    default: return try change(table, alter, text)
    }
  }

  private func refusal(
    of alter: AlterTable, _ table: CatalogTable, _ text: SourceText
  ) -> LakeError {
    LakeError(
      .invalidInput, "\(table.name) is a view: it is what its query says",
      at: text.place(at: alter.name.range.lowerBound),
      hint: "CREATE OR REPLACE VIEW \(table.name) AS SELECT … changes it.")
  }

  // MARK: - Definitions

  private func change(
    _ table: CatalogTable, _ alter: AlterTable, _ text: SourceText
  ) throws -> String {
    let files = DefinitionFiles(try workspace.session)
    let definitions = try workspace.definitions()
    let known = try files.first { ExternalTableChange.defines(table.name, $0) }
    var change = ExternalTableChange(
      try known ?? definition(from: table, for: alter.action), of: table, definitions.policies,
      alter.name, text)
    try change.apply(alter.action)
    let changed = Statement(.createExternalTable(change.definition)).sql
    let new = try check(changed, alter.name, text)
    if new != table.name { try requireFree(new, alter, text) }
    let path: String
    if known != nil {
      path = try files.replace(with: changed) { ExternalTableChange.defines(table.name, $0) }
    } else {
      path = try files.save(changed, named: new.suffixed)
    }
    if new != table.name { try follow(table, to: new, definitions) }
    try workspace.record(try workspace.definitions())
    let reports = try workspace.crawl([.table(new)])
    return sentence(table.name, change.summary, path, reports, alter.action)
  }

  private func sentence(
    _ table: TableName, _ summary: String, _ path: String, _ reports: [CrawlReport],
    _ action: AlterTable.Action
  ) -> String {
    // How the files differ from the definition was known before, unless its columns changed.
    let changesColumns =
      switch action {
      case .add, .addColumns, .replaceColumns, .renameColumn, .changeColumn, .alterColumn: true
      default: false
      }
    let notes = reports.flatMap(\.tables).flatMap { table in
      [table.failure?.message].compactMap(\.self) + table.warnings
        + (changesColumns ? table.definitionDifferences : [])
    }
    let noted = notes.prefix(3).map { " Note: \($0)." }.joined()
    return "\(table) \(summary); that stands in \(path).\(noted)"
  }

  /// The definition of a table that was found without one. Its columns are named in it only where
  /// they are what changes; else they stay what the files say.
  private func definition(
    from table: CatalogTable, for action: AlterTable.Action
  ) throws -> CreateExternalTable {
    let sql = try TableDDL(workspace).statement(for: table)
    guard case .createExternalTable(var definition) = try SQLParser.parseStatement(sql).kind else {
      throw LakeError(.internal, "the definition of \(table.name) is none")
    }
    switch action {
    case .setProperties, .unsetProperties, .setSerdeProperties, .setLocation, .rename:
      definition.columns = []
      definition.partitionedBy = []
    default: break
    }
    return definition
  }

  /// Finds now what would be found when the file is read; returns the name that is defined.
  private func check(
    _ sql: String, _ name: QualifiedName, _ text: SourceText
  ) throws -> TableName {
    do throws(LakeError) {
      let source = SourceText(sql)
      guard case .createExternalTable(let create) = try SQLParser.parseStatement(sql).kind else {
        throw LakeError(.internal, "the changed definition is none")
      }
      let session = try workspace.session
      let definition = try TableDefinition(create, in: source)
      if let location = definition.location {
        _ = try TableLocation.resolve(location, in: session.workspace, session.fileSystem)
      }
      return definition.name
    } catch {
      throw LakeError(
        error.code, error.message, at: text.place(at: name.range.lowerBound), hint: error.hint)
    }
  }

  private func requireFree(
    _ name: TableName, _ alter: AlterTable, _ text: SourceText
  ) throws {
    guard try workspace.session.catalog.table(named: name) != nil else { return }
    throw LakeError(
      .alreadyExists, "there is a table \(name) already",
      at: text.place(at: alter.name.range.lowerBound))
  }

  /// What else is kept under the name of a table.
  private func follow(
    _ table: CatalogTable, to new: TableName, _ definitions: WorkspaceDefinitions
  ) throws {
    let session = try workspace.session
    if let value = definitions.isPersonal[table.name] {
      try DefinitionFiles(session).remove { statement, _ in
        ExternalTableChange.marks(table.name, statement)
      }
      _ = try DefinitionFiles(session).save(
        "ALTER TABLE \(new) SET PERSONAL = \(value)", named: "\(new.suffixed)_personal")
    }
    _ = try session.catalog.write { (catalog) throws(LakeError) in try catalog.drop(table.name) }
  }

  private func setPersonal(_ value: Bool, _ table: CatalogTable) throws -> String {
    let files = DefinitionFiles(try workspace.session)
    try files.remove { statement, _ in ExternalTableChange.marks(table.name, statement) }
    let path = try files.save(
      "ALTER TABLE \(table.name) SET PERSONAL = \(value)", named: "\(table.name.suffixed)_personal")
    try workspace.record(try workspace.definitions())
    return "\(table.name) is said to hold \(value ? "" : "no ")data of people; saved in \(path)."
  }
}

// MARK: - Partitions

extension StatementRunner {
  /// Partitions are directories: to add one is to look for it.
  private func add(
    _ partitions: [PartitionSpec], to table: CatalogTable, _ text: SourceText
  ) throws -> String {
    _ = try workspace.crawl([.table(table.name)])
    for partition in partitions {
      let path = try directory(of: partition, in: table, text)
      if let location = partition.location {
        try check(location, is: path, of: table, partition, text)
      }
      guard try count(path, of: table) > 0 else {
        throw LakeError(
          .notFound, "there are no files in \(table.location)/\(path)",
          at: text.place(at: partition.range.lowerBound),
          hint: "A partition is a directory of the table: put files there first.")
      }
    }
    let count = partitions.count
    return "\(table.name) is crawled: the partition\(count == 1 ? " is" : "s are") there."
  }

  private func drop(
    _ partitions: [PartitionSpec], of table: CatalogTable, ifExists: Bool, _ text: SourceText
  ) throws -> String {
    let known = try count("", of: table)
    _ = try workspace.crawl([.table(table.name)])
    for partition in partitions {
      let path = try directory(of: partition, in: table, text)
      guard try count(path, of: table) > 0 else { continue }
      throw LakeError(
        .invalidInput, "there are files in \(table.location)/\(path), and they are not ours",
        at: text.place(at: partition.range.lowerBound),
        hint: "Remove the directory; then MSCK REPAIR TABLE \(table.name), or lake crawl.")
    }
    let isFewer = try count("", of: table) < known
    guard ifExists || isFewer else {
      throw LakeError(
        .notFound, "\(table.name) has no such partition",
        at: text.place(at: partitions[0].range.lowerBound),
        hint: "SHOW PARTITIONS \(table.name) lists them.")
    }
    return "\(table.name) is crawled: it has no such partition."
  }

  /// How many files are below a directory of the table.
  private func count(_ path: String, of table: CatalogTable) throws -> Int {
    let prefix = path.isEmpty ? "" : path + "/"
    return try workspace.session.catalog.read { (catalog) throws(LakeError) in
      try catalog.files(of: table.name).count { $0.path.hasPrefix(prefix) }
    }
  }

  /// `year=2024/month=5`, in the order of the table's columns.
  private func directory(
    of partition: PartitionSpec, in table: CatalogTable, _ text: SourceText
  ) throws(LakeError) -> String {
    let table = try catalogTable(table, text, partition)
    var parts: [String] = []
    for column in table.partitionColumns {
      let property = partition.values.first { $0.key.lowercased() == column.name.lowercased() }
      if let property { parts.append("\(column.name)=\(property.plainText)") }
    }
    let columns = table.partitionColumns.map(\.name)
    for property in partition.values
    where !columns.contains(where: { $0.lowercased() == property.key.lowercased() }) {
      throw LakeError(
        .notFound, "\(table.name) is not partitioned by '\(property.key)'",
        at: text.place(at: property.range.lowerBound),
        hint: columns.isEmpty
          ? "None of its directories are named key=value."
          : Suggestion.hint(for: property.key, among: columns)
            ?? "It is by \(columns.joined(separator: ", ")).")
    }
    return parts.joined(separator: "/")
  }

  /// The table as it is after a crawl.
  private func catalogTable(
    _ table: CatalogTable, _ text: SourceText, _ partition: PartitionSpec
  ) throws(LakeError) -> CatalogTable {
    try workspace.session.catalog.table(named: table.name) ?? table
  }

  private func check(
    _ location: String, is path: String, of table: CatalogTable, _ partition: PartitionSpec,
    _ text: SourceText
  ) throws {
    let session = try workspace.session
    let found = try TableLocation.resolve(location, in: session.workspace, session.fileSystem)
    guard found != "\(table.location)/\(path)" else { return }
    throw LakeError(
      .unsupported, "the partition is elsewhere: \(found)",
      at: text.place(at: partition.range.lowerBound),
      hint: "A partition is the directory \(table.location)/\(path).")
  }
}

extension ExternalTableChange {
  /// Whether a statement defines a table.
  static func defines(_ table: TableName, _ statement: Statement) -> Bool {
    guard let create = statement.definedTable else { return false }
    return TableName(defining: create.name) == table
  }

  /// Whether a statement says if a table is about people.
  static func marks(_ table: TableName, _ statement: Statement) -> Bool {
    guard case .alterTable(let alter) = statement.kind, case .setPersonal = alter.action else {
      return false
    }
    return TableName(defining: alter.name) == table
  }
}

extension Property {
  /// The value as text, whatever kind of literal it is.
  fileprivate var plainText: String {
    if case .literal(.string(let text)) = value.kind { return text }
    return value.sql
  }
}
