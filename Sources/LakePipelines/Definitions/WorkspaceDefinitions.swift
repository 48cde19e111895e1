import LakeCatalog
import LakeCore
import LakeSQL

/// What `catalog/*.sql` says: external tables, views, databases, consent policies, and which tables
/// hold no data of people. Files are read in byte order of their names.
///
/// These files are the truth; the catalog keeps what follows from them. They are small, so every
/// command that needs them reads them all.
package struct WorkspaceDefinitions: Sendable {
  package var tables: [TableDefinition] = []
  package var views: [View] = []
  package var databases: [(name: String, comment: String?)] = []
  package var policies: [ConsentPolicy] = []
  /// What `ALTER TABLE … SET PERSONAL` says.
  package var isPersonal: [TableName: Bool] = [:]
  /// The hash of each file, by its path from the workspace.
  package var hashes: [String: UInt64] = [:]

  package struct View: Sendable {
    package var name: TableName
    package var sql: String
    package var comment: String?
    package var file: String
  }

  private static let fileBytesMax = 16 << 20

  package init() {}

  /// Reads all files of `catalog/`.
  package init(layout: WorkspaceLayout, fileSystem: any FileSystem) throws(LakeError) {
    let directory = layout.catalogDirectory
    guard try fileSystem.status(of: directory, followLinks: true) != nil else { return }
    for name in try fileSystem.list(directory)
    where name.lowercased().hasSuffix(".sql") && !name.hasPrefix(".") {
      let bytes = try fileSystem.readWhole(
        Path.join(directory, name), limit: WorkspaceDefinitions.fileBytesMax)
      let file = "catalog/\(name)"
      let sql = String(decoding: bytes, as: UTF8.self)
      let text = SourceText(sql, file: file)
      hashes[file] = TextHash.hash(sql)
      for statement in try SQLParser.parse(sql, file: file) { try add(statement, of: text) }
    }
    for (name, value) in isPersonal {
      if let index = tables.firstIndex(where: { $0.name == name }) {
        tables[index].isPersonal = value
      }
    }
  }

  /// The tables of others, which a definition names.
  package var foreignTables: [TableDefinition] { tables.filter { $0.format == .delta } }

  package func policy(named name: String) -> ConsentPolicy? {
    policies.first { $0.name.lowercased() == name.lowercased() }
  }

  /// The views that a query is made over, also through other views.
  func views(of query: Query) -> [View] {
    var found: [View] = []
    var open = query.tablesRead
    while let next = open.popLast() {
      let folded = next.parts.last?.text.lowercased()
      for view in views where !found.contains(where: { $0.name == view.name }) {
        guard folded == view.name.name.lowercased() || folded == view.name.suffixed.lowercased()
        else { continue }
        found.append(view)
        if case .query(let inner)? = (try? SQLParser.parseStatement(view.sql))?.kind {
          open += inner.tablesRead
        }
      }
    }
    return found.sorted { $0.name < $1.name }
  }

  private mutating func add(_ statement: Statement, of text: SourceText) throws(LakeError) {
    let place = text.place(at: statement.range.lowerBound)
    if let create = statement.definedTable {
      let table = try TableDefinition(create, in: text)
      if let other = tables.first(where: { $0.name == table.name }) {
        throw twice("the table \(table.name)", other.source, place)
      }
      return tables.append(table)
    }
    switch statement.kind {
    case .createView(let create):
      if create.isTemporary { throw refusal(place) }
      let name = try TableName.required(create.name, for: "CREATE VIEW", in: text)
      views.append(
        View(
          name: name, sql: create.namedQuery.sql, comment: create.comment,
          file: text.file ?? ""))
    case .createDatabase(let create):
      databases.append((create.name.text, create.comment))
    case .createPolicy(let create):
      let policy = try ConsentPolicy(create, in: text)
      if self.policy(named: policy.name) != nil {
        throw twice("the policy \(policy.name)", nil, place)
      }
      policies.append(policy)
    case .alterTable(let alter):
      guard case .setPersonal(let value) = alter.action else { throw refusal(place) }
      isPersonal[try TableName.required(alter.name, for: "ALTER TABLE", in: text)] = value
    default: throw refusal(place)
    }
  }

  private func twice(_ what: String, _ other: String?, _ place: LakeError.Place) -> LakeError {
    LakeError(
      .invalidInput, "\(what) is defined twice" + (other.map { ", here and in \($0)" } ?? ""),
      at: place, hint: "Remove one of the two statements.")
  }

  private func refusal(_ place: LakeError.Place) -> LakeError {
    LakeError(
      .invalidInput, "this statement is no definition", at: place,
      hint:
        "catalog/*.sql holds CREATE EXTERNAL TABLE, CREATE VIEW, CREATE DATABASE, CREATE CONSENT "
        + "POLICY and ALTER TABLE … SET PERSONAL; what makes tables belongs in pipelines/.")
  }
}

extension CreateView {
  /// The query, with the names that the view gives to its columns.
  var namedQuery: Query {
    if columns.isEmpty { return query }
    var body = SelectBody([SelectItem(.star(Star()))])
    let alias = TableAlias(Identifier("named"), columns: columns)
    body.from = [TableReference(.subquery(query, isLateral: false), alias: alias)]
    return Query(.select(body))
  }
}
