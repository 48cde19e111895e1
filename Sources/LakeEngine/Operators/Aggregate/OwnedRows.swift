import LakeCore

/// Rows that an aggregate keeps until it has seen all of them, each with the group that it belongs
/// to.
struct OwnedRows {
  private let kernels: Kernels
  private let types: [DataType]
  private(set) var owners: RawArray<UInt32>
  /// Column by column, as the rows came.
  private var pieces: [[ColumnVector]]

  init(types: [DataType], _ kernels: Kernels) {
    self.types = types
    self.kernels = kernels
    owners = RawArray(tracker: kernels.tracker)
    pieces = types.map { _ in [] }
  }

  var count: Int { owners.count }
  private(set) var heldBytes = 0
  /// The number of columns.
  var width: Int { types.count }

  /// Appends rows of which row `i` belongs to group `groups[i]`.
  mutating func append(
    _ groups: UnsafePointer<UInt32>, count: Int, _ columns: [ColumnVector]
  ) throws {
    if count == 0 { return }
    for (index, column) in columns.enumerated() {
      try append(column, to: index)
    }
    try owners.reserve(owners.count + count)
    let target = owners.pointer + owners.count
    for row in 0..<count { target[row] = groups[row] }
    owners.count += count
  }

  /// Appends some of the rows.
  mutating func append(
    _ groups: UnsafePointer<UInt32>, rows: UnsafePointer<UInt32>, count: Int,
    _ columns: [ColumnVector]
  ) throws {
    if count == 0 { return }
    for (index, column) in columns.enumerated() {
      try append(try kernels.gather(column, rows: rows, count: count), to: index)
    }
    try owners.reserve(owners.count + count)
    let target = owners.pointer + owners.count
    for index in 0..<count { target[index] = groups[Int(rows[index])] }
    owners.count += count
  }

  /// Appends the rows of another one, whose group `g` is group `groups[g]` here.
  mutating func append(_ other: OwnedRows, _ groups: UnsafePointer<UInt32>) throws {
    for index in pieces.indices { pieces[index] += other.pieces[index] }
    heldBytes += other.heldBytes
    try owners.reserve(owners.count + other.count)
    let (from, target) = (other.owners.pointer, owners.pointer + owners.count)
    for row in 0..<other.count { target[row] = groups[Int(from[row])] }
    owners.count += other.count
  }

  private mutating func append(_ column: ColumnVector, to index: Int) throws {
    let kept = try kernels.compacted(column)
    pieces[index].append(kept)
    heldBytes += kept.heldBytes + (index == 0 ? 4 * kept.count : 0)
  }

  /// The rows as whole columns.
  func columns() throws -> [ColumnVector] {
    try zip(pieces, types).map { pieces, type in
      pieces.isEmpty ? try .nulls(type: type, count: 0) : try kernels.concatenate(pieces)
    }
  }

  /// The numbers of the rows by group, ascending in each.
  func grouped(groups: Int) throws -> GroupedRows {
    try GroupedRows(owners.pointer, count: count, groups: groups, kernels.tracker)
  }

  /// For each column a list of each group's values; empty where a group has none.
  func lists(groups: Int) throws -> [ColumnVector] {
    let grouped = try grouped(groups: groups)
    return try columns().map { column in
      let child = try kernels.gather(column, rows: grouped.rows.pointer, count: count)
      return ColumnVector(
        type: .array(column.type),
        flat: FlatColumn(
          count: groups, validity: nil,
          values: .list(ListValues(offsets: grouped.offsets, child: child))))
    }
  }
}

/// Numbers of rows by group.
struct GroupedRows: RandomAccessCollection {
  /// One more than there are groups.
  let offsets: Buffer
  let rows: RawArray<UInt32>
  let endIndex: Int

  var startIndex: Int { 0 }

  /// Row `i` belongs to group `owners[i]`.
  init(
    _ owners: UnsafePointer<UInt32>, count: Int, groups: Int, _ tracker: MemoryTracker?
  ) throws {
    guard count < Int(UInt32.max) else {
      throw LakeError(.limitExceeded, "an aggregate has to keep \(count) values together")
    }
    let places = try RawArray<UInt32>(count: groups + 1, tracker: tracker)
    offsets = try Buffer(byteCount: (groups + 1) * 4, tracker: tracker)
    rows = try RawArray(count: count, tracker: tracker)
    endIndex = groups
    let (offset, place, out) = (
      offsets.pointer(as: UInt32.self), places.pointer, rows.pointer
    )
    for group in 0...groups { offset[group] = 0 }
    for row in 0..<count { offset[Int(owners[row]) &+ 1] &+= 1 }
    for group in 0..<groups { offset[group &+ 1] &+= offset[group] }
    for group in 0...groups { place[group] = offset[group] }
    for row in 0..<count {
      let group = Int(owners[row])
      out[Int(place[group])] = UInt32(truncatingIfNeeded: row)
      place[group] &+= 1
    }
  }

  /// The rows of a group; valid for as long as this value is held.
  subscript(group: Int) -> UnsafeBufferPointer<UInt32> {
    let offset = offsets.pointer(as: UInt32.self)
    let (start, end) = (Int(offset[group]), Int(offset[group + 1]))
    return UnsafeBufferPointer(start: UnsafePointer(rows.pointer) + start, count: end - start)
  }
}

/// The values in lists of groups, as `OwnedRows.lists` has made them, one behind the other.
struct ListedRows {
  let owners: RawArray<UInt32>
  let columns: [ColumnVector]

  var count: Int { owners.count }

  /// List `i` is that of group `groups[i]`.
  init(
    _ lists: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int, _ kernels: Kernels
  ) throws {
    var owners = RawArray<UInt32>(tracker: kernels.tracker)
    var columns: [ColumnVector] = []
    for (index, list) in lists.enumerated() {
      let input = try ListInput(list, kernels)
      var elements = RawArray<UInt32>(tracker: kernels.tracker)
      for row in 0..<count {
        let range = input.range(row)
        try elements.reserve(elements.count + range.count)
        let out = elements.pointer + elements.count
        for place in 0..<range.count {
          out[place] = UInt32(truncatingIfNeeded: range.lowerBound &+ place)
        }
        elements.count += range.count
        if index > 0 { continue }
        try owners.reserve(elements.count)
        for place in owners.count..<elements.count { owners.pointer[place] = groups[row] }
        owners.count = elements.count
      }
      columns.append(
        try kernels.gather(input.child, rows: elements.pointer, count: elements.count))
    }
    self.owners = owners
    self.columns = columns
  }
}
