import LakeCore

/// Numbers the rows of a window that is sorted, partition after partition, while they go by: what
/// is known of the rows before is three numbers. So partitions may be larger than memory.
struct StreamedRanks {
  private let kinds: [WindowPlan.Function.Kind]
  private let partitionCount: Int
  private var last: (columns: SortColumns, row: Int)?
  private var rowNumber: Int64 = 0
  private var rank: Int64 = 0
  private var denseRank: Int64 = 0

  /// Nil where a function needs more than the rows before. The keys that rows are sorted by begin
  /// with those of the partition.
  init?(_ window: WindowPlan) {
    for named in window.functions {
      switch named.function.kind {
      case .rowNumber, .rank, .denseRank: continue
      default: return nil
      }
    }
    for key in window.partition where !key.type.isOrderable || key.type.isNested { return nil }
    kinds = window.functions.map(\.function.kind)
    partitionCount = window.partition.count
  }

  /// What the rows must be sorted by.
  static func keys(_ window: WindowPlan) -> [SortKey] {
    window.partition.map { SortKey($0) } + window.order
  }

  /// The functions' values for the next rows.
  mutating func values(
    _ columns: SortColumns, count: Int, _ kernels: Kernels
  ) throws(LakeError) -> [ColumnVector] {
    var buffers: [Buffer] = []
    for _ in kinds { buffers.append(try Buffer(byteCount: count * 8, tracker: kernels.tracker)) }
    for row in 0..<count {
      step(to: columns, row)
      for (kind, buffer) in zip(kinds, buffers) {
        buffer.pointer(as: Int64.self)[row] =
          kind == .rowNumber ? rowNumber : kind == .rank ? rank : denseRank
      }
    }
    return buffers.map { buffer in
      ColumnVector(
        type: .bigint, flat: FlatColumn(count: count, validity: nil, values: .fixed(buffer)))
    }
  }

  private mutating func step(to columns: SortColumns, _ row: Int) {
    defer { last = (columns, row) }
    guard let last, isSame(last.columns, last.row, columns, row, 0..<partitionCount) else {
      (rowNumber, rank, denseRank) = (1, 1, 1)
      return
    }
    rowNumber += 1
    let rest = partitionCount..<columns.columns.count
    if isSame(last.columns, last.row, columns, row, rest) { return }
    rank = rowNumber
    denseRank += 1
  }

  /// Whether two rows are equal in some of the keys.
  private func isSame(
    _ x: SortColumns, _ a: Int, _ y: SortColumns, _ b: Int, _ keys: Range<Int>
  ) -> Bool {
    for key in keys where x.columns[key].compare(a, y.columns[key], b) != 0 { return false }
    return true
  }
}
