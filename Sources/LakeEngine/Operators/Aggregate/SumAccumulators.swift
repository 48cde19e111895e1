import LakeCore

/// sum and avg of integers, decimals and intervals, in 128 bits. A sum that does not fit its type
/// is an error.
final class ExactSumAccumulator: Accumulator {
  private let argument: DataType
  private let type: DataType
  private let isAverage: Bool
  private let kernels: Kernels
  private var sums: RawArray<Int128>
  private var counts: RawArray<Int64>

  init(argument: DataType, type: DataType, isAverage: Bool, _ kernels: Kernels) {
    self.argument = argument
    self.type = type
    self.isAverage = isAverage
    self.kernels = kernels
    sums = RawArray(tracker: kernels.tracker)
    counts = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws {
    try sums.growZeroed(to: groups)
    try counts.growZeroed(to: groups)
  }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let vector = arguments.first else { return }
    let flat = try vector.flattened(kernels)
    guard let buffer = flat.fixed else { return }
    switch argument.physical {
    case .int8: add(Int8.self, buffer, flat, groups)
    case .int16: add(Int16.self, buffer, flat, groups)
    case .int32: add(Int32.self, buffer, flat, groups)
    case .int64: add(Int64.self, buffer, flat, groups)
    case .int128: try addWide(buffer.pointer(as: Int128.self), flat, groups)
    default: break
    }
  }

  private func add<T: FixedWidthInteger & BitwiseCopyable>(
    _ width: T.Type, _ buffer: Buffer, _ flat: FlatColumn, _ groups: UnsafePointer<UInt32>
  ) {
    let values = buffer.pointer(as: width)
    let (sums, counts) = (sums.pointer, counts.pointer)
    let words = flat.validity?.words
    for row in 0..<flat.count {
      if let words, !Bitmap.bit(words, row) { continue }
      let group = Int(groups[row])
      // No overflow: 2^63 at most for each of fewer than 2^63 rows.
      sums[group] &+= Int128(values[row])
      counts[group] &+= 1
    }
  }

  private func addWide(
    _ values: UnsafePointer<Int128>, _ flat: FlatColumn, _ groups: UnsafePointer<UInt32>
  ) throws(LakeError) {
    let (sums, counts) = (sums.pointer, counts.pointer)
    let words = flat.validity?.words
    var overflows = false
    for row in 0..<flat.count {
      if let words, !Bitmap.bit(words, row) { continue }
      let group = Int(groups[row])
      let (sum, overflow) = sums[group].addingReportingOverflow(values[row])
      sums[group] = sum
      overflows = overflows || overflow
      counts[group] &+= 1
    }
    if overflows { throw tooLarge }
  }

  var mergesParts: Bool { true }

  func merge(
    _ other: any Accumulator, rows: UnsafePointer<UInt32>, _ groups: UnsafePointer<UInt32>,
    count: Int
  ) throws {
    guard let other = other as? ExactSumAccumulator else { return }
    let (sums, counts) = (sums.pointer, counts.pointer)
    let (theirs, seen) = (other.sums.pointer, other.counts.pointer)
    var overflows = false
    for index in 0..<count {
      let (target, source) = (Int(groups[index]), Int(rows[index]))
      let (sum, overflow) = sums[target].addingReportingOverflow(theirs[source])
      sums[target] = sum
      overflows = overflows || overflow
      counts[target] &+= seen[source]
    }
    if overflows { throw tooLarge }
  }

  var stateWidth: Int { 2 }

  func state(groups: Int) throws -> [ColumnVector] {
    let wide = DataType.decimal(precision: 38, scale: 0)
    return [
      kernels.vector(wide, sums.buffer, count: groups),
      kernels.vector(.bigint, counts.buffer, count: groups),
    ]
  }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    let (theirs, seen) = (
      try Input<Int128>(state[0], kernels), try Input<Int64>(state[1], kernels)
    )
    let (sums, counts) = (sums.pointer, counts.pointer)
    for row in 0..<count {
      let group = Int(groups[row])
      let (sum, overflow) = sums[group].addingReportingOverflow(theirs[row])
      if overflow { throw tooLarge }
      sums[group] = sum
      counts[group] &+= seen[row]
    }
  }

  func finish(groups: Int) throws -> ColumnVector {
    let width = type.physical.byteWidth
    let values = try Buffer(byteCount: groups * width, tracker: kernels.tracker)
    var valid = try RawArray<UInt8>(count: groups, tracker: kernels.tracker)
    let (sums, counts, flags) = (sums.pointer, counts.pointer, valid.pointer)
    let (target, limit) = (values.base, decimalLimit)
    for group in 0..<groups {
      let count = counts[group]
      flags[group] = count == 0 ? 0 : 1
      let value = count == 0 ? 0 : try result(sums[group], count)
      if value.magnitude >= limit { throw tooLarge }
      try write(value, to: target, group)
    }
    valid.count = groups
    return try kernels.vector(type, values, valid: valid.pointer, count: groups)
  }

  private func result(_ sum: Int128, _ count: Int64) throws(LakeError) -> Int128 {
    if !isAverage { return sum }
    let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: Int128(count))
    // Half away from zero. No overflow: the remainder is below 2^63.
    if remainder.magnitude * 2 < UInt128(count) { return quotient }
    return sum < 0 ? quotient - 1 : quotient + 1
  }

  /// What decimals must stay below; no limit for other types.
  private var decimalLimit: UInt128 {
    if case .decimal(let precision, _) = type { DecimalText.powerOfTen(precision) } else { .max }
  }

  private func write(
    _ value: Int128, to base: UnsafeMutableRawPointer, _ row: Int
  ) throws(LakeError) {
    switch type.physical {
    case .int128: base.assumingMemoryBound(to: Int128.self)[row] = value
    case .int32:
      guard let narrow = Int32(exactly: value) else { throw tooLarge }
      base.assumingMemoryBound(to: Int32.self)[row] = narrow
    default:
      guard let narrow = Int64(exactly: value) else { throw tooLarge }
      base.assumingMemoryBound(to: Int64.self)[row] = narrow
    }
  }

  /// A group whose sum is known.
  func set(_ group: Int, sum: Int128, count: Int64) {
    sums.pointer[group] = sum
    counts.pointer[group] = count
  }

  /// The argument's values, whatever their width; 0 for null.
  func wideValues(of vector: ColumnVector) throws -> RawArray<Int128> {
    let flat = try vector.flattened(kernels)
    var wide = RawArray<Int128>(tracker: kernels.tracker)
    try wide.growZeroed(to: flat.count)
    guard let buffer = flat.fixed else { return wide }
    let out = wide.pointer
    for row in 0..<flat.count where !flat.isNull(row) {
      out[row] =
        switch argument.physical {
        case .int8: Int128(buffer.pointer(as: Int8.self)[row])
        case .int16: Int128(buffer.pointer(as: Int16.self)[row])
        case .int32: Int128(buffer.pointer(as: Int32.self)[row])
        case .int128: buffer.pointer(as: Int128.self)[row]
        default: Int128(buffer.pointer(as: Int64.self)[row])
        }
    }
    return wide
  }

  var tooLarge: LakeError {
    LakeError(
      .invalidInput, "the sum does not fit into \(type)",
      hint: "Cast the argument to double, or to decimal(38, 0).")
  }
}

/// sum and avg of doubles and reals, added in the order of the rows within each morsel, and then in
/// the order of the morsels.
final class DoubleSumAccumulator: Accumulator {
  private let type: DataType
  private let isAverage: Bool
  private let kernels: Kernels
  private var sums: RawArray<Double>
  private var counts: RawArray<Int64>

  init(type: DataType, isAverage: Bool, _ kernels: Kernels) {
    self.type = type
    self.isAverage = isAverage
    self.kernels = kernels
    sums = RawArray(tracker: kernels.tracker)
    counts = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws {
    try sums.growZeroed(to: groups)
    try counts.growZeroed(to: groups)
  }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let vector = arguments.first else { return }
    let flat = try vector.flattened(kernels)
    guard let buffer = flat.fixed else { return }
    if vector.type.physical == .float32 {
      add(Float.self, buffer, flat, groups)
    } else {
      add(Double.self, buffer, flat, groups)
    }
  }

  private func add<T: BinaryFloatingPoint & BitwiseCopyable>(
    _ width: T.Type, _ buffer: Buffer, _ flat: FlatColumn, _ groups: UnsafePointer<UInt32>
  ) {
    let values = buffer.pointer(as: width)
    let (sums, counts) = (sums.pointer, counts.pointer)
    let words = flat.validity?.words
    for row in 0..<flat.count {
      if let words, !Bitmap.bit(words, row) { continue }
      let group = Int(groups[row])
      sums[group] += Double(values[row])
      counts[group] &+= 1
    }
  }

  /// A group whose sum is known.
  func set(_ group: Int, sum: Double, count: Int64) {
    sums.pointer[group] = sum
    counts.pointer[group] = count
  }

  var mergesParts: Bool { true }

  func merge(
    _ other: any Accumulator, rows: UnsafePointer<UInt32>, _ groups: UnsafePointer<UInt32>,
    count: Int
  ) throws {
    guard let other = other as? DoubleSumAccumulator else { return }
    let (sums, counts) = (sums.pointer, counts.pointer)
    let (theirs, seen) = (other.sums.pointer, other.counts.pointer)
    for index in 0..<count {
      let (target, source) = (Int(groups[index]), Int(rows[index]))
      sums[target] += theirs[source]
      counts[target] &+= seen[source]
    }
  }

  var stateWidth: Int { 2 }

  func state(groups: Int) throws -> [ColumnVector] {
    [
      kernels.vector(.double, sums.buffer, count: groups),
      kernels.vector(.bigint, counts.buffer, count: groups),
    ]
  }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    let (theirs, seen) = (
      try Input<Double>(state[0], kernels), try Input<Int64>(state[1], kernels)
    )
    let (sums, counts) = (sums.pointer, counts.pointer)
    for row in 0..<count {
      sums[Int(groups[row])] += theirs[row]
      counts[Int(groups[row])] &+= seen[row]
    }
  }

  func finish(groups: Int) throws -> ColumnVector {
    let values = try Buffer(
      byteCount: groups * type.physical.byteWidth, tracker: kernels.tracker)
    var valid = try RawArray<UInt8>(count: groups, tracker: kernels.tracker)
    let (sums, counts, flags) = (sums.pointer, counts.pointer, valid.pointer)
    for group in 0..<groups {
      let count = counts[group]
      flags[group] = count == 0 ? 0 : 1
      let sum = sums[group]
      let result = isAverage && count > 0 ? sum / Double(count) : sum
      if type.physical == .float32 {
        values.pointer(as: Float.self)[group] = Float(result)
      } else {
        values.pointer(as: Double.self)[group] = result
      }
    }
    valid.count = groups
    return try kernels.vector(type, values, valid: valid.pointer, count: groups)
  }
}
