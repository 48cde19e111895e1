import LakeCore

/// CASE: each condition is evaluated for the rows that no branch has taken yet, each result for the
/// rows of its branch.
final class ChooseNode: EvaluationNode {
  private let branches: [(condition: EvaluationNode, result: EvaluationNode)]
  private let otherwise: EvaluationNode?

  override var canFail: Bool {
    branches.contains { $0.condition.canFail || $0.result.canFail } || otherwise?.canFail == true
  }

  init(
    _ branches: [(condition: EvaluationNode, result: EvaluationNode)],
    otherwise: EvaluationNode?, _ type: DataType, _ kernels: Kernels
  ) {
    self.branches = branches
    self.otherwise = otherwise
    super.init(type, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    var rest = frame
    var mosaic = try Mosaic(type: type, frame, kernels)
    for branch in branches {
      let condition = try branch.condition.evaluate(rest)
      let taken = rest.narrowed(to: try kernels.filter(condition, within: rest.selection))
      if taken.isEmpty { continue }
      try mosaic.place(branch.result.evaluate(taken), taken)
      rest = try rest.without(taken.selection, kernels)
      if rest.isEmpty { break }
    }
    if let otherwise, !rest.isEmpty { try mosaic.place(otherwise.evaluate(rest), rest) }
    return try mosaic.vector()
  }
}

/// COALESCE: each member is evaluated for the rows in which all before it are null.
final class CoalesceNode: EvaluationNode {
  private let members: [EvaluationNode]
  override var canFail: Bool { members.contains { $0.canFail } }

  init(_ members: [EvaluationNode], _ type: DataType, _ kernels: Kernels) {
    self.members = members
    super.init(type, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    var rest = frame
    var mosaic = try Mosaic(type: type, frame, kernels)
    for member in members {
      let vector = try member.evaluate(rest)
      let present = try kernels.filter(kernels.isNotNull(vector), within: rest.selection)
      try mosaic.place(vector, rest.narrowed(to: present))
      rest = try rest.without(present, kernels)
      if rest.isEmpty { break }
    }
    return try mosaic.vector()
  }
}

extension EvaluationFrame {
  /// The frame without some of its rows.
  func without(_ taken: Selection?, _ kernels: Kernels) throws -> EvaluationFrame {
    let buffer = try Buffer(byteCount: batch.selectedCount * 4, tracker: kernels.tracker)
    let out = buffer.pointer(as: UInt32.self)
    var kept = 0
    // `taken` ascends and is part of the frame, so one walk over both finds what is left.
    var next = 0
    let takenCount = taken?.count ?? rowCount
    let (rows, takenRows) = (selection?.pointer, taken?.pointer)
    for index in 0..<batch.selectedCount {
      let row = rows?[index] ?? UInt32(truncatingIfNeeded: index)
      let other = next < takenCount ? takenRows?[next] ?? UInt32(truncatingIfNeeded: next) : .max
      // One of the two goes on: which one is not for the processor to guess.
      out[kept] = row
      let isTaken = row == other
      next &+= isTaken ? 1 : 0
      kept &+= isTaken ? 0 : 1
    }
    return narrowed(to: Selection(rows: buffer, count: kept))
  }
}

/// A vector put together from vectors that each give some of the rows; null where none does.
struct Mosaic {
  private let type: DataType
  private let rowCount: Int
  /// How many rows have to be right.
  private let wanted: Int
  private let kernels: Kernels
  /// The pieces one after the other; the first is one null.
  private var pieces: [ColumnVector]
  private var pieceRows = 1
  /// For each row its place among the rows of all pieces.
  private let places: Buffer
  /// What gave all rows by itself.
  private var whole: ColumnVector?

  init(type: DataType, _ frame: EvaluationFrame, _ kernels: Kernels) throws {
    self.type = type
    rowCount = frame.rowCount
    wanted = frame.batch.selectedCount
    self.kernels = kernels
    pieces = [try .nulls(type: type, count: 1)]
    places = try Buffer(byteCount: rowCount * 4, tracker: kernels.tracker)
    places.base.initializeMemory(as: UInt8.self, repeating: 0, count: rowCount * 4)
  }

  /// Takes the frame's rows from a vector of all rows of the batch.
  mutating func place(_ vector: ColumnVector, _ frame: EvaluationFrame) throws {
    let count = frame.batch.selectedCount
    if count == 0 { return }
    if count == wanted {
      whole = vector
      return
    }
    let selection = frame.selection
    let out = places.pointer(as: UInt32.self)
    let isConstant: Bool
    if case .constant(let one) = vector.form {
      pieces.append(ColumnVector(type: type, flat: one))
      isConstant = true
    } else {
      let piece = try selection.map { try kernels.gather(vector, $0) } ?? vector
      pieces.append(piece)
      isConstant = false
    }
    for index in 0..<count {
      let row = selection.map { Int($0.pointer[index]) } ?? index
      out[row] = UInt32(truncatingIfNeeded: pieceRows + (isConstant ? 0 : index))
    }
    pieceRows += isConstant ? 1 : count
  }

  func vector() throws -> ColumnVector {
    if let whole { return whole }
    let all = try kernels.concatenate(pieces)
    return try kernels.gather(
      all, rows: UnsafePointer(places.pointer(as: UInt32.self)), count: rowCount)
  }
}
