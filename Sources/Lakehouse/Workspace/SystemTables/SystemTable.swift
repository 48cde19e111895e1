import LakeCore
import LakeEngine

/// A table that the workspace is described by: what the catalog, the logs and the records of runs
/// hold, as rows. `information_schema` has the columns that Trino gives it; `lake` has everything.
///
/// The rows are computed when a query reads them, of what is true at that moment. Pipelines do not
/// see these tables: what they publish depends on data alone, and rejects are rows that no check of
/// consent has seen.
struct SystemTable: Sendable {
  struct Column: Sendable {
    var name: String
    var type: DataType
    /// What DESCRIBE says.
    var comment: String

    init(_ name: String, _ type: DataType, _ comment: String) {
      self.name = name
      self.type = type
      self.comment = comment
    }
  }

  enum Space: String, Sendable, CaseIterable {
    case informationSchema = "information_schema"
    case lake
  }

  let space: Space
  let name: String
  let summary: String
  let columns: [Column]
  /// Each row has a value for each column.
  let rows: @Sendable (WorkspaceFacts) throws -> [[Value]]

  static let all: [SystemTable] = standard + ofTables + ofFiles + ofRuns

  var fullName: String { "\(space.rawValue).\(name)" }
  var schema: Schema { Schema(columns.map { Field($0.name, $0.type) }) }
}

// MARK: - Names

extension SystemTable {
  /// The catalog's name in Athena, which may stand in front.
  static let catalogName = "awsdatacatalog"

  /// The space that a name of a schema means, if it is one of these.
  static func space(_ parts: [String]) -> Space? {
    Space(rawValue: withoutCatalog(parts).joined(separator: ".").lowercased())
  }

  /// The table of a written name; nil where the name is of no space of these.
  static func find(_ parts: [String]) throws(LakeError) -> SystemTable? {
    let parts = withoutCatalog(parts)
    guard parts.count == 2, let space = Space(rawValue: parts[0].lowercased()) else { return nil }
    let there = all.filter { $0.space == space }
    if let table = there.first(where: { $0.name == parts[1].lowercased() }) { return table }
    let names = there.map(\.name)
    throw LakeError(
      .notFound, "there is no table '\(parts[1])' in \(space.rawValue)",
      hint: Suggestion.hint(for: parts[1], among: names)
        ?? "There are \(names.sorted().joined(separator: ", ")).")
  }

  private static func withoutCatalog(_ parts: [String]) -> [String] {
    parts.count > 1 && parts[0].lowercased() == catalogName ? Array(parts.dropFirst()) : parts
  }
}

// MARK: - Rows

extension SystemTable {
  func bound(_ facts: WorkspaceFacts) -> BoundTable {
    BoundTable(
      name: nil, label: fullName, schema: schema,
      source: SystemTableSource(table: self, facts: facts))
  }
}

/// Rows that come to be when they are read.
private struct SystemTableSource: TableSource {
  let table: SystemTable
  let facts: WorkspaceFacts

  var rowCountEstimate: Int? { nil }
  var isOfFiles: Bool { false }

  func open(_ request: ScanRequest, _ context: ExecutionContext) throws -> any MorselSource {
    let rows = try table.rows(facts)
    let columns = try table.columns.enumerated().map { index, column in
      try ColumnVector.of(column.type, rows.map { $0[index] }, tracker: context.tracker)
    }
    let batches = rows.isEmpty ? [] : [Batch(columns: columns, rowCount: rows.count)]
    return try MemoryTableSource(batches).open(request, context)
  }
}
