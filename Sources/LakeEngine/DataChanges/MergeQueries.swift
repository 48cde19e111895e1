import LakeCore
import LakeSQL

/// MERGE as queries.
///
/// 1. `touched` finds the files of the target with rows that a clause changes, and how many rows of
///    the source hit one row.
/// 2. `rewritten` gives the rows of those files as they become: first those that no row of the
///    source matches, by the clauses BY SOURCE, then the others, joined with the row of the source
///    on which a clause acts. There is one at most: that is what step 1 has made sure of.
/// 3. `inserted` gives the rows of the source that match nothing in the whole target.
package struct MergeQueries {
  private let merge: Merge
  private let target: ChangeTarget
  private let source: MergeSource
  private let clauses: MergeClauses

  private static let (clause, bySource, known) = ("$clause", "$clause_by_source", "$known")

  package init(
    _ merge: Merge, into table: ChangedTable, schemaOf: @escaping ChangedTable.SchemaOf
  ) throws {
    self.merge = merge
    target = ChangeTarget(table, alias: merge.alias)
    source = MergeSource(merge.source)
    clauses = try MergeBinder(merge, target, source, schemaOf).bind()
  }

  private var origin: Origin { merge.table.origin }

  /// Whether rows of the target are changed at all, and not only rows added.
  package var changesRows: Bool {
    !clauses.matched.clauses.isEmpty || !clauses.bySource.clauses.isEmpty
  }

  package var insertsRows: Bool { !clauses.inserts.clauses.isEmpty }

  /// Several rows of the source may hit one row of the target only where it makes no difference
  /// which: where all that is done to matching rows is DELETE without a condition.
  package func checkHits(_ most: Int) throws(LakeError) {
    let matched = clauses.matched.clauses
    if most <= 1 || matched.count == 1 && matched[0].values == nil && matched[0].condition == nil {
      return
    }
    throw target.error(
      "several rows of the source match one row of the target: \(most) rows would change it",
      merge.condition.origin,
      hint: "Make the rows of USING unique by the columns of ON: GROUP BY them, or keep one with "
        + "QUALIFY row_number() OVER (PARTITION BY …) = 1.")
  }
}

// MARK: - Which rows are changed

extension MergeQueries {
  /// For each file of the target with rows that change: `$path`; `$changed`, how many rows change;
  /// `$deleted`, how many of them go; `$hits`, the largest number of rows of the source that act on
  /// one row. Nil where no rows change.
  package var touched: Query? {
    let parts = [
      clauses.matched.clauses.isEmpty ? nil : hits,
      clauses.bySource.clauses.isEmpty ? nil : missed,
    ].compactMap { $0 }
    if parts.isEmpty { return nil }
    let rows = TableReference(
      .subquery(Query.union(parts, origin), isLateral: false),
      alias: TableAlias(Identifier("$rows", isQuoted: true)))
    let deleting = clauses.matched.deleting + clauses.bySource.deleting
    let clause = Expression.column([MergeQueries.clause])
    let deleted =
      deleting.isEmpty
      ? Expression.number(0) : .call("count_if", [clause.isOne(of: deleting)])
    return .select(
      [
        Expression.column(["$path"]).named("$path"), Expression.countOfRows.named("$changed"),
        deleted.named("$deleted"), Expression.call("max", [.column(["$hits"])]).named("$hits"),
      ], from: [rows], groupBy: [.column(["$path"])], origin: origin)
  }

  /// The rows of the target on which a clause acts that has a row of the source.
  private var hits: Query {
    let pairs = Query.select(
      places + [clauses.matched.mark().named(MergeQueries.clause)],
      from: [.join(.inner, target.reference(), source.reference, on: merge.condition)])
    let rows = TableReference(
      .subquery(pairs, isLateral: false),
      alias: TableAlias(Identifier("$pairs", isQuoted: true)))
    let (path, row) = (Expression.column(["$path"]), Expression.column(["$row"]))
    let clause = Expression.column([MergeQueries.clause])
    return .select(
      [
        path.named("$path"), Expression.countOfRows.named("$hits"),
        Expression.call("min", [clause]).named(MergeQueries.clause),
      ], from: [rows], where: clause.isNotNull, groupBy: [path, row])
  }

  /// The rows of the target on which a clause acts because the source has none for them.
  private var missed: Query {
    let clause = target.column(MergeQueries.bySource)
    return .select(
      [
        target.column("$path").named("$path"), Expression.number(1).named("$hits"),
        clause.named(MergeQueries.clause),
      ], from: [target.reference(markedBySource(target.reference(), extra: places))],
      where: clause.isNotNull)
  }

  private var places: [SelectItem] {
    [target.column("$path").named("$path"), target.column("$row").named("$row")]
  }
}

// MARK: - What becomes of them

extension MergeQueries {
  /// All rows of another table, which has rows of this one, as they become. Where it is marked, a
  /// last column `$changed` says which were changed.
  package func rewritten(_ rows: QualifiedName, isMarked: Bool = false) -> Query {
    var reference = widened(target.reference(rows))
    var changed: [Expression] = []
    if !clauses.bySource.clauses.isEmpty {
      reference = target.reference(changedBySource(reference))
      changed.append(target.column(MergeQueries.bySource).isNotNull)
    }
    var items = target.fields.map { target.column($0.name).named($0.name) }
    var filter: Expression?
    if !clauses.matched.clauses.isEmpty {
      let clause = Expression.column([MergeQueries.clause])
      reference = joined(reference)
      items = clauses.matched.columns(by: clause)
      filter = clauses.matched.stays(by: clause)
      changed.append(clause.isNotNull)
    }
    if isMarked { items.append(Expression.any(changed).named("$changed")) }
    return .select(items, from: [reference], where: filter, origin: origin)
  }

  /// Rows of the target, with the columns that the statement adds.
  private func widened(_ rows: TableReference) -> TableReference {
    let added = target.table.added
    if added.isEmpty { return rows }
    let nulls = added.map { Expression.null($0.type).named($0.name) }
    return target.reference(.select([.star] + nulls, from: [rows]))
  }

  /// Rows of the target, each beside the row of the source on which a clause acts, if there is one,
  /// and the number of the clause.
  private func joined(_ rows: TableReference) -> TableReference {
    var conditions = [merge.condition]
    if let acts = clauses.matched.acts { conditions.append(acts) }
    if !clauses.bySource.clauses.isEmpty {
      // What a clause BY SOURCE has set may look like a match.
      conditions.append(target.column(MergeQueries.bySource).isNull)
    }
    let pairs = TableReference.join(.left, rows, source.marked, on: .all(conditions))
    let mark = clauses.matched.mark(where: .column([MergeSource.mark]))
    return .join(.cross, pairs, .beside(mark, named: MergeQueries.clause))
  }

  /// Rows of the target after the clauses BY SOURCE, with the number of the clause.
  private func changedBySource(_ rows: TableReference) -> Query {
    let clause = target.column(MergeQueries.bySource)
    return .select(
      clauses.bySource.columns(by: clause) + [clause.named(MergeQueries.bySource)],
      from: [target.reference(markedBySource(rows, extra: []))],
      where: clauses.bySource.stays(by: clause))
  }

  /// Rows of the target and the number of the clause that has them because no row of the source
  /// matches.
  private func markedBySource(_ rows: TableReference, extra: [SelectItem]) -> Query {
    let isKnown = Expression(
      .exists(.select([.star], from: [source.reference], where: merge.condition)))
    let known = Query.select(
      [.star] + extra + [isKnown.named(MergeQueries.known)], from: [rows])
    let isOpen = Expression(.not(target.column(MergeQueries.known)))
    let mark = clauses.bySource.mark(where: isOpen)
    return .select(
      [.star, mark.named(MergeQueries.bySource)], from: [target.reference(known)])
  }

  /// The rows of the source that match no row of the target, as rows of the target: by the first
  /// clause whose condition is true. Nil where no clause inserts.
  package var inserted: Query? {
    guard insertsRows else { return nil }
    let clause = Expression.column([MergeQueries.clause])
    let items = target.fields.enumerated().map { index, field in
      let branches = clauses.inserts.clauses.map { insert in
        (
          condition: clause.equals(.number(insert.number)),
          result: insert.values?[index] ?? .null(field.type)
        )
      }
      return Expression.choice(branches).named(field.name)
    }
    let isKnown = Expression(
      .exists(.select([.star], from: [target.reference()], where: merge.condition)))
    let mark = clauses.inserts.mark()
    let rows = TableReference.join(
      .cross, source.reference, .beside(mark, named: MergeQueries.clause))
    return .select(
      items, from: [rows], where: .all([Expression(.not(isKnown)), clause.isNotNull]),
      origin: origin)
  }

  /// The rows that are rewritten, and behind them those that are inserted.
  package func published(_ rows: QualifiedName) -> Query {
    let parts = [changesRows ? rewritten(rows) : nil, inserted].compactMap { $0 }
    return .union(parts, origin)
  }
}

extension Query {
  /// The rows of all, one after the other.
  static func union(_ parts: [Query], _ origin: Origin) -> Query {
    if parts.count == 1 { return parts[0] }
    let all = SetOperation(.union, isAll: true, parts.map(\.body), origin: origin)
    return Query(.setOperation(all), origin: origin)
  }
}
