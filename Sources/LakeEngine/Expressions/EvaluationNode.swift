import LakeCore

/// One node of a compiled expression.
///
/// A node gives a vector of all rows of the batch. Only the frame's selected rows have to be right,
/// and only they may fail; nodes that evaluate a part for some rows (AND, CASE, COALESCE) narrow
/// the frame first.
class EvaluationNode {
  let kernels: Kernels
  let type: DataType

  init(_ type: DataType, _ kernels: Kernels) {
    self.type = type
    self.kernels = kernels
  }

  /// Whether a row may fail. Where nothing can, nothing has to be narrowed.
  var canFail: Bool { true }

  /// Whether all batches have the same constant.
  var isLiteral: Bool { false }

  final func evaluate(_ frame: EvaluationFrame) throws -> ColumnVector {
    if frame.isEmpty { return try .nulls(type: type, count: frame.rowCount) }
    return try compute(frame)
  }

  /// For a frame with at least one row.
  func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    preconditionFailure("a node without an evaluation")
  }

  /// The frame's rows for which a boolean node is true; nil is all of the batch.
  func selectTrue(_ frame: EvaluationFrame) throws -> Selection? {
    try kernels.filter(try evaluate(frame), within: frame.selection)
  }
}

extension EvaluationNode {
  /// The tree of an expression. As deep as the expression, whose depth the parser caps.
  static func compile(
    _ expression: BoundExpression, _ context: EvaluationContext
  ) -> EvaluationNode {
    let (type, kernels, place) = (expression.type, context.kernels, expression.place)
    let node = { (child: BoundExpression) in compile(child, context) }
    switch expression.node {
    case .column(let index): return ColumnNode(index, type, kernels)
    case .literal(let value): return LiteralNode(value, type, kernels, place)
    case .cast(let operand, let mode):
      return CastNode(node(operand), mode, type, kernels, place)
    case .compare(let comparison, let left, let right):
      return CompareNode(comparison, node(left), node(right), kernels, place)
    case .and(let members): return LogicNode(isAnd: true, members.map(node), kernels)
    case .or(let members): return LogicNode(isAnd: false, members.map(node), kernels)
    case .not(let operand): return NotNode(node(operand), kernels)
    case .isNull(let operand): return IsNullNode(node(operand), kernels)
    case .isIn(let operand, let members):
      return InNode(node(operand), members.map(node), kernels, place)
    case .choose(let branches, let otherwise):
      let compiled = branches.map { (condition: node($0.condition), result: node($0.result)) }
      return ChooseNode(compiled, otherwise: otherwise.map(node), type, kernels)
    case .coalesce(let members): return CoalesceNode(members.map(node), type, kernels)
    case .attempt(let operand): return AttemptNode(node(operand), kernels)
    case .member(let operand, let index):
      return MemberNode(node(operand), index, type, kernels)
    case .call(let function, let arguments):
      return CallNode(function, arguments.map(node), type, context, place)
    }
  }
}

/// A column of the batch.
final class ColumnNode: EvaluationNode {
  private let index: Int
  override var canFail: Bool { false }

  init(_ index: Int, _ type: DataType, _ kernels: Kernels) {
    self.index = index
    super.init(type, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    precondition(index < frame.batch.columns.count, "a column that the batch does not have")
    return frame.batch.columns[index]
  }
}

/// One value for all rows.
final class LiteralNode: EvaluationNode {
  private let value: Value
  private let place: LakeError.Place?
  private var column: FlatColumn?
  override var canFail: Bool { false }
  override var isLiteral: Bool { true }

  init(_ value: Value, _ type: DataType, _ kernels: Kernels, _ place: LakeError.Place?) {
    self.value = value
    self.place = place
    super.init(type, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    if let column { return ColumnVector(type: type, constant: column, count: frame.rowCount) }
    let made = try ColumnVector.of(type, [value]).flattened()
    column = made
    return ColumnVector(type: type, constant: made, count: frame.rowCount)
  }
}

final class CastNode: EvaluationNode {
  private let operand: EvaluationNode
  private let mode: CastMode
  private let place: LakeError.Place?
  private var memo = DictionaryMemo()
  override var canFail: Bool { operand.canFail || mode == .strict }

  init(
    _ operand: EvaluationNode, _ mode: CastMode, _ type: DataType, _ kernels: Kernels,
    _ place: LakeError.Place?
  ) {
    self.operand = operand
    self.mode = mode
    self.place = place
    super.init(type, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    let vector = try operand.evaluate(frame)
    return try frame.settled(kernels.cast(vector, to: type, mode, memo: &memo), at: place)
  }
}

final class CompareNode: EvaluationNode {
  private let comparison: Comparison
  private let left: EvaluationNode
  private let right: EvaluationNode
  private let place: LakeError.Place?
  private var memo = DictionaryMemo()
  override var canFail: Bool { left.canFail || right.canFail || left.type.isNested }

  init(
    _ comparison: Comparison, _ left: EvaluationNode, _ right: EvaluationNode, _ kernels: Kernels,
    _ place: LakeError.Place?
  ) {
    self.comparison = comparison
    self.left = left
    self.right = right
    self.place = place
    super.init(.boolean, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    let (a, b) = (try left.evaluate(frame), try right.evaluate(frame))
    // A constant that is not the expression's own may be another one in the next batch.
    guard left.isLiteral || right.isLiteral else {
      return try frame.settled(kernels.compare(comparison, a, b), at: place)
    }
    return try frame.settled(kernels.compare(comparison, a, b, memo: &memo), at: place)
  }
}

final class IsNullNode: EvaluationNode {
  private let operand: EvaluationNode
  override var canFail: Bool { operand.canFail }

  init(_ operand: EvaluationNode, _ kernels: Kernels) {
    self.operand = operand
    super.init(.boolean, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    try kernels.isNull(operand.evaluate(frame))
  }
}

/// A member of a row: null where the row is.
final class MemberNode: EvaluationNode {
  private let operand: EvaluationNode
  private let index: Int
  override var canFail: Bool { operand.canFail }

  init(_ operand: EvaluationNode, _ index: Int, _ type: DataType, _ kernels: Kernels) {
    self.operand = operand
    self.index = index
    super.init(type, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    let vector = try operand.evaluate(frame)
    if case .constant(let one) = vector.form {
      let member = try member(of: one)
      return ColumnVector(
        type: type, constant: try member.flattened(kernels), count: vector.count)
    }
    return try member(of: vector.flattened(kernels))
  }

  private func member(of column: FlatColumn) throws -> ColumnVector {
    guard case .row(let members) = column.values else {
      return try .nulls(type: type, count: column.count)
    }
    guard let outer = column.validity else { return members[index] }
    let flat = try members[index].flattened(kernels)
    let validity = try Bitmap.intersection(outer, flat.validity, tracker: kernels.tracker)
    return ColumnVector(type: type, flat: try kernels.withValidity(validity, flat))
  }
}
