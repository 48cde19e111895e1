import LakeCore

/// The elements of lists in their order: nulls last, and NaN before them.
struct ElementOrder {
  private let order: OrderVector

  init(_ elements: ColumnVector, _ kernels: Kernels) throws {
    order = try OrderVector(elements, kernels)
  }

  func isNull(_ index: Int) -> Bool { !order.isValid(index) }

  /// Of two elements that are not null.
  func isLess(_ a: Int, _ b: Int) -> Bool {
    switch order.form {
    case .word: order.words[a] < order.words[b]
    case .wide: order.wides[a] < order.wides[b]
    case .string: order.views[a] < order.views[b]
    case .none: false
    }
  }

  /// The places in order; equal ones stay as they were.
  func sorted(
    _ range: some Sequence<Int>, isDescending: Bool = false, nullsFirst: Bool = false
  ) -> [Int] {
    let nulls = range.filter { isNull($0) }
    let others = range.filter { !isNull($0) }.sorted { a, b in
      if isDescending { return isLess(b, a) || !isLess(a, b) && a < b }
      return isLess(a, b) || !isLess(b, a) && a < b
    }
    return nullsFirst ? nulls + others : others + nulls
  }
}
