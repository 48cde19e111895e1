import LakeCore
import Synchronization

/// The last of the rows that were the first ones when somebody looked. A row that comes later and
/// is not before it cannot be among the first any more, and is dropped by the thread that has read
/// it.
final class TopThreshold: Sendable {
  private struct Bound: Sendable {
    let columns: SortColumns
    let row: Int
  }

  private let bound = Mutex<Bound?>(nil)

  func lower(to columns: SortColumns, row: Int) {
    if row < 0 { return }
    bound.withLock { $0 = Bound(columns: columns, row: row) }
  }

  /// The rows that may be among the first; nil: all.
  func rows(_ columns: SortColumns, count: Int, _ kernels: Kernels) throws -> Selection? {
    guard let bound = bound.withLock({ $0 }), let first = columns.columns.first,
      let last = bound.columns.columns.first
    else { return nil }
    let rows = try Buffer(byteCount: count * 4, tracker: kernels.tracker)
    let out = rows.pointer(as: UInt32.self)
    let (rank, prefix) = last.prefix(bound.row)
    var kept = 0
    for row in 0..<count {
      // Most rows are told apart by the first bytes of their first key.
      let (ownRank, ownPrefix) = first.prefix(row)
      if (ownRank, ownPrefix) > (rank, prefix) { continue }
      if (ownRank, ownPrefix) == (rank, prefix),
        SortColumns.compare(columns, row, bound.columns, bound.row) >= 0
      {
        continue
      }
      out[kept] = UInt32(truncatingIfNeeded: row)
      kept &+= 1
    }
    return kept == count ? nil : Selection(rows: rows, count: kept)
  }
}
