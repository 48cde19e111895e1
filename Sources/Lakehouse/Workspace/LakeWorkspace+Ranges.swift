import LakeCatalog
import LakeCore
import LakeEngine
import LakeFormats
import LakePipelines

extension LakeWorkspace {
  /// Nulls and ranges of the columns of a landing table. A crawl counts nulls but does not look for
  /// ranges: what they cost is paid by the first who asks, and remembered until files change. The
  /// least and the greatest text of a table about people are somebody's name or address: they are
  /// neither shown nor kept.
  func ranges(
    of table: CatalogTable, known: [CatalogStatistics], _ session: WorkspaceSession
  ) throws -> [CatalogStatistics] {
    let isAboutPeople = try definitions().policies.contains {
      $0.subjects == table.name || $0.coverage(of: table.name) != nil
    }
    let hasRange = { (type: DataType) in
      type.isOrderable && !(isAboutPeople && type.physical == .string)
    }
    let orderable = table.columns.filter { hasRange($0.type) }
    let isKnown = orderable.allSatisfy { column in
      known.contains { statistics in
        statistics.column.lowercased() == column.name.lowercased()
          && (statistics.minimum != nil || statistics.nullCount == table.recordCount)
      }
    }
    guard table.recordCount ?? 0 > 0, !isKnown else { return known }
    let context = session.execution
    let resolver = WorkspaceResolver(
      workspace: session.workspace, catalog: session.catalog, context: context,
      tableOptions: session.tableOptions)
    let parts = [table.name.zone.rawValue, table.name.name]
    guard case .table(let bound) = try resolver.resolve(parts, asOf: nil) else { return known }
    let plan = Plan.scan(
      ScanPlan(table: bound, columns: bound.schema.fields.indices.map { .table($0) }))
    var columns = bound.schema.fields.map { ColumnStatistics(type: $0.type) }
    try Execution(plan, context).run(
      transform: { batch in
        try batch.columns.map { column in
          var part = ColumnStatistics(type: column.type)
          try part.add(column, within: batch.selection)
          return part
        }
      },
      consume: { (parts: [ColumnStatistics]) in
        for index in columns.indices { columns[index].add(parts[index]) }
      })
    let found = zip(bound.schema.fields, columns).map { field, column in
      let bounds = hasRange(field.type) ? [column.minimum, column.maximum] : [nil, nil]
      let texts = bounds.map { $0.map { ValueFormat.text(of: $0, type: field.type) } }
      return CatalogStatistics(
        column: field.name, nullCount: column.nullCount, minimum: texts[0], maximum: texts[1])
    }
    try session.catalog.write { (catalog) throws(LakeError) in
      try catalog.replaceStatistics(found, of: table.name)
    }
    return found
  }
}
