import LakeCore

/// The keys of a join that a scan is asked to keep to.
package struct ScanKeyFilter: Sendable {
  /// The place among the columns of the scan.
  let column: Int
  let filter: KeyFilter
}

/// The filters of a scan on the thread that reads a morsel. One that keeps nearly everything is no
/// longer asked until the morsel ends.
final class ScanKeys {
  private struct Entry {
    let key: ScanKeyFilter
    var seen = 0
    var kept = 0

    /// Whether it pays to ask.
    var isUseful: Bool { seen < ScanKeys.trialRows || kept &* 4 < seen &* 3 }
  }

  private static let trialRows = 16_384

  private var entries: [Entry]
  private let kernels: Kernels

  init(_ filters: [ScanKeyFilter], _ kernels: Kernels) {
    entries = filters.map { Entry(key: $0) }
    self.kernels = kernels
  }

  var isEmpty: Bool { entries.isEmpty }

  /// The rows of a batch that may match.
  func kept(_ batch: Batch) throws(LakeError) -> Batch {
    var batch = batch
    for index in entries.indices where entries[index].isUseful && batch.selectedCount > 0 {
      let key = entries[index].key
      let seen = batch.selectedCount
      let rows = try Buffer(byteCount: seen * 4 + 4, tracker: kernels.tracker)
      let hashes = try Buffer(byteCount: batch.rowCount * 8, tracker: kernels.tracker)
      let kept = try key.filter.keep(
        batch.columns[key.column], of: batch, into: rows.pointer(as: UInt32.self),
        hashes: hashes.pointer(as: UInt64.self), kernels)
      entries[index].seen += seen
      entries[index].kept += kept
      if kept == seen { continue }
      batch = Batch(
        columns: batch.columns, rowCount: batch.rowCount,
        selection: Selection(rows: rows, count: kept))
    }
    return batch
  }
}
