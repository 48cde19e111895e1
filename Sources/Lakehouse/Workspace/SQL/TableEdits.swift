import LakeCore
import LakeEngine
import LakePipelines
import LakeSQL
import LakeTables

/// `UPDATE`: the files that have a row to change are written anew.
struct UpdateEdit: TableEdit {
  let update: Update

  func step(in scene: EditScene) throws -> EditStep? {
    let queries = try UpdateQueries(update, of: try scene.target(update.table)) { query in
      try scene.columns(of: query)
    }
    let touched = try scene.touched(queries.touched)
    if touched.paths.isEmpty { return nil }
    return EditStep(
      queries.rewritten(try scene.rows(of: touched.paths)), .rewrite(touched.paths),
      counts: [("updated", touched.changed)])
  }
}

/// `DELETE` and `TRUNCATE`: the files that have a row to go are written anew without it.
struct DeleteEdit: TableEdit {
  let delete: Delete
  /// The partition that TRUNCATE names.
  var partition: [PartitionField] = []

  func step(in scene: EditScene) throws -> EditStep? {
    try scene.requirePartitions(partition)
    let queries = DeleteQueries(delete, from: try scene.target(delete.table))
    let touched = try scene.touched(queries.touched)
    if touched.paths.isEmpty { return nil }
    return EditStep(
      queries.remaining(of: try scene.rows(of: touched.paths)), .rewrite(touched.paths),
      counts: [("deleted", touched.changed)])
  }
}

/// `MERGE`: files with rows that change are written anew, and rows that are new come with them.
struct MergeEdit: TableEdit {
  let merge: Merge

  func step(in scene: EditScene) throws -> EditStep? {
    var target = try scene.target(merge.table)
    target.add(
      try MergeQueries.addedColumns(by: merge, to: target) { try scene.columns(of: $0) })
    let schema = target.added.isEmpty ? nil : target.schema
    let queries = try MergeQueries(merge, into: target) { try scene.columns(of: $0) }
    var touched = EditScene.Touched()
    if let query = queries.touched { touched = try scene.touched(query) }
    try queries.checkHits(touched.hits)
    let counts = [
      ("updated", touched.changed - touched.deleted), ("deleted", touched.deleted),
    ]
    if touched.paths.isEmpty {
      guard let inserted = queries.inserted else { return nil }
      return EditStep(inserted, .append, schema: schema, counts: counts, dependsOnRows: true)
    }
    return EditStep(
      queries.published(try scene.rows(of: touched.paths)), .rewrite(touched.paths),
      schema: schema, counts: counts, dependsOnRows: true)
  }
}

extension EditScene {
  /// The columns of PARTITION are those by which the table is partitioned.
  func requirePartitions(_ partition: [PartitionField]) throws(LakeError) {
    let known = snapshot.metadata.partitionColumns.map { $0.lowercased() }
    for field in partition where !known.contains(field.column.text.lowercased()) {
      throw LakeError(
        .invalidInput, "\(table.label) is not partitioned by '\(field.column.text)'",
        at: text.place(at: field.range.lowerBound),
        hint: known.isEmpty
          ? "It has no partitions." : "It is by \(known.joined(separator: ", ")).")
    }
  }

  func target(_ name: QualifiedName) throws -> ChangedTable {
    ChangedTable(bound, named: name, text: text)
  }

  /// The files in which a statement changes rows, and how many.
  struct Touched {
    var paths: Set<String> = []
    var changed = 0
    var deleted = 0
    /// The largest number of rows of a source that act on one row.
    var hits = 0
  }

  /// Runs a query that gives, for each file, its path and how many rows change; of MERGE also how
  /// many of them go, and the largest number of hits of one row.
  func touched(_ query: Query) throws -> Touched {
    var touched = Touched()
    for row in try run(query) {
      guard case .string(let path) = row[0] else { continue }
      touched.paths.insert(try file(at: path))
      touched.changed += row[1].count
      if row.count > 3 {
        touched.deleted += row[2].count
        touched.hits = max(touched.hits, row[3].count)
      }
    }
    return touched
  }
}

extension Value {
  fileprivate var count: Int { if case .int(let int) = self { Int(int) } else { 0 } }
}
