import LakeCore
import LakeTables

extension ManagedTable {
  /// One version of the table as something to read.
  package func bound(to snapshot: Snapshot) throws -> BoundTable {
    try snapshot.bound(name, label: name.description)
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
