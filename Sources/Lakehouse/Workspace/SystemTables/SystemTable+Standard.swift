import LakeCatalog
import LakeCore

/// `information_schema`, with the columns of Trino and, behind them, those that Athena adds. A
/// database holds the tables of all zones under their `name_zone` names, as elsewhere.
extension SystemTable {
  static var standard: [SystemTable] { [schemata, tables, columns, views] }

  private static let catalog = Column("table_catalog", .varchar, "Always awsdatacatalog")
  private static let schemaName = Column(
    "table_schema", .varchar, "A zone, a database, information_schema or lake")
  private static let tableName = Column("table_name", .varchar, "The name in that schema")

  private static let schemata = SystemTable(
    space: .informationSchema, name: "schemata",
    summary: "What can stand in front of a table's name",
    columns: [
      Column("catalog_name", .varchar, "Always awsdatacatalog"),
      Column("schema_name", .varchar, "A zone, a database, information_schema or lake"),
    ],
    rows: { facts in
      let own = Space.allCases.map(\.rawValue)
      let names = Zone.allCases.map(\.rawValue) + (try facts.databases()) + own
      return names.map { [.string(catalogName), .string($0)] }
    })

  private static let tables = SystemTable(
    space: .informationSchema, name: "tables", summary: "Tables and views by their names",
    columns: [
      catalog, schemaName, tableName, Column("table_type", .varchar, "BASE TABLE or VIEW"),
    ],
    rows: { facts in
      try placed(facts).map { place in
        place.names + [.string(place.table?.kind == .view ? "VIEW" : "BASE TABLE")]
      }
    })

  private static let columns = SystemTable(
    space: .informationSchema, name: "columns",
    summary: "The columns of tables and views, in their order",
    columns: [
      catalog, schemaName, tableName, Column("column_name", .varchar, "The name as spelled"),
      Column("ordinal_position", .bigint, "Its place, from 1"),
      Column("column_default", .varchar, "Always null: columns have no defaults"),
      Column("is_nullable", .varchar, "YES or NO"),
      Column("data_type", .varchar, "The type in the words of Trino"),
      Column("comment", .varchar, "Its comment"),
      Column("extra_info", .varchar, "partition key, or null"),
    ],
    rows: { facts in
      try placed(facts).flatMap { place in
        try place.columns(facts).enumerated().map { index, column in
          place.names + [
            .string(column.name), .int(Int64(index + 1)), .null,
            .string(column.isNullable ? "YES" : "NO"), .string(column.type.spelled(.trino)),
            Value(column.comment), column.isPartition ? .string("partition key") : .null,
          ]
        }
      }
    })

  private static let views = SystemTable(
    space: .informationSchema, name: "views", summary: "Views and their queries",
    columns: [
      catalog, schemaName, tableName, Column("view_definition", .varchar, "The query"),
    ],
    rows: { facts in
      try placed(facts).compactMap { place in
        guard let table = place.table, table.kind == .view else { return nil }
        return place.names + [Value(table.viewSQL)]
      }
    })

  // MARK: - Names

  /// A table under one of its names.
  private struct Place {
    var schema: String
    var name: String
    /// Nil for a system table.
    var table: CatalogTable?
    var system: SystemTable?

    var names: [Value] { [.string(catalogName), .string(schema), .string(name)] }

    func columns(_ facts: WorkspaceFacts) throws -> [CatalogColumn] {
      if let table { return try facts.columns(of: table) }
      return system?.columns.map { CatalogColumn($0.name, $0.type, comment: $0.comment) } ?? []
    }
  }

  /// Everything under every name that it has with a schema in front.
  private static func placed(_ facts: WorkspaceFacts) throws -> [Place] {
    let tables = try facts.tables()
    var places = tables.map { Place(schema: $0.name.zone.rawValue, name: $0.name.name, table: $0) }
    for database in try facts.databases() {
      places += tables.map { Place(schema: database, name: $0.name.suffixed, table: $0) }
    }
    for space in Space.allCases {
      for system in all where system.space == space {
        places.append(Place(schema: space.rawValue, name: system.name, system: system))
      }
    }
    return places
  }
}
