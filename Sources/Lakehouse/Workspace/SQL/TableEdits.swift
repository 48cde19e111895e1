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

/// `DELETE`: the files that have a row to go are written anew without it.
struct DeleteEdit: TableEdit {
  let delete: Delete

  func step(in scene: EditScene) throws -> EditStep? {
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
    let queries = try MergeQueries(merge, into: try scene.target(merge.table)) { query in
      try scene.columns(of: query)
    }
    var touched = EditScene.Touched()
    if let query = queries.touched { touched = try scene.touched(query) }
    try queries.checkHits(touched.hits)
    let counts = [
      ("updated", touched.changed - touched.deleted), ("deleted", touched.deleted),
    ]
    if touched.paths.isEmpty {
      guard let inserted = queries.inserted else { return nil }
      return EditStep(inserted, .append, counts: counts, dependsOnRows: true)
    }
    return EditStep(
      queries.published(try scene.rows(of: touched.paths)), .rewrite(touched.paths),
      counts: counts, dependsOnRows: true)
  }
}

extension EditScene {
  func target(_ name: QualifiedName) throws -> ChangedTable {
    ChangedTable(try table.bound(to: snapshot), named: name, text: text)
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
