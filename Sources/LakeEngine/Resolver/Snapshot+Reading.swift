import LakeCore
import LakeTables

extension Snapshot {
  /// The version as something to read. Columns that the table is partitioned by are not in its
  /// files: the log says their values.
  package func bound(_ name: TableName?, label: String) throws -> BoundTable {
    let schema = schema
    var partitions: [(column: String, index: Int, values: LoggedPartitions)] = []
    for column in metadata.partitionColumns {
      guard let index = schema.index(of: column) else {
        throw LakeError(
          .corruptData, "the table is partitioned by \(column), and has no such column",
          at: .file(root))
      }
      partitions.append((column, index, LoggedPartitions(of: schema.fields[index])))
    }
    let sources = try files.map { file in
      var source = SourceFile(path(of: file), statistics: file.statisticsText)
      for place in partitions.indices {
        let text = file.partitionValues[partitions[place].column] ?? nil
        source.constants[partitions[place].index] = try partitions[place].values.value(of: text)
      }
      return source
    }
    return BoundTable(
      name: name, label: label, schema: schema,
      source: ParquetTableSource(
        files: sources, rowCountEstimate: rowCount, keepsOrder: true))
  }
}
