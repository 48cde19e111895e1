/// The total order of values inside lists and rows: −1, 0 or 1 a row, NaN after all numbers. A null
/// has no place in it.
struct Ordering {
  /// −1, 0 or 1.
  let signs: Buffer
  /// 1 where a null was met before two members differed.
  let undefined: Buffer
}

extension Kernels {
  /// `<`, `<=`, `>` or `>=` of lists or rows: bytes, and the rows that fail.
  func orderNested(
    _ comparison: Comparison, _ left: ColumnVector, _ right: ColumnVector
  ) throws(LakeError) -> (bytes: Buffer, members: Bitmap?, failed: Bitmap?) {
    let count = left.count
    let order = try order(left, right)
    let bytes = try Buffer(booleans: count, tracker: tracker)
    let (signs, out) = (order.signs.pointer(as: Int8.self), bytes.pointer(as: UInt8.self))
    for row in 0..<count {
      let holds =
        switch comparison {
        case .less: signs[row] < 0
        case .lessOrEqual: signs[row] <= 0
        case .greater: signs[row] > 0
        default: signs[row] >= 0
        }
      out[row] = holds ? 1 : 0
    }
    let failed = try Bitmap.packing(
      order.undefined.pointer(as: UInt8.self), count: count, tracker: tracker)
    return (bytes, nil, failed.zeroCount == count ? nil : failed)
  }

  private func order(_ left: ColumnVector, _ right: ColumnVector) throws(LakeError) -> Ordering {
    let count = left.count
    let (a, b) = (try left.flattened(self), try right.flattened(self))
    let (signs, undefined) = (
      try Buffer(booleans: count, tracker: tracker), try Buffer(booleans: count, tracker: tracker)
    )
    let (sign, nulls) = (signs.pointer(as: Int8.self), undefined.pointer(as: UInt8.self))
    for row in 0..<count {
      sign[row] = 0
      nulls[row] = a.isNull(row) || b.isNull(row) ? 1 : 0
    }
    let result = Ordering(signs: signs, undefined: undefined)
    switch (a.values, b.values) {
    case (.fixed(let x), .fixed(let y)):
      let pair = FixedPair(left: x, right: y, count: count, isConstant: false)
      orderFixed(pair, type: left.type, into: sign)
    case (.strings(let x), .strings(let y)):
      for row in 0..<count {
        sign[row] = Int8(x.pointer[row].ordered(before: y.pointer[row]).signum())
      }
    case (.row(let x), .row(let y)): try orderRows(x, y, count: count, into: result)
    case (.list(let x), .list(let y)): try orderLists(x, y, count: count, into: result)
    default: break
    }
    return result
  }

  private func orderRows(
    _ left: [ColumnVector], _ right: [ColumnVector], count: Int, into result: Ordering
  ) throws(LakeError) {
    let sign = result.signs.pointer(as: Int8.self)
    let undefined = result.undefined.pointer(as: UInt8.self)
    for (x, y) in zip(left, right) {
      let member = try order(x, y)
      let memberSign = member.signs.pointer(as: Int8.self)
      let memberNull = member.undefined.pointer(as: UInt8.self)
      for row in 0..<count where sign[row] == 0 && undefined[row] == 0 {
        undefined[row] = memberNull[row]
        if memberNull[row] == 0 { sign[row] = memberSign[row] }
      }
    }
  }

  private func orderLists(
    _ left: ListValues, _ right: ListValues, count: Int, into result: Ordering
  ) throws(LakeError) {
    let (a, b) = (left.pointer, right.pointer)
    let common = { (row: Int) in min(a[row + 1] - a[row], b[row + 1] - b[row]) }
    let pairs = try ElementPairs(left, right, count: count, self, length: common)
    let members = try order(pairs.left, pairs.right)
    let memberSign = members.signs.pointer(as: Int8.self)
    let memberNull = members.undefined.pointer(as: UInt8.self)
    let sign = result.signs.pointer(as: Int8.self)
    let undefined = result.undefined.pointer(as: UInt8.self)
    var start = 0
    for row in 0..<count {
      let end = start + Int(common(row))
      var (rowSign, rowNull): (Int8, UInt8) = (0, undefined[row])
      for element in start..<end where rowSign == 0 && rowNull == 0 {
        rowNull = memberNull[element]
        if rowNull == 0 { rowSign = memberSign[element] }
      }
      if rowSign == 0, rowNull == 0 {
        rowSign = Int8((Int(a[row + 1] - a[row]) - Int(b[row + 1] - b[row])).signum())
      }
      sign[row] = rowSign
      undefined[row] = rowNull
      start = end
    }
  }

  private func orderFixed(
    _ pair: FixedPair, type: DataType, into signs: UnsafeMutablePointer<Int8>
  ) {
    if type == .uuid { return orderNumbers(UInt128.self, pair, signs) }
    switch type.physical {
    case .boolean: orderNumbers(UInt8.self, pair, signs)
    case .int8: orderNumbers(Int8.self, pair, signs)
    case .int16: orderNumbers(Int16.self, pair, signs)
    case .int32: orderNumbers(Int32.self, pair, signs)
    case .int64: orderNumbers(Int64.self, pair, signs)
    case .int128: orderNumbers(Int128.self, pair, signs)
    case .float32: orderNumbers(Float.self, pair, signs)
    case .float64: orderNumbers(Double.self, pair, signs)
    case .string, .list, .row, .none: break
    }
  }

  private func orderNumbers<T: Comparable & BitwiseCopyable>(
    _ type: T.Type, _ pair: FixedPair, _ signs: UnsafeMutablePointer<Int8>
  ) {
    let (a, b) = (pair.left.pointer(as: type), pair.right.pointer(as: type))
    for row in 0..<pair.count {
      let (x, y) = (a[row], b[row])
      // NaN alone differs from itself; it is greater than every number.
      let (xNaN, yNaN) = (x != x, y != y)
      let greater = x > y || (xNaN && !yNaN)
      let less = x < y || (yNaN && !xNaN)
      signs[row] = (greater ? 1 : 0) - (less ? 1 : 0)
    }
  }
}
