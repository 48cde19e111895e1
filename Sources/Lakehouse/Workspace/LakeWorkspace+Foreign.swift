import LakeCatalog
import LakeCore
import LakePipelines
import LakeTables

/// Tables of others in the catalog. Their logs are the truth; the catalog's rows follow them.
extension LakeWorkspace {
  /// The tables of the catalog, those of others as their logs are now.
  package func tables(in zone: Zone? = nil) throws(LakeError) -> [CatalogTable] {
    try session.catalog.tables(in: zone).map { following($0) }
  }

  /// What the catalog says of a table, and where that is somebody else's, what its log says now.
  /// One whose log cannot be read is shown as it was last seen: whoever reads its rows is told why.
  func following(_ table: CatalogTable) -> CatalogTable {
    guard table.isForeign else { return table }
    do throws(LakeError) {
      let session = try session
      guard let snapshot = try session.foreignTable(table).latestSnapshot() else {
        return table
      }
      var current = table
      current.follow(snapshot)
      if current == table { return table }
      // Whoever may not write the catalog sees the log all the same.
      return (try? session.catalog.save(current)) ?? current
    } catch {
      return table
    }
  }

  /// Puts the tables of others that are defined into the catalog, and takes out those that are no
  /// more.
  func record(
    foreign definitions: [TableDefinition], in catalog: CatalogSession
  ) throws(LakeError) {
    let names = Set(definitions.map(\.name))
    for table in try catalog.tables() where table.isForeign && !names.contains(table.name) {
      try catalog.drop(table.name)
    }
    for definition in definitions { try record(definition, in: catalog) }
  }

  private func record(
    _ definition: TableDefinition, in catalog: CatalogSession
  ) throws(LakeError) {
    let known = try catalog.table(named: definition.name)
    if let known, known.kind != .external {
      throw LakeError(
        .alreadyExists,
        "\(definition.name) is a table of others, and there is a "
          + "\(known.kind == .view ? "view" : "table") of that name",
        at: .file(definition.source ?? ""), hint: "Give one of the two another name.")
    }
    let location = definition.location ?? ""
    let isSame = known?.isForeign == true && known?.location == location
    if known != nil, !isSame { try catalog.drop(definition.name) }
    var table =
      (isSame ? known : nil)
      ?? CatalogTable(definition.name, kind: .external, location: location)
    table.format = .delta
    table.definedBy = definition.source
    table.isPersonal = definition.isPersonal
    table.comment = definition.comment
    do throws(LakeError) {
      table.follow(try session.foreignTable(table).snapshot())
    } catch {
      // It may be on a disk that is not there today; what its columns are is asked again each time.
    }
    try catalog.save(&table)
  }
}
