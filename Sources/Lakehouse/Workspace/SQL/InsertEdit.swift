import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL
import LakeTables

/// `INSERT INTO` and `INSERT OVERWRITE` of a table with a log.
///
/// OVERWRITE replaces the whole table, also where it has partitions. Partitions are overwritten
/// where PARTITION says so: the one whose values stand there, or those into which new rows fall.
/// REPLACE WHERE replaces the rows for which a condition is true.
struct InsertEdit: TableEdit {
  let insert: Insert

  func step(in scene: EditScene) throws -> EditStep? {
    let columns = try scene.columns(of: insert.query)
    let (insert, schema) = try evolved(columns, in: scene)
    var target = try scene.target(insert.table)
    target.schema = schema ?? target.schema
    let rows = try InsertQuery(insert, into: target).rows(of: columns)
    if let condition = insert.replaced { return try replacing(condition, by: rows, target, scene) }
    guard let change = try change(in: scene) else { return nil }
    return EditStep(rows, change, schema: schema)
  }

  /// What becomes of the rows that are there; nil where IF NOT EXISTS leaves all as it is.
  private func change(in scene: EditScene) throws -> TableChange? {
    if insert.partition.isEmpty { return insert.isOverwriting ? .overwrite : .append }
    try scene.requirePartitions(insert.partition)
    let isOne =
      insert.partition.count == scene.snapshot.metadata.partitionColumns.count
      && insert.partition.allSatisfy { $0.value != nil }
    if insert.ifNotExists || insert.isOverwriting && isOne {
      let paths = try files(in: scene)
      if insert.ifNotExists, !paths.isEmpty { return nil }
      return insert.isOverwriting ? .rewrite(paths) : .append
    }
    return insert.isOverwriting ? .overwritePartitions : .append
  }

  /// The files of the partition whose values are given.
  private func files(in scene: EditScene) throws -> Set<String> {
    var conditions: [String] = []
    for field in insert.partition {
      guard let value = field.value, let index = scene.schema.index(of: field.column.text) else {
        continue
      }
      let type = scene.schema.fields[index].type.spelled(.trino)
      conditions.append(
        "\(field.column.sql) IS NOT DISTINCT FROM CAST(\(value.sql) AS \(type))")
    }
    let sql =
      "SELECT DISTINCT \"$path\" FROM \(insert.table.sql) WHERE "
      + conditions.joined(separator: " AND ")
    guard case .query(let query) = try SQLParser.parseStatement(sql).kind else { return [] }
    var paths: Set<String> = []
    for row in try scene.run(query) {
      if case .string(let path) = row[0] { paths.insert(try scene.file(at: path)) }
    }
    return paths
  }

  // MARK: - REPLACE WHERE

  private func replacing(
    _ condition: Expression, by rows: Query, _ target: ChangedTable, _ scene: EditScene
  ) throws -> EditStep {
    var delete = Delete(insert.table)
    delete.filter = condition
    let queries = DeleteQueries(delete, from: target)
    let touched = try scene.touched(queries.touched)
    try requireAll(rows, fulfil: condition, target, scene)
    if touched.paths.isEmpty { return EditStep(rows, .append, dependsOnRows: true) }
    let kept = queries.remaining(of: try scene.rows(of: touched.paths))
    let all = Query(.setOperation(SetOperation(.union, isAll: true, [kept.body, rows.body])))
    return EditStep(
      all, .rewrite(touched.paths), counts: [("deleted", touched.changed)], dependsOnRows: true)
  }

  /// Rows for which the condition is not true would be left behind by the next REPLACE of it.
  private func requireAll(
    _ rows: Query, fulfil condition: Expression, _ target: ChangedTable, _ scene: EditScene
  ) throws {
    let name = insert.table.parts[insert.table.parts.count - 1]
    let sql =
      "SELECT count(*) FROM (\(rows.sql)) AS \(name.sql) WHERE (\(condition.sql)) IS NOT TRUE"
    guard case .query(let query) = try SQLParser.parseStatement(sql).kind,
      let row = try scene.run(query).first, case .int(let count) = row[0], count > 0
    else { return }
    throw LakeError(
      .invalidInput,
      "\(count) of the new rows \(count == 1 ? "does" : "do") not meet the condition of "
        + "REPLACE WHERE", at: scene.text.place(at: condition.range.lowerBound),
      hint: "Filter them, or widen the condition.")
  }

  // MARK: - New columns

  /// The statement by name, and the table's columns with those that only the query has behind them.
  private func evolved(
    _ columns: Schema, in scene: EditScene
  ) throws -> (Insert, Schema?) {
    guard insert.evolvesSchema else { return (insert, nil) }
    let fresh = columns.fields.filter { scene.schema.index(of: $0.name) == nil }
    var insert = insert
    insert.isByName = true
    if fresh.isEmpty { return (insert, nil) }
    let added = fresh.map { field in
      Field(field.name, field.type == .unseen ? .varchar : field.type)
    }
    return (insert, Schema(scene.schema.fields + added))
  }
}
