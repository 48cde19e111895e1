import LakeCore
import LakeEngine
import LakeSQL
import LakeTables

/// `OPTIMIZE`: small files of a partition are put together; asked for an order, all rows are put
/// into it, so that a filter on these columns can skip files and row groups.
package struct OptimizeEdit: TableEdit {
  /// The columns to sort by; empty keeps the order.
  package var order: [Identifier]
  /// Whether files are written anew that are large enough too.
  package var isFull: Bool
  /// Only files that have rows for which this is true.
  package var filter: Expression?
  package var table: QualifiedName

  package init(
    _ table: QualifiedName, order: [Identifier] = [], isFull: Bool = false,
    filter: Expression? = nil
  ) {
    self.table = table
    self.order = order
    self.isFull = isFull
    self.filter = filter
  }

  package func step(in scene: EditScene) throws -> EditStep? {
    for column in order where scene.schema.index(of: column.text) == nil {
      throw LakeError(
        .notFound, "\(scene.table.label) has no column '\(column.text)'",
        at: scene.text.place(at: column.range.lowerBound),
        hint: Suggestion.hint(for: column.text, among: scene.schema.fields.map(\.name)))
    }
    let files = try candidates(in: scene)
    let chosen = order.isEmpty && !isFull ? small(files, scene.table.options.fileBytesMax) : files
    if chosen.isEmpty { return nil }
    let paths = Set(chosen.map(\.path))
    return EditStep(
      try .rows(of: try scene.rows(of: paths), scene.schema, orderedBy: order), .rearrange(paths))
  }

  private func candidates(in scene: EditScene) throws -> [AddedFile] {
    guard let filter else { return scene.snapshot.files }
    let sql = "SELECT DISTINCT \"$path\" FROM \(table.sql) WHERE \(filter.sql)"
    guard case .query(let query) = try SQLParser.parseStatement(sql).kind else {
      return scene.snapshot.files
    }
    let paths = Set(
      try scene.run(query).compactMap { row in
        if case .string(let path) = row[0] { try scene.file(at: path) } else { nil }
      })
    return scene.snapshot.files.filter { paths.contains($0.path) }
  }

  /// The files of partitions that have several which are less than three quarters full. Those
  /// without rows go too, as long as others are there.
  private func small(_ files: [AddedFile], _ bytesMax: Int) -> [AddedFile] {
    var partitions: [[String: String?]: [AddedFile]] = [:]
    for file in files where file.size < bytesMax / 4 * 3 {
      partitions[file.partitionValues, default: []].append(file)
    }
    let chosen = Set(partitions.values.filter { $0.count > 1 }.joined().map(\.path))
    return files.filter { chosen.contains($0.path) }
  }
}
