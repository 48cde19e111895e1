import LakeCore

/// Collects the bounds of a chunk's pages.
///
/// An index in which one page with values had no bounds could not be used for that page, and the
/// format has no way to say so: then there is none for the chunk.
struct ColumnIndexBuilder {
  private let leaf: LeafColumn
  private var index = ParquetColumnIndex()
  private var nullCounts: [Int] = []
  private var isComplete = true
  private var isAscending = true
  private var isDescending = true
  private var last: (minimum: Value, maximum: Value)?

  init(_ leaf: LeafColumn) {
    self.leaf = leaf
  }

  /// Adds the next page, which has values and nulls.
  mutating func add(_ statistics: LeafStatistics, valueCount: Int, nullCount: Int) {
    nullCounts.append(nullCount)
    index.isNullPage.append(valueCount == 0)
    guard valueCount > 0 else {
      index.minimums.append([])
      index.maximums.append([])
      return
    }
    guard let minimum = statistics.minimum, let maximum = statistics.maximum,
      let low = StatisticsValue.bytes(minimum, leaf: leaf, isMinimum: true),
      let high = StatisticsValue.bytes(maximum, leaf: leaf, isMinimum: false)
    else {
      isComplete = false
      return
    }
    index.minimums.append(low)
    index.maximums.append(high)
    if let last {
      let type = leaf.type
      isAscending =
        isAscending && ValueOrder.isAscending(last.minimum, minimum, type: type)
        && ValueOrder.isAscending(last.maximum, maximum, type: type)
      isDescending =
        isDescending && ValueOrder.isAscending(minimum, last.minimum, type: type)
        && ValueOrder.isAscending(maximum, last.maximum, type: type)
    }
    last = (minimum, maximum)
  }

  func finish() -> ParquetColumnIndex? {
    guard isComplete else { return nil }
    var finished = index
    finished.order = isAscending ? .ascending : isDescending ? .descending : .unordered
    finished.nullCounts = nullCounts
    return finished
  }
}
