import LakeCore
import LakeSQL

/// The clauses of MERGE, with columns and types settled. They are numbered from 1 in the order in
/// which they are written.
struct MergeClauses {
  var matched: RowChanges
  var bySource: RowChanges
  var inserts: RowChanges
}

/// Settles what the clauses of MERGE mean.
struct MergeBinder {
  private let merge: Merge
  private let target: ChangeTarget
  private let source: MergeSource
  private let schemaOf: ChangedTable.SchemaOf

  init(
    _ merge: Merge, _ target: ChangeTarget, _ source: MergeSource,
    _ schemaOf: @escaping ChangedTable.SchemaOf
  ) {
    self.merge = merge
    self.target = target
    self.source = source
    self.schemaOf = schemaOf
  }

  func bind() throws -> MergeClauses {
    let pairs = TableReference.join(
      .inner, target.reference(), source.reference, on: merge.condition)
    let names = try namesOfSource()
    return MergeClauses(
      matched: try changes(.matched, names, over: pairs),
      bySource: try changes(.notMatchedBySource, names, over: target.reference()),
      inserts: try changes(.notMatched, names, over: source.reference))
  }

  /// The clauses of one kind; what they compute speaks of the rows of `rows`.
  private func changes(
    _ match: Merge.Match, _ names: Set<String>, over rows: TableReference
  ) throws -> RowChanges {
    var result = RowChanges(target: target)
    var settings: [[ColumnSetting]?] = []
    for (index, clause) in merge.clauses.enumerated() where clause.match == match {
      try requireReachable(clause, behind: result)
      settings.append(try self.settings(of: clause, names))
      result.clauses.append(
        RowChanges.Clause(number: index + 1, condition: clause.condition, values: nil))
    }
    // The condition of MATCHED is that of the whole statement, and is checked in any case.
    if settings.isEmpty, match != .matched { return result }
    var types = try typesOfValues(result, settings, rows)
    for index in settings.indices {
      guard let settings = settings[index] else { continue }
      result.clauses[index].values = try target.fitted(
        settings, Array(types.prefix(settings.count)))
      types.removeFirst(settings.count)
    }
    if match == .matched { try refuseSubqueries(in: result) }
    return result
  }

  /// The conditions of MATCHED become part of a join's, which takes no subqueries.
  private func refuseSubqueries(in changes: RowChanges) throws(LakeError) {
    if changes.actsAlways { return }
    for condition in changes.clauses.compactMap(\.condition) {
      var found: Expression?
      condition.visit { expression in
        if found == nil, !expression.queries.isEmpty { found = expression }
        return found == nil
      }
      guard let found else { continue }
      throw LakeError(
        .unsupported, "a subquery in the condition of WHEN MATCHED is not supported yet",
        at: target.table.text.place(of: found.origin),
        hint: "Put it into the query of USING, as a column.")
    }
  }

  /// The types of all values of all clauses, in order.
  private func typesOfValues(
    _ changes: RowChanges, _ settings: [[ColumnSetting]?], _ rows: TableReference
  ) throws -> [DataType] {
    let values = settings.flatMap { $0 ?? [] }.map(\.value)
    let conditions = changes.clauses.compactMap(\.condition)
    // One item at least: a query has columns.
    let items = (values + conditions + [.yes]).map {
      SelectItem(.expression($0, alias: nil), origin: $0.origin)
    }
    let schema = try schemaOf(.select(items, from: [rows], origin: merge.table.origin))
    let types = schema.fields.map(\.type)
    for (condition, type) in zip(conditions, types[values.count...])
    where type != .boolean && type != .unseen {
      throw target.error(
        "the condition of WHEN must be a boolean, and it is \(type)", condition.origin)
    }
    return Array(types.prefix(values.count))
  }

  private func requireReachable(
    _ clause: Merge.Clause, behind others: RowChanges
  ) throws(LakeError) {
    guard others.actsAlways else { return }
    throw target.error(
      "this WHEN \(clause.match.rawValue) is never reached: one before it has no condition",
      clause.origin, hint: "Put the clause without AND behind the others.")
  }
}

// MARK: - What a clause sets

extension MergeBinder {
  /// Nil for DELETE.
  private func settings(
    of clause: Merge.Clause, _ names: Set<String>
  ) throws(LakeError) -> [ColumnSetting]? {
    switch clause.action {
    case .delete: return nil
    case .update(let assignments): return try target.settings(assignments)
    case .updateAll, .insertAll: return try allColumns(clause, names)
    case .insert(let columns, let values):
      let places = try target.places(of: columns)
      guard places.count == values.count else {
        throw target.error(
          "INSERT is for \(places.count) columns, and VALUES has \(values.count)", clause.origin)
      }
      return zip(places, values).map { ColumnSetting(column: $0, value: $1) }
    }
  }

  /// `SET *` and `INSERT *`: every column is that of its name in the source.
  private func allColumns(
    _ clause: Merge.Clause, _ names: Set<String>
  ) throws(LakeError) -> [ColumnSetting] {
    let star = clause.action == .insertAll ? "INSERT *" : "SET *"
    guard clause.match != .notMatchedBySource else {
      throw target.error(
        "\(star) takes its values from the source, which has no row here", clause.origin,
        hint: "Name the columns: UPDATE SET a = ….")
    }
    guard let qualifier = source.qualifier else {
      throw target.error(
        "\(star) needs a name for the source", clause.origin,
        hint: "Give it an alias: USING … AS s.")
    }
    let missing = target.fields.map(\.name).filter { !names.contains($0.lowercased()) }
    guard missing.isEmpty || merge.evolvesSchema else {
      throw target.error(
        "\(star) needs every column of \(target.table.label), and the source has no "
          + missing.map { "'\($0)'" }.joined(separator: ", "), clause.origin,
        hint: "Name the columns that it has: \(star == "SET *" ? "SET a = s.a" : "INSERT (a) …").")
    }
    return target.fields.enumerated().compactMap { index, field in
      if !names.contains(field.name.lowercased()) { return nil }
      let name = QualifiedName(qualifier + [Identifier(field.name, isQuoted: true)])
      return ColumnSetting(
        column: index, value: Expression(.name(name), origin: clause.origin))
    }
  }

  /// What the columns of the source are called, in lower case, if anybody wants to know.
  private func namesOfSource() throws -> Set<String> {
    let wanted = merge.clauses.contains { $0.action == .updateAll || $0.action == .insertAll }
    guard wanted else { return [] }
    let schema = try schemaOf(.select([.star], from: [source.reference]))
    return Set(schema.fields.map { $0.name.lowercased() })
  }
}

/// The table of USING.
struct MergeSource {
  /// True beside every row of the source; null where a left join has found none.
  static let mark = "$matched"

  let reference: TableReference
  /// What stands before its columns, where it has a name.
  let qualifier: [Identifier]?

  init(_ source: TableReference) {
    var reference = source
    switch source.kind {
    case .table(let name, _): qualifier = source.alias.map { [$0.name] } ?? name.parts
    case .subquery where source.alias == nil:
      let name = Identifier("$source", isQuoted: true)
      reference.alias = TableAlias(name)
      qualifier = [name]
    case .file(let path, _) where source.alias == nil:
      qualifier = [Identifier(FromBinder.stem(path), isQuoted: true)]
    default: qualifier = source.alias.map { [$0.name] }
    }
    self.reference = reference
  }

  /// The rows of the source, each with the mark beside it.
  var marked: TableReference {
    let alias = TableAlias(Identifier(MergeSource.mark + "$", isQuoted: true))
    let mark = TableReference(
      .subquery(.select([Expression.yes.named(MergeSource.mark)], from: []), isLateral: false),
      alias: alias)
    return .join(.cross, reference, mark)
  }
}
