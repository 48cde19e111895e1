import LakeCore

/// Aggregates that have to see all values of a group at once: the values are kept, and looked at in
/// the order of the rows when all are there.
final class CollectingAccumulator: Accumulator {
  /// Makes the results of all groups.
  typealias Finish = (CollectedRows, _ type: DataType, Kernels) throws -> ColumnVector

  private let call: AggregateCall
  private let kernels: Kernels
  private let finish: Finish
  /// Rows in which this argument is null are not kept; nil where all are.
  private let required: Int?
  private var kept: OwnedRows

  init(_ call: AggregateCall, required: Int?, _ kernels: Kernels, _ finish: @escaping Finish) {
    self.call = call
    self.required = required
    self.kernels = kernels
    self.finish = finish
    kept = OwnedRows(types: call.arguments.map(\.type), kernels)
  }

  func reserve(groups: Int) throws {}

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let required, let valid = try arguments[required].rowValidity(kernels) else {
      return try kept.append(groups, count: count, arguments)
    }
    var rows = try RawArray<UInt32>(count: count, tracker: kernels.tracker)
    rows.count = 0
    for row in 0..<count where valid[row] {
      rows.pointer[rows.count] = UInt32(truncatingIfNeeded: row)
      rows.count += 1
    }
    try kept.append(groups, rows: rows.pointer, count: rows.count, arguments)
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? CollectingAccumulator else { return }
    try kept.append(other.kept, groups)
  }

  var keptBytes: Int { kept.heldBytes }
  var stateWidth: Int { kept.width }

  func state(groups: Int) throws -> [ColumnVector] { try kept.lists(groups: groups) }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    let rows = try ListedRows(state, groups, count: count, kernels)
    try kept.append(rows.owners.pointer, count: rows.count, rows.columns)
  }

  func finish(groups: Int) throws -> ColumnVector {
    guard kept.count > 0 else { return try .nulls(type: call.type, count: groups) }
    let rows = CollectedRows(
      columns: try kept.columns(), groups: try kept.grouped(groups: groups))
    return try finish(rows, call.type, kernels)
  }
}

/// The values that an aggregate has kept.
struct CollectedRows {
  /// The arguments.
  let columns: [ColumnVector]
  /// The rows of each group, in order.
  let groups: GroupedRows
}
