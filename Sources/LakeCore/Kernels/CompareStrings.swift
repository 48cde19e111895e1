/// Strings: equality by the two words of the views where that is enough, order by bytes.
extension Kernels {
  /// Bytes of 0 and 1 for every row; `b` has one view where it is a constant.
  func compareStrings(
    _ comparison: Comparison, _ a: StringValues, _ b: StringValues, count: Int, isConstant: Bool
  ) throws(LakeError) -> Buffer {
    let target = try Buffer(booleans: count, tracker: tracker)
    let out = target.pointer(as: UInt8.self)
    let (x, y) = (UnsafePointer(a.pointer), UnsafePointer(b.pointer))
    switch comparison {
    case .equal, .notDistinct: equate(x, y, out, count, isConstant, differs: 0)
    case .notEqual, .distinct: equate(x, y, out, count, isConstant, differs: 1)
    case .less: order(LessTest.self, x, y, out, count, isConstant)
    case .lessOrEqual: order(LessOrEqualTest.self, x, y, out, count, isConstant)
    case .greater: order(GreaterTest.self, x, y, out, count, isConstant)
    case .greaterOrEqual: order(GreaterOrEqualTest.self, x, y, out, count, isConstant)
    }
    return target
  }

  private func equate(
    _ a: UnsafePointer<StringView>, _ b: UnsafePointer<StringView>,
    _ out: UnsafeMutablePointer<UInt8>, _ count: Int, _ isConstant: Bool, differs: UInt8
  ) {
    guard isConstant else {
      for row in 0..<count { out[row] = (a[row] == b[row] ? 1 : 0) ^ differs }
      return
    }
    let constant = b[0]
    guard constant.isInline else {
      for row in 0..<count { out[row] = (a[row] == constant ? 1 : 0) ^ differs }
      return
    }
    // Two words say everything about a short string, so there is nothing to branch on.
    let (head, tail) = (constant.head, constant.tail)
    for row in 0..<count {
      let difference = (a[row].head ^ head) | (a[row].tail ^ tail)
      out[row] = (difference == 0 ? 1 : 0) ^ differs
    }
  }

  private func order<Test: PairTest>(
    _ test: Test.Type, _ a: UnsafePointer<StringView>, _ b: UnsafePointer<StringView>,
    _ out: UnsafeMutablePointer<UInt8>, _ count: Int, _ isConstant: Bool
  ) {
    if isConstant {
      let constant = b[0]
      for row in 0..<count {
        out[row] = Test.holds(a[row].ordered(before: constant), 0) ? 1 : 0
      }
    } else {
      for row in 0..<count {
        out[row] = Test.holds(a[row].ordered(before: b[row]), 0) ? 1 : 0
      }
    }
  }
}
