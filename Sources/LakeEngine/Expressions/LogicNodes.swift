import LakeCore

/// AND and OR over any number of members.
///
/// The first member that is false ends an AND for its row: what comes after is evaluated for the
/// other rows only, so that `x <> 0 AND 1 / x > 2` never divides by zero.
final class LogicNode: EvaluationNode {
  private let isAnd: Bool
  private let members: [EvaluationNode]
  override var canFail: Bool { members.contains { $0.canFail } }

  init(isAnd: Bool, _ members: [EvaluationNode], _ kernels: Kernels) {
    self.isAnd = isAnd
    self.members = members
    super.init(.boolean, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    guard var answer = try members.first?.evaluate(frame) else {
      return try .constant(.boolean, .bool(isAnd), count: frame.rowCount)
    }
    var rest = frame
    for member in members.dropFirst() {
      if member.canFail {
        rest = rest.narrowed(to: try undecided(answer, within: rest.selection))
        if rest.isEmpty { return answer }
      }
      let next = try member.evaluate(rest)
      answer = isAnd ? try kernels.and(answer, next) : try kernels.or(answer, next)
    }
    return answer
  }

  /// The rows that a further member may change: those that are null, or true (false for OR).
  private func undecided(
    _ answer: ColumnVector, within selection: Selection?
  ) throws -> Selection {
    let open = isAnd ? answer : try kernels.not(answer)
    return try kernels.filter(kernels.or(open, kernels.isNull(answer)), within: selection)
  }

  override func selectTrue(_ frame: EvaluationFrame) throws -> Selection? {
    guard isAnd else { return try super.selectTrue(frame) }
    var rest = frame
    for member in members {
      rest = rest.narrowed(to: try member.selectTrue(rest))
      if rest.isEmpty { break }
    }
    return rest.selection
  }
}

final class NotNode: EvaluationNode {
  private let operand: EvaluationNode
  override var canFail: Bool { operand.canFail }

  init(_ operand: EvaluationNode, _ kernels: Kernels) {
    self.operand = operand
    super.init(.boolean, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    try kernels.not(operand.evaluate(frame))
  }
}

/// TRY: null in the rows in which anything inside fails.
final class AttemptNode: EvaluationNode {
  private let operand: EvaluationNode
  override var canFail: Bool { false }

  init(_ operand: EvaluationNode, _ kernels: Kernels) {
    self.operand = operand
    super.init(operand.type, kernels)
  }

  override func compute(_ frame: EvaluationFrame) throws -> ColumnVector {
    let log = FailureLog()
    let vector = try operand.evaluate(frame.logging(to: log))
    if log.failed.isEmpty { return vector }
    let kept = try Bitmap(repeating: true, count: frame.rowCount, tracker: kernels.tracker)
    let words = kept.words
    for row in log.failed { words[row >> 6] &= ~(1 << UInt64(row & 63)) }
    let answered = Bitmap(buffer: kept.buffer, count: frame.rowCount)
    let flat = try vector.flattened(kernels)
    let validity = try Bitmap.intersection(flat.validity, answered, tracker: kernels.tracker)
    return ColumnVector(type: type, flat: try kernels.withValidity(validity, flat))
  }
}
