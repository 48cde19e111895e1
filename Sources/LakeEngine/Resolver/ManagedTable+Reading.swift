import LakeCore
import LakeTables

extension ManagedTable {
  /// One version of the table as something to read.
  package func bound(to snapshot: Snapshot) throws -> BoundTable {
    let schema = snapshot.schema
    var files: [SourceFile] = []
    for file in snapshot.files {
      var constants: [Int: Value] = [:]
      for (column, text) in file.partitionValues {
        guard let index = schema.index(of: column) else { continue }
        constants[index] = try PartitionText.value(of: text, as: schema.fields[index].type)
      }
      files.append(SourceFile(snapshot.path(of: file), constants: constants))
    }
    return BoundTable(
      name: name, label: name.description, schema: schema,
      source: ParquetTableSource(
        files: files, rowCountEstimate: snapshot.rowCount, keepsOrder: true))
  }
}

/// Values of partitions, which stand as text in names and logs.
enum PartitionText {
  /// The value in the column's type. Text that is no value of it is an error.
  static func value(of text: String?, as type: DataType) throws -> Value {
    guard let text else { return .null }
    let vector = try ColumnVector.of(.varchar, [.string(text)])
    return try Kernels().cast(vector, to: type).raised().value(at: 0)
  }
}
