import LakeCore
import LakeSQL

/// Tables and views that are known beforehand: for tests, and for tables in memory.
package struct StaticResolver: TableResolver {
  package var tables: [TableName: BoundTable] = [:]
  package var views: [TableName: ResolvedView] = [:]
  package var files: [String: BoundTable] = [:]
  package var databases: [String] = []

  package init() {}

  package mutating func add(_ name: TableName, _ schema: Schema, _ source: any TableSource) {
    tables[name] = BoundTable(
      name: name, label: name.description, schema: schema, source: source)
  }

  package func resolve(_ parts: [String], asOf: TableMoment?) throws -> ResolvedRelation {
    let names = Array(tables.keys) + Array(views.keys)
    let name = try TableNameRules.resolve(parts, among: names, databases: databases)
    if asOf != nil {
      throw LakeError(.notFound, "\(name) has no versions: it is in memory")
    }
    if let table = tables[name] { return .table(table) }
    if let view = views[name] { return .view(view) }
    throw LakeError(.notFound, "there is no table '\(name)'")
  }

  package func resolveFiles(_ request: FileRequest) throws -> BoundTable {
    let pattern = request.label
    if let table = files[pattern] { return table }
    throw LakeError(
      .notFound, "there is no file '\(pattern)'",
      hint: Suggestion.hint(for: pattern, among: files.keys.sorted()))
  }
}
