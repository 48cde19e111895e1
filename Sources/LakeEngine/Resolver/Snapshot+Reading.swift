import LakeCore
import LakeTables

extension Snapshot {
  /// The version as something to read. Columns that the table is partitioned by are not in its
  /// files: the log says their values.
  ///
  /// `zone` is that of times in partitions that say none.
  package func bound(
    _ name: TableName?, label: String, zone: String? = nil
  ) throws -> BoundTable {
    let schema = schema
    let mapping = try metadata.columnMapping
    var partitions: [(key: String, index: Int, values: LoggedPartitions)] = []
    for column in metadata.partitionColumns {
      guard let index = schema.index(of: column) else {
        throw LakeError(
          .corruptData, "the table is partitioned by \(column), and has no such column",
          at: .file(root))
      }
      let key = mapping?.schema.fields[index].name ?? column
      partitions.append((key, index, LoggedPartitions(of: schema.fields[index], zone: zone)))
    }
    let sources = try files.map { file in
      var source = SourceFile(
        path(of: file), statistics: file.knownStatistics, deletions: file.deletionVector)
      for place in partitions.indices {
        let text = file.partitionValues[partitions[place].key] ?? nil
        source.constants[partitions[place].index] = try partitions[place].values.value(of: text)
      }
      return source
    }
    var source = ParquetTableSource(
      files: sources, rowCountEstimate: rowCount, keepsOrder: true)
    source.root = root
    for partition in partitions { source.refusals[partition.index] = partition.values.refusal }
    source.fileColumns = mapping.map {
      FileColumns(schema: $0.schema, namesByID: $0.isByID ? $0.names : nil)
    }
    return BoundTable(name: name, label: label, schema: schema, source: source)
  }
}
