import LakeCore

/// The elements of several arrays side by side; where one is shorter, nulls.
struct ZippedElements {
  /// As long as the longest array of each row; the places in it mean nothing.
  let elements: LambdaElements
  /// One vector for each array.
  let columns: [ColumnVector]

  /// Rows in which any array is null have no elements.
  init(_ call: FunctionCall) throws {
    let kernels = call.kernels
    let lists = try call.arguments.map { try ListInput($0, kernels) }
    let validity = try call.validity()
    var lengths: [Int] = []
    for row in 0..<call.rowCount {
      let isValid = validity.map { $0[row] } ?? true
      lengths.append(isValid ? lists.map { $0.range(row).count }.max() ?? 0 : 0)
    }
    elements = try LambdaElements(lists[0], lengths: lengths)
    var columns: [ColumnVector] = []
    for list in lists {
      // Row 0 is a null, for what is missing.
      let missing = try ColumnVector.nulls(type: list.child.type, count: 1)
      let source = try kernels.concatenate([missing, list.child])
      var rows: [UInt32] = []
      for (row, length) in lengths.enumerated() {
        let range = list.range(row)
        for index in 0..<length {
          let place = index < range.count ? range.lowerBound + index + 1 : 0
          rows.append(UInt32(truncatingIfNeeded: place))
        }
      }
      columns.append(
        try rows.withUnsafeBufferPointer { rows in
          guard let base = rows.baseAddress, !rows.isEmpty else {
            return try .nulls(type: list.child.type, count: 0)
          }
          return try kernels.gather(source, rows: base, count: rows.count)
        })
    }
    self.columns = columns
  }
}

extension LambdaElements {
  /// Elements that are none of any list: so many for each row.
  init(_ lists: ListInput, lengths: [Int]) throws {
    self.lists = lists
    for (row, length) in lengths.enumerated() {
      for _ in 0..<length { add(row: row) }
      endRow()
    }
    try checkCount()
  }
}
