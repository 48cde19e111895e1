import LakeCatalog
import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL
import LakeTables

/// SHOW and DESCRIBE. Their columns are called as Trino calls them.
extension StatementRunner {
  func show(
    _ show: Show, _ text: SourceText, _ statement: Statement
  ) throws -> StatementResult {
    switch show {
    case .tables(let space, let like):
      return .rows(try names("Table", in: space, like, text) { _ in true })
    case .views(let space, let like):
      return .rows(try names("View", in: space, like, text) { $0.kind == .view })
    case .columns(let name, let like): return .rows(try columns(of: name, text, like: like))
    case .createTable(let name), .createView(let name):
      let table = try catalogTable(name, text)
      return .text(
        try TableDDL(workspace).statement(for: table) + "\n", column: "Create Table")
    case .databases(let like): return .rows(try databases(like))
    case .functions(let like): return .rows(try functions(like))
    case .partitions(let name): return .rows(try partitions(of: name, text))
    case .tableProperties(let name, let key): return .rows(try properties(of: name, key, text))
    case .policies: return .rows(try policies())
    }
  }

  // MARK: - Names

  private func names(
    _ title: String, in space: QualifiedName?, _ like: String?, _ text: SourceText,
    where isWanted: (CatalogTable) -> Bool
  ) throws -> ResultRows {
    let temporary = self.session.relations.filter { relation in
      if case .table = relation, title == "View" { return false }
      return space == nil && NamePattern(like).matches(relation.name)
    }.map { [$0.name] }
    if !temporary.isEmpty, try workspace.sessionIfAny == nil {
      return try texts([title], temporary)
    }
    if let system = space.flatMap({ SystemTable.space($0.parts.map(\.text)) }) {
      let own = title == "View" ? [] : SystemTable.all.filter { $0.space == system }.map(\.name)
      return try texts([title], own.filter { NamePattern(like).matches($0) }.map { [$0] })
    }
    let session = try workspace.session
    let (tables, databases) = try session.catalog.read { (catalog) throws(LakeError) in
      (try catalog.tables(), try catalog.databases().map(\.name))
    }
    let wanted = tables.filter(isWanted)
    var names: [String]
    if let space {
      let name = space.parts.last?.text ?? ""
      if let zone = Zone(named: name) {
        names = wanted.filter { $0.name.zone == zone }.map(\.name.name)
      } else if databases.contains(where: { $0.lowercased() == name.lowercased() }) {
        names = wanted.map(\.name.suffixed)
      } else {
        let known = Zone.allCases.map(\.rawValue) + databases
        throw LakeError(
          .notFound, "there is no zone or database '\(name)'",
          at: text.place(at: space.range.lowerBound),
          hint: Suggestion.hint(for: name, among: known)
            ?? "There are \(known.joined(separator: ", ")).")
      }
    } else {
      names = wanted.map(\.name.description)
    }
    names = names.filter { NamePattern(like).matches($0) }
    return try texts([title], temporary + names.map { [$0] })
  }

  private func databases(_ like: String?) throws -> ResultRows {
    var names = Zone.allCases.map(\.rawValue)
    if let session = try workspace.sessionIfAny {
      names += try session.catalog.read { (catalog) throws(LakeError) in
        try catalog.databases().map(\.name)
      }
      names += SystemTable.Space.allCases.map(\.rawValue)
    }
    return try texts(["Schema"], names.filter { NamePattern(like).matches($0) }.map { [$0] })
  }

  func functions(_ like: String?) throws -> ResultRows {
    let pattern = NamePattern(like)
    var rows: [[String]] = []
    for function in ScalarFunctions.catalogue where pattern.matches(function.name) {
      rows.append([function.name, function.signature, "scalar", function.description])
    }
    for function in AggregateFunctions.catalogue where pattern.matches(function.name) {
      rows.append([function.name, function.signature, "aggregate", function.description])
    }
    return try texts(["Function", "Signature", "Function Type", "Description"], rows)
  }

  // MARK: - Facts of one table

  private func partitions(of name: QualifiedName, _ text: SourceText) throws -> ResultRows {
    let table = try catalogTable(name, text)
    if let logged = try workspace.session.loggedTable(table) {
      return try partitions(of: logged.snapshot())
    }
    let partitions = try workspace.session.catalog.read { (catalog) throws(LakeError) in
      try catalog.partitions(of: table.name)
    }
    return try texts(
      ["partition"],
      partitions.map { partition in
        [
          partition.values.map { "\($0.column)=\($0.value ?? "__HIVE_DEFAULT_PARTITION__")" }
            .joined(separator: "/")
        ]
      })
  }

  /// Each once, in the order of their directories.
  private func partitions(of snapshot: Snapshot) throws -> ResultRows {
    let columns = snapshot.metadata.partitionColumns
    // The log may call columns otherwise than the table does.
    let names = try snapshot.metadata.columnMapping?.schema.fields.map(\.name)
    let keys = columns.map { column in
      snapshot.schema.index(of: column).flatMap { names?[$0] } ?? column
    }
    let partitions = Set(
      snapshot.files.filter { $0.rowCount != 0 }.map { file in
        zip(columns, keys).map { column, key in
          "\(column)=\((file.partitionValues[key] ?? nil) ?? "__HIVE_DEFAULT_PARTITION__")"
        }.joined(separator: "/")
      })
    return try texts(["partition"], columns.isEmpty ? [] : partitions.sorted().map { [$0] })
  }

  private func properties(
    of name: QualifiedName, _ key: String?, _ text: SourceText
  ) throws -> ResultRows {
    let table = try catalogTable(name, text)
    var properties = table.properties.sorted { $0.key < $1.key }
    if let key {
      properties = properties.filter { $0.key.lowercased() == key.lowercased() }
      guard !properties.isEmpty else {
        throw LakeError(
          .notFound, "\(table.name) has no property '\(key)'",
          at: text.place(at: name.range.lowerBound),
          hint: Suggestion.hint(for: key, among: table.properties.keys.sorted()))
      }
    }
    return try texts(["Property", "Value"], properties.map { [$0.key, $0.value] })
  }

  private func policies() throws -> ResultRows {
    let policies = try workspace.definitions().policies
    return try texts(
      ["Policy", "Subjects", "Keys"],
      policies.map { [$0.name, $0.subjects.description, $0.keyColumns.joined(separator: ", ")] })
  }

  /// The catalog's table of a name.
  func catalogTable(
    _ name: QualifiedName, _ text: SourceText
  ) throws(LakeError) -> CatalogTable {
    if let system = try systemTable(name, text) {
      throw LakeError(
        .invalidInput, "\(system.fullName) describes the workspace: it is read, and nothing else",
        at: text.place(at: name.range.lowerBound),
        hint: "DESCRIBE \(system.fullName) shows its columns.")
    }
    do throws(LakeError) {
      return workspace.following(try workspace.table(named: name.parts.map(\.text)))
    } catch {
      throw error.located(at: text.place(at: name.range.lowerBound))
    }
  }

  /// The table of `information_schema` or `lake` that a name means; nil for all other names.
  func systemTable(
    _ name: QualifiedName, _ text: SourceText
  ) throws(LakeError) -> SystemTable? {
    do throws(LakeError) {
      return try SystemTable.find(name.parts.map(\.text))
    } catch {
      throw error.located(at: text.place(at: name.range.lowerBound))
    }
  }

  func texts(_ titles: [String], _ rows: [[String]]) throws(LakeError) -> ResultRows {
    try ResultRows(
      titles.map { Field($0, .varchar, isNullable: false) },
      rows.map { $0.map(Value.string) }, workspace.executionContext())
  }
}

extension LakeWorkspace {
  /// The catalog's table of a name: `trusted.customer`, `customer_trusted`, `customer`.
  package func table(named parts: [String]) throws(LakeError) -> CatalogTable {
    let session = try session
    let (names, databases) = try session.catalog.read { (catalog) throws(LakeError) in
      (try catalog.tableNames(), try catalog.databases().map(\.name))
    }
    let name = try TableNameRules.resolve(parts, among: names, databases: databases)
    if let table = try session.catalog.table(named: name) { return table }
    throw LakeError(.notFound, "there is no table \(name)", hint: "See lake tables.")
  }

  /// As above, for a name as it is typed on a command line.
  package func table(typed name: String) throws(LakeError) -> CatalogTable {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    return try table(named: parts)
  }
}

/// The pattern of SHOW … LIKE: `%` and `*` are any text, `_` is any character, `|` separates
/// patterns.
struct NamePattern {
  private let alternatives: [[Character]]

  init(_ pattern: String?) {
    alternatives = (pattern ?? "%").lowercased().split(separator: "|").map { Array($0) }
  }

  func matches(_ name: String) -> Bool {
    let name = Array(name.lowercased())
    return alternatives.contains { NamePattern.matches($0, name) }
  }

  /// One pass with one place to go back to, so that no pattern takes long.
  private static func matches(_ pattern: [Character], _ text: [Character]) -> Bool {
    var (at, position) = (0, 0)
    var back: (pattern: Int, text: Int)?
    while position < text.count {
      if at < pattern.count, pattern[at] == "%" || pattern[at] == "*" {
        back = (at + 1, position)
        at += 1
      } else if at < pattern.count, pattern[at] == text[position] || pattern[at] == "_" {
        at += 1
        position += 1
      } else if let (start, from) = back {
        back = (start, from + 1)
        (at, position) = (start, from + 1)
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == "%" || $0 == "*" }
  }
}
