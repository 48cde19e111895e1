import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL
import LakeTables

/// EXPLAIN: of a query its plan; of a statement that changes rows the plan of the query that finds
/// them, or that gives the new ones.
extension StatementRunner {
  func explain(_ explain: LakeSQL.Explain, _ text: SourceText) throws -> StatementResult {
    let context = workspace.executionContext()
    let query = try explained(explain.statement, text)
    if explain.isAnalyze, explain.statement.changesRows {
      throw LakeError(
        .unsupported, "EXPLAIN ANALYZE carries a statement out, and this one changes rows",
        at: text.place(at: explain.statement.range.lowerBound), hint: "Leave ANALYZE away.")
    }
    // Rows of temporary tables are told apart by numbers where they are changed.
    let bound = try binder(context, text, numbersRows: explain.statement.changesRows).bind(query)
    let plan = try optimizer.optimize(bound.visiblePlan)
    var profile: ExecutionProfile?
    if explain.isAnalyze {
      let counting = ExecutionProfile()
      try Execution(plan, context, profile: counting).run(transform: { _ in }, consume: { _ in })
      profile = counting
    }
    let shown =
      explain.format == .json
      ? LakeEngine.Explain.json(plan, profile: profile) + "\n"
      : LakeEngine.Explain.text(plan, profile: profile)
    return .text(shown, column: "Query Plan")
  }

  private func explained(_ statement: Statement, _ text: SourceText) throws -> Query {
    switch statement.kind {
    case .query(let query): return query
    case .createTable(let create):
      if let query = create.query { return query }
    case .insert(let insert):
      let target = try changed(insert.table, "INSERT", text)
      return try InsertQuery(insert, into: target).rows(of: try schema(of: insert.query, text))
    case .delete(let delete):
      return DeleteQueries(delete, from: try changed(delete.table, "DELETE", text)).touched
    case .update(let update):
      return try UpdateQueries(update, of: try changed(update.table, "UPDATE", text)) { query in
        try schema(of: query, text)
      }.touched
    case .merge(let merge):
      let queries = try MergeQueries(merge, into: try changed(merge.table, "MERGE", text)) {
        try schema(of: $0, text)
      }
      if let query = queries.touched ?? queries.inserted { return query }
    default: break
    }
    throw LakeError(
      .unsupported, "EXPLAIN shows the plan of a query, and this statement has none",
      at: text.place(at: statement.range.lowerBound))
  }

  /// The table whose rows a statement would change.
  private func changed(
    _ written: QualifiedName, _ verb: String, _ text: SourceText
  ) throws -> ChangedTable {
    switch try changeable(written, verb, text) {
    case .temporary(let table):
      return ChangedTable(table.bound(numbersRows: true), named: written, text: text)
    case .stored(let target):
      let table = try target.table(in: workspace.session)
      return ChangedTable(try table.planned(try table.snapshot()), named: written, text: text)
    }
  }
}

extension Statement {
  fileprivate var changesRows: Bool {
    switch kind {
    case .insert, .delete, .update, .merge: true
    default: false
    }
  }
}
