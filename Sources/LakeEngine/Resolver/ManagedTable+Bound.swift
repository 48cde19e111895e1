import LakeCore
import LakeTables

extension ManagedTable {
  /// The table as it was after a version: its files, in the order of their paths.
  package func bound(to snapshot: Snapshot) throws -> BoundTable {
    let schema = snapshot.schema
    let files = try snapshot.files.map { file in
      SourceFile(
        snapshot.path(of: file),
        constants: try PartitionConstants.constants(
          file.partitionValues.map { ($0.key, $0.value) }, schema, file.path))
    }
    return BoundTable(
      name: name, label: name.description, schema: schema,
      source: ParquetTableSource(files: files, rowCountEstimate: snapshot.rowCount))
  }
}
