import LakeCore

/// Rows of an operator's result as whole columns, perhaps in another order than they lie in.
struct RowsInMemory: Sendable {
  let columns: [ColumnVector]
  let rowCount: Int
  /// The rows in the order in which they are given; nil: as they lie.
  var order: Selection?

  init(columns: [ColumnVector], rowCount: Int, order: Selection? = nil) {
    self.columns = columns
    self.rowCount = rowCount
    self.order = order
  }

  var count: Int { order?.count ?? rowCount }
}

/// Reads rows in memory; batches are gathered by the threads that read them.
// @unchecked Sendable: `next` is called by one thread at a time.
final class RowSource: MorselSource, @unchecked Sendable {
  private let rows: RowsInMemory
  private let kernels: Kernels
  private var position = 0

  init(_ rows: RowsInMemory, _ kernels: Kernels) {
    self.rows = rows
    self.kernels = kernels
  }

  func next() -> (any Morsel)? {
    guard position < rows.count else { return nil }
    let end = min(position + BatchSource.morselRows, rows.count)
    defer { position = end }
    return RowMorsel(rows: rows, range: position..<end, kernels: kernels)
  }

  private struct RowMorsel: Morsel {
    let rows: RowsInMemory
    let range: Range<Int>
    let kernels: Kernels

    func read(emit: (Batch) throws -> Void) throws {
      let all = Batch(columns: rows.columns, rowCount: rows.rowCount)
      var start = range.lowerBound
      while start < range.upperBound {
        let end = min(start + 2 * Batch.rowTarget, range.upperBound)
        if let order = rows.order {
          let numbers = UnsafePointer(order.pointer + start)
          let columns = try rows.columns.map {
            try kernels.gather($0, rows: numbers, count: end - start)
          }
          try emit(Batch(columns: columns, rowCount: end - start))
        } else {
          try emit(try all.rows(start, end, kernels))
        }
        start = end
      }
    }
  }
}
