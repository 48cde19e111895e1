import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL

/// INSERT, UPDATE, DELETE, MERGE and TRUNCATE: of temporary tables here, of stored ones by edits.
extension StatementRunner {
  func insert(_ insert: Insert, _ text: SourceText) throws -> String {
    var table: SQLSession.Table
    switch try changeable(insert.table, "INSERT", text) {
    case .stored(let name):
      return try self.insert(insert, into: name, text)
    case .temporary(let found): table = found
    }
    if let words = insert.wordsForStored { throw isForStored(words, table, insert.table, text) }
    let query = try InsertQuery(insert, into: target(table, insert.table, text))
      .rows(of: try schema(of: insert.query, text))
    let fresh = try collect(query, text)
    table.batches = insert.isOverwriting ? fresh.batches : table.batches + fresh.batches
    session.set(.table(table))
    return "\(rows(fresh.count)) inserted into \(table.name)."
  }

  func truncate(_ truncate: Truncate, _ text: SourceText) throws -> String {
    var table: SQLSession.Table
    switch try changeable(truncate.table, "TRUNCATE", text) {
    case .stored(let name): return try self.truncate(truncate, name, text)
    case .temporary(let found): table = found
    }
    guard truncate.partition.isEmpty else {
      throw isForStored("PARTITION", table, truncate.table, text)
    }
    let before = table.rowCount
    table.batches = []
    session.set(.table(table))
    return "\(rows(before)) deleted from \(table.name)."
  }

  func update(_ update: Update, _ text: SourceText) throws -> String {
    var table: SQLSession.Table
    switch try changeable(update.table, "UPDATE", text) {
    case .stored(let name): return try self.update(update, of: name, text)
    case .temporary(let found): table = found
    }
    let queries = try UpdateQueries(update, of: target(table, update.table, text)) { query in
      try schema(of: query, text)
    }
    let all = try collect(queries.rewritten(update.table, isMarked: true), text)
    let (batches, count) = try split(all.batches)
    table.batches = batches
    session.set(.table(table))
    return "\(rows(count)) of \(table.name) changed."
  }

  func delete(_ delete: Delete, _ text: SourceText) throws -> String {
    var table: SQLSession.Table
    switch try changeable(delete.table, "DELETE", text) {
    case .stored(let name): return try self.delete(delete, from: name, text)
    case .temporary(let found): table = found
    }
    let before = table.rowCount
    let queries = DeleteQueries(delete, from: target(table, delete.table, text))
    table.batches = try collect(queries.remaining(of: delete.table), text).batches
    session.set(.table(table))
    return "\(rows(before - table.rowCount)) deleted from \(table.name)."
  }

  func merge(_ merge: Merge, _ text: SourceText) throws -> String {
    var table: SQLSession.Table
    switch try changeable(merge.table, "MERGE", text) {
    case .stored(let name): return try self.merge(merge, into: name, text)
    case .temporary(let found): table = found
    }
    if merge.evolvesSchema { throw isForStored("SCHEMA EVOLUTION", table, merge.table, text) }
    let queries = try MergeQueries(merge, into: target(table, merge.table, text)) { query in
      try schema(of: query, text)
    }
    var (updated, deleted, inserted) = (0, 0, 0)
    var batches = table.batches
    if queries.changesRows {
      try checkHits(queries, text)
      let all = try collect(queries.rewritten(merge.table, isMarked: true), text)
      (batches, updated) = try split(all.batches)
      deleted = table.rowCount - all.count
    }
    if let query = queries.inserted {
      let fresh = try collect(query, text)
      batches += fresh.batches
      inserted = fresh.count
    }
    table.batches = batches
    session.set(.table(table))
    return "MERGE into \(table.name): \(rows(inserted)) inserted, \(updated) changed, "
      + "\(deleted) deleted."
  }

  private func checkHits(_ queries: MergeQueries, _ text: SourceText) throws {
    guard let touched = queries.touched else { return }
    let found = try collect(touched, text, numbersRows: true)
    var most = 0
    for batch in found.batches {
      for row in 0..<batch.rowCount {
        if case .int(let hits) = batch.columns[3].value(at: row) { most = max(most, Int(hits)) }
      }
    }
    try queries.checkHits(most)
  }
}

// MARK: - Rows

extension StatementRunner {
  private func target(
    _ table: SQLSession.Table, _ name: QualifiedName, _ text: SourceText
  ) -> ChangedTable {
    ChangedTable(table.bound(), named: name, text: text)
  }

  func schema(of query: Query, _ text: SourceText) throws -> Schema {
    try binder(workspace.executionContext(), text).bind(query).schema
  }

  private func collect(
    _ query: Query, _ text: SourceText, numbersRows: Bool = false
  ) throws -> (batches: [Batch], count: Int) {
    let context = workspace.executionContext()
    let bound = try binder(context, text, numbersRows: numbersRows).bind(query)
    let batches = try collect(bound.visiblePlan, context)
    return (batches, batches.reduce(0) { $0 + $1.rowCount })
  }

  /// Rows without their last column, and in how many of them it is true.
  private func split(_ batches: [Batch]) throws -> ([Batch], Int) {
    let kernels = workspace.executionContext().evaluation.kernels
    var count = 0
    let kept = try batches.map { batch in
      guard let marks = batch.columns.last else { return batch }
      count += try kernels.filter(marks).count
      return Batch(columns: Array(batch.columns.dropLast()), rowCount: batch.rowCount)
    }
    return (kept, count)
  }
}

// MARK: - What is of tables of files

extension StatementRunner {
  /// The stored table that a statement is about which is for stored tables only.
  func stored(
    _ name: QualifiedName, _ verb: String, _ text: SourceText
  ) throws -> EditTarget {
    switch try changeable(name, verb, text) {
    case .temporary(let table): throw isForStored(verb, table, name, text)
    case .stored(let table): return table
    }
  }

  private func isForStored(
    _ words: String, _ table: SQLSession.Table, _ name: QualifiedName, _ text: SourceText
  ) -> LakeError {
    LakeError(
      .invalidInput, "\(table.name) is a temporary table: \(words) is for stored ones",
      at: text.place(at: name.range.lowerBound))
  }
}

extension Insert {
  /// The words that only a table of files understands, if there are any.
  fileprivate var wordsForStored: String? {
    if !partition.isEmpty { return "PARTITION" }
    if replaced != nil { return "REPLACE WHERE" }
    return evolvesSchema ? "SCHEMA EVOLUTION" : nil
  }
}

extension Truncate {
  /// The same as a DELETE: of all rows, or of those of a partition.
  func deletion(_ text: SourceText) throws(LakeError) -> Delete {
    var delete = Delete(table)
    var conditions: [Expression] = []
    for field in partition {
      guard let value = field.value else {
        throw LakeError(
          .invalidInput, "TRUNCATE needs a value of '\(field.column.text)'",
          at: text.place(at: field.range.lowerBound),
          hint: "Write PARTITION (\(field.column.sql) = …).")
      }
      let name = QualifiedName([field.column], origin: field.column.origin)
      let column = Expression(.name(name), origin: field.column.origin)
      conditions.append(
        Expression(.isDistinct(column, value, isNegated: true), origin: field.origin))
    }
    if !conditions.isEmpty {
      delete.filter = conditions.count == 1 ? conditions[0] : Expression(.and(conditions))
    }
    return delete
  }
}
