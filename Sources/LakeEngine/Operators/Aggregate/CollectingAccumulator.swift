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
  private var pieces: [[ColumnVector]]
  private var owners: RawArray<UInt32>

  init(_ call: AggregateCall, required: Int?, _ kernels: Kernels, _ finish: @escaping Finish) {
    self.call = call
    self.required = required
    self.kernels = kernels
    self.finish = finish
    pieces = call.arguments.map { _ in [] }
    owners = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws {}

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    if count == 0 { return }
    guard let required, let valid = try arguments[required].rowValidity(kernels) else {
      for (index, argument) in arguments.enumerated() {
        pieces[index].append(try kernels.compacted(argument))
      }
      for row in 0..<count { try owners.append(groups[row]) }
      return
    }
    let rows = (0..<count).filter { valid[$0] }.map { UInt32(truncatingIfNeeded: $0) }
    if rows.isEmpty { return }
    for (index, argument) in arguments.enumerated() {
      pieces[index].append(try kernels.compacted(try kernels.gather(argument, rows)))
    }
    for row in rows { try owners.append(groups[Int(row)]) }
  }

  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let other = other as? CollectingAccumulator else { return }
    for index in pieces.indices { pieces[index] += other.pieces[index] }
    for row in 0..<other.owners.count {
      try owners.append(groups[Int(other.owners.pointer[row])])
    }
  }

  func finish(groups: Int) throws -> ColumnVector {
    guard owners.count > 0 else { return try .nulls(type: call.type, count: groups) }
    guard owners.count < Int(UInt32.max) else {
      throw LakeError(
        .limitExceeded, "\(call.function.rawValue) has to keep \(owners.count) values together")
    }
    let columns = try pieces.map { try kernels.concatenate($0) }
    var rows: [[UInt32]] = Array(repeating: [], count: groups)
    for row in 0..<owners.count {
      rows[Int(owners.pointer[row])].append(UInt32(truncatingIfNeeded: row))
    }
    return try finish(CollectedRows(columns: columns, groups: rows), call.type, kernels)
  }
}

/// The values that an aggregate has kept.
struct CollectedRows {
  /// The arguments.
  let columns: [ColumnVector]
  /// The rows of each group, in order.
  let groups: [[UInt32]]
}
