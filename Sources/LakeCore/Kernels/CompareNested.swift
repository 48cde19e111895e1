/// Equality of lists, maps and rows, by comparing their members as vectors.
extension Kernels {
  /// The bytes of `=`, `<>` or IS [NOT] DISTINCT FROM as if no row were null, and the answers that
  /// are valid (nil: all); those of IS DISTINCT FROM all are.
  func equateNested(
    _ comparison: Comparison, _ left: FlatColumn, _ right: FlatColumn, type: DataType
  ) throws(LakeError) -> (Buffer, Bitmap?) {
    let isIdentity = comparison == .distinct || comparison == .notDistinct
    let equality: Comparison = isIdentity ? .notDistinct : .equal
    var answer: ColumnVector
    switch (left.values, right.values) {
    case (.row(let a), .row(let b)):
      answer = try constant(true, count: left.count)
      for (x, y) in zip(a, b) {
        // Equality never fails, so there is nothing to raise.
        answer = try and(answer, try compare(equality, x, y).vector)
      }
    case (.list(let a), .list(let b)):
      if case .map = type {
        answer = try equateMaps(equality, a, b, count: left.count)
      } else {
        answer = try equateLists(equality, a, b, count: left.count)
      }
    default:
      answer = try constant(nil, count: left.count)
    }
    if comparison == .distinct || comparison == .notEqual { answer = try not(answer) }
    let flat = try answer.flattened(self)
    guard let source = flat.fixed else { throw LakeError(.internal, "a boolean without bytes") }
    // A copy, since the caller writes into the bytes and the answer may share them.
    let bytes = try Buffer(booleans: left.count, tracker: tracker)
    bytes.base.copyMemory(from: source.base, byteCount: left.count)
    return (bytes, flat.validity)
  }

  private func equateLists(
    _ equality: Comparison, _ left: ListValues, _ right: ListValues, count: Int
  ) throws(LakeError) -> ColumnVector {
    let (a, b) = (left.pointer, right.pointer)
    let pairs = try ElementPairs(left, right, count: count, self) { row in
      let (x, y) = (a[row + 1] - a[row], b[row + 1] - b[row])
      return x == y ? x : 0
    }
    let equal = try compare(equality, pairs.left, pairs.right).vector.flattened(self)
    let marks = try Marks(count: count, kernels: self)
    var element = 0
    for row in 0..<count {
      guard a[row + 1] - a[row] == b[row + 1] - b[row] else {
        marks.set(row, false)
        continue
      }
      let end = element + Int(a[row + 1] - a[row])
      marks.set(row, Kernels.allHold(equal, element..<end))
      element = end
    }
    return try marks.vector()
  }

  /// AND over some rows of a boolean column; nil is null.
  static func allHold(_ column: FlatColumn, _ rows: Range<Int>) -> Bool? {
    guard let bytes = column.fixed?.pointer(as: UInt8.self) else {
      return rows.isEmpty ? true : nil
    }
    var answer: Bool? = true
    for row in rows {
      if column.isNull(row) { answer = nil } else if bytes[row] == 0 { return false }
    }
    return answer
  }
}

/// The elements of two list columns that are to be compared with each other.
struct ElementPairs {
  let left: ColumnVector
  let right: ColumnVector

  /// `length` says how many of the first elements of a row are compared.
  init(
    _ a: ListValues, _ b: ListValues, count: Int, _ kernels: Kernels, length: (Int) -> UInt32
  ) throws(LakeError) {
    var total = 0
    for row in 0..<count { total += Int(length(row)) }
    let (x, y) = (
      try kernels.buffer(of: UInt32.self, count: total),
      try kernels.buffer(of: UInt32.self, count: total)
    )
    let (p, q) = (x.pointer(as: UInt32.self), y.pointer(as: UInt32.self))
    var filled = 0
    for row in 0..<count {
      for element in 0..<length(row) {
        p[filled] = a.pointer[row] + element
        q[filled] = b.pointer[row] + element
        filled += 1
      }
    }
    left = try kernels.gather(a.child, rows: UnsafePointer(p), count: total)
    right = try kernels.gather(b.child, rows: UnsafePointer(q), count: total)
  }
}

/// A boolean vector that is filled row by row.
struct Marks {
  private let count: Int
  private let bytes: Buffer
  private let valid: Buffer
  private let kernels: Kernels

  init(count: Int, kernels: Kernels) throws(LakeError) {
    self.count = count
    self.kernels = kernels
    bytes = try Buffer(booleans: count, tracker: kernels.tracker)
    valid = try Buffer(booleans: count, tracker: kernels.tracker)
  }

  func set(_ row: Int, _ value: Bool?) {
    bytes.pointer(as: UInt8.self)[row] = value == true ? 1 : 0
    valid.pointer(as: UInt8.self)[row] = value == nil ? 0 : 1
  }

  func vector() throws(LakeError) -> ColumnVector {
    let validity = try Bitmap.packing(
      valid.pointer(as: UInt8.self), count: count, tracker: kernels.tracker)
    return kernels.booleans(bytes, count: count, validity: validity)
  }
}
