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

  func state(groups: Int) throws -> [ColumnVector] { [try kept.vector(groups: groups)] }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    try add(groups, count: count, state)
  }

  func finish(groups: Int) throws -> ColumnVector { try kept.vector(groups: groups) }
}

/// array_agg: all values of a group, nulls too, in the order of the rows.
final class ListAccumulator: Accumulator {
  private let type: DataType
  private let kernels: Kernels
  private var kept: OwnedRows

  init(type: DataType, _ kernels: Kernels) {
    self.type = type
    self.kernels = kernels
    kept = OwnedRows(types: [type.listElement], kernels)
  }

  func reserve(groups: Int) throws {}

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    try kept.append(groups, count: count, Array(arguments.prefix(1)))
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? ListAccumulator else { return }
    try kept.append(other.kept, groups)
  }

  var keptBytes: Int { kept.heldBytes }

  func state(groups: Int) throws -> [ColumnVector] { try kept.lists(groups: groups) }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    let rows = try ListedRows(state, groups, count: count, kernels)
    try kept.append(rows.owners.pointer, count: rows.count, rows.columns)
  }

  func finish(groups: Int) throws -> ColumnVector {
    let grouped = try kept.grouped(groups: groups)
    let valid = try RawArray<UInt8>(count: (groups + 63) / 64 * 64, tracker: kernels.tracker)
    let offset = grouped.offsets.pointer(as: UInt32.self)
    for group in 0..<groups {
      valid.pointer[group] = offset[group] == offset[group &+ 1] ? 0 : 1
    }
    let validity = try Bitmap.packing(valid.pointer, count: groups, tracker: kernels.tracker)
    let all = try kept.columns()
    let child = try kernels.gather(all[0], rows: grouped.rows.pointer, count: kept.count)
    return ColumnVector(
      type: type,
      flat: FlatColumn(
        count: groups, validity: validity,
        values: .list(ListValues(offsets: grouped.offsets, child: child))))
  }
}
