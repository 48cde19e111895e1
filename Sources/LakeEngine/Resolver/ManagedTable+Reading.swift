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

extension ManagedTable {
  /// As `bound`, for those who are to see rows: rows under consent that no check has seen can be
  /// planned with, so that a run can replace them, and not be read.
  package func boundForReaders(to snapshot: Snapshot) throws -> BoundTable {
    var table = try bound(to: snapshot)
    do {
      try snapshot.requireChecked(name)
    } catch let refusal {
      table.source = WithheldSource(refusal: refusal)
    }
    return table
  }
}

/// Rows that nobody may read.
private struct WithheldSource: TableSource {
  let refusal: LakeError

  var rowCountEstimate: Int? { nil }

  func open(_ request: ScanRequest, _ context: ExecutionContext) throws -> any MorselSource {
    throw refusal
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
