import LakeCore

/// A value of any type for each group, copied from the batch that brought it.
struct KeptValues {
  private let type: DataType
  private let kernels: Kernels
  private var pieces: [ColumnVector] = []
  private var pieceRows = 0
  /// The row among the pieces plus one; 0 where a group has none.
  private var places: RawArray<UInt32>

  init(type: DataType, _ kernels: Kernels) {
    self.type = type
    self.kernels = kernels
    places = RawArray(tracker: kernels.tracker)
  }

  mutating func reserve(groups: Int) throws(LakeError) { try places.growZeroed(to: groups) }

  /// Group `groups[i]` gets the value of row `rows[i]`.
  mutating func keep(
    _ vector: ColumnVector, rows: RawArray<UInt32>, groups: RawArray<UInt32>
  ) throws(LakeError) {
    if rows.count == 0 { return }
    let picked = try kernels.gather(vector, rows: rows.pointer, count: rows.count)
    pieces.append(try kernels.compacted(picked))
    for index in 0..<rows.count {
      places.pointer[Int(groups.pointer[index])] = UInt32(pieceRows + index + 1)
    }
    pieceRows += rows.count
    if pieceRows > 2 * places.count + (1 << 16) { try tidy() }
  }

  /// The values of all groups, null where there is none.
  func vector(groups: Int) throws(LakeError) -> ColumnVector {
    let missing = try ColumnVector.nulls(type: type, count: 1)
    let all = try kernels.concatenate([missing] + pieces)
    return try kernels.gather(all, rows: places.pointer, count: groups)
  }

  /// Drops the values that others have taken the place of.
  private mutating func tidy() throws(LakeError) {
    let count = places.count
    let all = try vector(groups: count)
    var kept: [ColumnVector] = [try kernels.compacted(all)]
    for group in 0..<count where places.pointer[group] != 0 {
      places.pointer[group] = UInt32(group + 1)
    }
    swap(&pieces, &kept)
    pieceRows = count
  }
}

/// arbitrary: the first value that is not null.
final class FirstAccumulator: Accumulator {
  private let kernels: Kernels
  private var kept: KeptValues
  /// 1 for groups that have their value.
  private var has: RawArray<UInt8>

  init(type: DataType, _ kernels: Kernels) {
    self.kernels = kernels
    kept = KeptValues(type: type, kernels)
    has = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws {
    try has.growZeroed(to: groups)
    try kept.reserve(groups: groups)
  }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let vector = arguments.first else { return }
    let valid = try vector.rowValidity(kernels)
    var rows = RawArray<UInt32>(tracker: kernels.tracker)
    var fresh = RawArray<UInt32>(tracker: kernels.tracker)
    let has = has.pointer
    for row in 0..<count where has[Int(groups[row])] == 0 {
      if let valid, !valid[row] { continue }
      has[Int(groups[row])] = 1
      try rows.append(UInt32(truncatingIfNeeded: row))
      try fresh.append(groups[row])
    }
    try kept.keep(vector, rows: rows, groups: fresh)
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? FirstAccumulator else { return }
    try add(groups, count: count, [try other.kept.vector(groups: count)])
  }

  func finish(groups: Int) throws -> ColumnVector { try kept.vector(groups: groups) }
}

/// array_agg: all values of a group, nulls too, in the order of the rows.
final class ListAccumulator: Accumulator {
  private let type: DataType
  private let kernels: Kernels
  private var pieces: [ColumnVector] = []
  private var owners: RawArray<UInt32>

  init(type: DataType, _ kernels: Kernels) {
    self.type = type
    self.kernels = kernels
    owners = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws {}

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let vector = arguments.first, count > 0 else { return }
    pieces.append(try kernels.compacted(vector))
    for row in 0..<count { try owners.append(groups[row]) }
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? ListAccumulator else { return }
    pieces += other.pieces
    for row in 0..<other.owners.count {
      try owners.append(groups[Int(other.owners.pointer[row])])
    }
  }

  func finish(groups: Int) throws -> ColumnVector {
    let rows = owners.count
    guard rows < Int(UInt32.max) else {
      throw LakeError(.limitExceeded, "the arrays of array_agg hold \(rows) values together")
    }
    let offsets = try Buffer(byteCount: (groups + 1) * 4, tracker: kernels.tracker)
    let offset = offsets.pointer(as: UInt32.self)
    for group in 0...groups { offset[group] = 0 }
    for row in 0..<rows { offset[Int(owners.pointer[row]) &+ 1] &+= 1 }
    var valid = try RawArray<UInt8>(count: groups, tracker: kernels.tracker)
    for group in 0..<groups {
      valid.pointer[group] = offset[group + 1] == 0 ? 0 : 1
      offset[group + 1] &+= offset[group]
    }
    valid.count = groups
    let order = try Buffer(byteCount: rows * 4, tracker: kernels.tracker)
    let filled = try Buffer(byteCount: (groups + 1) * 4, tracker: kernels.tracker)
    filled.base.copyMemory(from: offsets.base, byteCount: (groups + 1) * 4)
    let (out, place) = (order.pointer(as: UInt32.self), filled.pointer(as: UInt32.self))
    for row in 0..<rows {
      let group = Int(owners.pointer[row])
      out[Int(place[group])] = UInt32(truncatingIfNeeded: row)
      place[group] &+= 1
    }
    let all =
      pieces.isEmpty
      ? try ColumnVector.nulls(type: type.listElement, count: 0) : try kernels.concatenate(pieces)
    let child = try kernels.gather(all, rows: out, count: rows)
    let validity = try Bitmap.packing(valid.pointer, count: groups, tracker: kernels.tracker)
    return ColumnVector(
      type: type,
      flat: FlatColumn(
        count: groups, validity: validity,
        values: .list(ListValues(offsets: offsets, child: child))))
  }
}
