import LakeCore

/// The elements of the lists of all rows, one after the other, for a lambda to be evaluated on.
struct LambdaElements {
  let lists: ListInput
  /// The elements' places in the child of the lists, and the rows that they belong to.
  private(set) var places: [UInt32] = []
  private(set) var rows: [UInt32] = []
  /// Where the elements of each row begin; one more than there are rows.
  private(set) var starts: [Int] = [0]

  init(_ call: FunctionCall, _ index: Int) throws {
    lists = try ListInput(call.arguments[index], call.kernels)
    starts.reserveCapacity(call.rowCount + 1)
    for row in 0..<call.rowCount {
      let range = lists.range(row)
      for place in range {
        places.append(UInt32(truncatingIfNeeded: place))
        rows.append(UInt32(truncatingIfNeeded: row))
      }
      starts.append(starts[row] + range.count)
    }
    try checkCount()
  }

  func checkCount() throws(LakeError) {
    guard rows.count < Int(UInt32.max) else {
      throw LakeError(.limitExceeded, "the lists of one batch have more than 2^32 elements")
    }
  }

  /// An element of a row that lies nowhere.
  mutating func add(row: Int) { rows.append(UInt32(truncatingIfNeeded: row)) }

  mutating func endRow() { starts.append(rows.count) }

  /// The elements as a vector.
  func vector(_ kernels: Kernels) throws -> ColumnVector {
    try vector(of: lists.child, kernels)
  }

  /// The same places of another vector: the keys or the values of entries.
  func vector(of source: ColumnVector, _ kernels: Kernels) throws -> ColumnVector {
    try places.withUnsafeBufferPointer { places in
      guard let base = places.baseAddress, !places.isEmpty else {
        return try .nulls(type: source.type, count: 0)
      }
      return try kernels.gather(source, rows: base, count: places.count)
    }
  }

  /// The number of each element in its list, from 0.
  func numbers(_ kernels: Kernels) throws -> ColumnVector {
    try kernels.numbers(.integer, rows.count) { index in
      Int32(truncatingIfNeeded: index - starts[Int(rows[index])])
    }
  }

  /// The offsets of lists as long as these.
  func offsets(_ tracker: MemoryTracker?) throws -> Buffer {
    let buffer = try Buffer(byteCount: starts.count * 4, tracker: tracker)
    let out = buffer.pointer(as: UInt32.self)
    for (index, start) in starts.enumerated() { out[index] = UInt32(truncatingIfNeeded: start) }
    return buffer
  }

  /// The vector, with the rows failing of which an element has failed.
  func settled(
    _ call: FunctionCall, _ values: FlatColumn.Values, _ validity: Bitmap?,
    _ answer: LambdaCall.Answer, _ lambda: BoundLambda
  ) throws -> CheckedVector {
    if answer.failed.isEmpty { return CheckedVector(call.vector(values, validity)) }
    let answered = try call.buffer(of: UInt8.self)
    let mark = answered.pointer(as: UInt8.self)
    for row in 0..<call.rowCount { mark[row] = 1 }
    var first: [Int: Int] = [:]
    for element in answer.failed {
      let row = Int(rows[element])
      mark[row] = 0
      first[row] = min(first[row] ?? .max, element)
    }
    let batch = answer.batch
    let known = first
    let kept = try Bitmap.packing(mark, count: call.rowCount, tracker: call.tracker)
    let failures = try Bitmap.subtracting(kept, from: nil, tracker: call.tracker)
    let valid = try Bitmap.intersection(validity, kept, tracker: call.tracker)
    let column = FlatColumn(count: call.rowCount, validity: nil, values: values)
    return CheckedVector(
      ColumnVector(type: call.result, flat: try call.kernels.withValidity(valid, column)),
      failures: KernelFailures(rows: failures) { row in
        LambdaCall.error(lambda, batch, known[row] ?? 0)
      })
  }
}
