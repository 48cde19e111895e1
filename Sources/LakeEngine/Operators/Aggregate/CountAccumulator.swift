import LakeCore

/// count(*), count(x), count_if.
final class CountAccumulator: Accumulator {
  private let countsTrue: Bool
  private let kernels: Kernels
  private var counts: RawArray<Int64>

  init(countsTrue: Bool, _ kernels: Kernels) {
    self.countsTrue = countsTrue
    self.kernels = kernels
    counts = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws { try counts.growZeroed(to: groups) }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    let counts = counts.pointer
    guard let argument = arguments.first else {
      for row in 0..<count { counts[Int(groups[row])] &+= 1 }
      return
    }
    if countsTrue {
      let rows = try kernels.filter(argument)
      for index in 0..<rows.count { counts[Int(groups[Int(rows.pointer[index])])] &+= 1 }
      return
    }
    guard let valid = try argument.rowValidity(kernels) else {
      for row in 0..<count { counts[Int(groups[row])] &+= 1 }
      return
    }
    // The bitmap of a constant is made for this call, and has to outlive the loop.
    withExtendedLifetime(valid) {
      let words = valid.words
      for row in 0..<count { counts[Int(groups[row])] &+= Bitmap.bit(words, row) ? 1 : 0 }
    }
  }

  var mergesParts: Bool { true }

  func merge(
    _ other: any Accumulator, rows: UnsafePointer<UInt32>, _ groups: UnsafePointer<UInt32>,
    count: Int
  ) throws {
    guard let other = other as? CountAccumulator else { return }
    let (mine, theirs) = (counts.pointer, other.counts.pointer)
    for index in 0..<count { mine[Int(groups[index])] &+= theirs[Int(rows[index])] }
  }

  func state(groups: Int) throws -> [ColumnVector] { [try finish(groups: groups)] }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let column = state.first else { return }
    let (mine, theirs) = (counts.pointer, try Input<Int64>(column, kernels))
    for row in 0..<count { mine[Int(groups[row])] &+= theirs[row] }
  }

  func finish(groups: Int) throws -> ColumnVector {
    ColumnVector(
      type: .bigint,
      flat: FlatColumn(count: groups, validity: nil, values: .fixed(counts.buffer)))
  }
}

/// bool_and and bool_or.
final class TruthAccumulator: Accumulator {
  private let isEvery: Bool
  private let kernels: Kernels
  /// 1: a true was seen; 2: a false was seen.
  private var seen: RawArray<UInt8>

  init(isEvery: Bool, _ kernels: Kernels) {
    self.isEvery = isEvery
    self.kernels = kernels
    seen = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws { try seen.growZeroed(to: groups) }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let argument = arguments.first else { return }
    let flat = try argument.flattened(kernels)
    guard let values = flat.fixed?.pointer(as: UInt8.self) else { return }
    let seen = seen.pointer
    for row in 0..<count where !flat.isNull(row) {
      seen[Int(groups[row])] |= values[row] != 0 ? 1 : 2
    }
  }

  var mergesParts: Bool { true }

  func merge(
    _ other: any Accumulator, rows: UnsafePointer<UInt32>, _ groups: UnsafePointer<UInt32>,
    count: Int
  ) throws {
    guard let other = other as? TruthAccumulator else { return }
    let (mine, theirs) = (seen.pointer, other.seen.pointer)
    for index in 0..<count { mine[Int(groups[index])] |= theirs[Int(rows[index])] }
  }

  func state(groups: Int) throws -> [ColumnVector] {
    [kernels.vector(.tinyint, seen.buffer, count: groups)]
  }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let column = state.first else { return }
    let (mine, theirs) = (seen.pointer, try Input<UInt8>(column, kernels))
    for row in 0..<count { mine[Int(groups[row])] |= theirs[row] }
  }

  func finish(groups: Int) throws -> ColumnVector {
    let values = try Buffer(byteCount: (groups + 63) / 64 * 64, tracker: kernels.tracker)
    let out = values.pointer(as: UInt8.self)
    var valid = try RawArray<UInt8>(count: groups, tracker: kernels.tracker)
    for group in 0..<groups {
      let bits = seen.pointer[group]
      out[group] = isEvery ? (bits & 2 == 0 ? 1 : 0) : bits & 1
      valid.pointer[group] = bits == 0 ? 0 : 1
    }
    valid.count = groups
    return try kernels.vector(.boolean, values, valid: valid.pointer, count: groups)
  }
}
