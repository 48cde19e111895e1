import CLakeKernels

/// Two buffers of fixed-width values; `right` holds one value where it is a constant.
struct FixedPair {
  let left: Buffer
  let right: Buffer
  let count: Int
  let isConstant: Bool
}

/// A comparison as a type, so that the loops over it are specialised.
protocol PairTest {
  static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool
}

enum EqualTest: PairTest {
  @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a == b }
}

enum NotEqualTest: PairTest {
  @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a != b }
}

enum LessTest: PairTest {
  @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a < b }
}

enum LessOrEqualTest: PairTest {
  @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a <= b }
}

enum GreaterTest: PairTest {
  @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a > b }
}

enum GreaterOrEqualTest: PairTest {
  @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a >= b }
}

/// Not distinct: equal, or both NaN (which alone differs from itself).
enum IdenticalTest: PairTest {
  @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool {
    (a == b) != ((a != a) && (b != b))
  }
}

enum DistinctTest: PairTest {
  @inline(__always) static func holds<T: Comparable>(_ a: T, _ b: T) -> Bool {
    (a == b) == ((a != a) && (b != b))
  }
}

extension Kernels {
  /// Bytes of 0 and 1 for every row.
  func compareFixed(
    _ comparison: Comparison, _ pair: FixedPair, type: DataType
  ) throws(LakeError) -> Buffer {
    // Sixteen bytes in the order of their bytes.
    if type == .uuid { return try compareNumbers(UInt128.self, comparison, pair) }
    if let wide = try compareWide(comparison, pair, type.physical) { return wide }
    switch type.physical {
    case .boolean: return try compareNumbers(UInt8.self, comparison, pair)
    case .int8: return try compareNumbers(Int8.self, comparison, pair)
    case .int16: return try compareNumbers(Int16.self, comparison, pair)
    case .int32: return try compareNumbers(Int32.self, comparison, pair)
    case .int64: return try compareNumbers(Int64.self, comparison, pair)
    case .int128: return try compareNumbers(Int128.self, comparison, pair)
    case .float32: return try compareFloats(Float.self, comparison, pair)
    case .float64: return try compareFloats(Double.self, comparison, pair)
    case .string, .list, .row, .none:
      throw LakeError(.internal, "\(type) has no fixed width")
    }
  }

  /// 64-bit numbers where the processor has wide vectors.
  private func compareWide(
    _ comparison: Comparison, _ pair: FixedPair, _ physical: PhysicalType
  ) throws(LakeError) -> Buffer? {
    guard isWide, physical == .int64 || physical == .float64,
      let code = comparison.wideCode(isFloat: physical == .float64)
    else { return nil }
    let target = try Buffer(booleans: pair.count, tracker: tracker)
    let (a, b, out) = (pair.left, pair.right, target.pointer(as: UInt8.self))
    if physical == .int64 {
      lake_compare_int64(
        code, a.pointer(as: Int64.self), b.pointer(as: Int64.self), pair.isConstant, out,
        pair.count)
    } else {
      lake_compare_double(
        code, a.pointer(as: Double.self), b.pointer(as: Double.self), pair.isConstant, out,
        pair.count)
    }
    return target
  }

  private func compareFloats<T: BinaryFloatingPoint & BitwiseCopyable>(
    _ type: T.Type, _ comparison: Comparison, _ pair: FixedPair
  ) throws(LakeError) -> Buffer {
    switch comparison {
    case .distinct: try test(type, DistinctTest.self, pair)
    case .notDistinct: try test(type, IdenticalTest.self, pair)
    default: try compareNumbers(type, comparison, pair)
    }
  }

  private func compareNumbers<T: Comparable & BitwiseCopyable>(
    _ type: T.Type, _ comparison: Comparison, _ pair: FixedPair
  ) throws(LakeError) -> Buffer {
    switch comparison {
    case .equal, .notDistinct: try test(type, EqualTest.self, pair)
    case .notEqual, .distinct: try test(type, NotEqualTest.self, pair)
    case .less: try test(type, LessTest.self, pair)
    case .lessOrEqual: try test(type, LessOrEqualTest.self, pair)
    case .greater: try test(type, GreaterTest.self, pair)
    case .greaterOrEqual: try test(type, GreaterOrEqualTest.self, pair)
    }
  }

  private func test<T: Comparable & BitwiseCopyable, Test: PairTest>(
    _ type: T.Type, _ test: Test.Type, _ pair: FixedPair
  ) throws(LakeError) -> Buffer {
    let count = pair.count
    let target = try Buffer(booleans: count, tracker: tracker)
    let (a, b) = (pair.left.pointer(as: type), pair.right.pointer(as: type))
    let out = target.pointer(as: UInt8.self)
    if pair.isConstant {
      let constant = b[0]
      for row in 0..<count { out[row] = Test.holds(a[row], constant) ? 1 : 0 }
    } else {
      for row in 0..<count { out[row] = Test.holds(a[row], b[row]) ? 1 : 0 }
    }
    return target
  }
}

extension Comparison {
  /// Nil for floats where NaN is a value.
  fileprivate func wideCode(isFloat: Bool) -> LakeComparison? {
    switch self {
    case .equal: LAKE_EQUAL
    case .notEqual: LAKE_NOT_EQUAL
    case .less: LAKE_LESS
    case .lessOrEqual: LAKE_LESS_OR_EQUAL
    case .greater: LAKE_GREATER
    case .greaterOrEqual: LAKE_GREATER_OR_EQUAL
    case .distinct: isFloat ? nil : LAKE_NOT_EQUAL
    case .notDistinct: isFloat ? nil : LAKE_EQUAL
    }
  }
}
