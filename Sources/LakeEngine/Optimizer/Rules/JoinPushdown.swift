import LakeCore

/// Where the conditions above a join, and those of its own, go: to the left, to the right, into its
/// keys, into its residual, or nowhere.
struct JoinPushdown {
  private var join: JoinPlan
  private let leftCount: Int
  private var left: [BoundExpression] = []
  private var right: [BoundExpression] = []
  private var residual: [BoundExpression] = []
  private var above: [BoundExpression] = []

  init(_ join: JoinPlan, _ conditions: [BoundExpression]) {
    self.join = join
    leftCount = join.left.columnCount
    becomeInner(conditions)
    for condition in conditions { place(filter: condition) }
    for condition in join.residual?.conjuncts ?? [] { place(residual: condition) }
    copyAcrossKeys()
  }

  /// The join, its sides rewritten by `push`, behind what stays above it.
  func plan(_ push: ([BoundExpression], Plan) -> Plan) -> Plan {
    var result = join
    result.left = push(left, join.left)
    result.right = push(right, join.right)
    result.residual = BoundExpression.all(of: residual)
    return Plan.join(result).filtered(by: above)
  }

  /// A left join whose unmatched rows are thrown away by a condition above is an inner join.
  private mutating func becomeInner(_ conditions: [BoundExpression]) {
    guard join.kind == .left else { return }
    let rightColumns = Set(leftCount..<leftCount + join.right.columnCount)
    if conditions.contains(where: { $0.rejectsNulls(of: rightColumns) }) { join.kind = .inner }
  }

  private mutating func place(filter condition: BoundExpression) {
    if join.kind == .inner, condition.isDeterministic, addKey(condition) { return }
    // What can fail must not see rows that the join removes.
    guard !condition.canFail, condition.isDeterministic else { return above.append(condition) }
    switch side(of: condition) {
    case .left: left.append(condition)
    case .right where join.kind == .inner: right.append(condition.shifted(by: -leftCount))
    case .both where join.kind == .inner: residual.append(condition)
    default: above.append(condition)
    }
  }

  private mutating func place(residual condition: BoundExpression) {
    if join.kind != .nullAwareAnti, condition.isDeterministic, addKey(condition) { return }
    guard !condition.canFail, condition.isDeterministic else { return residual.append(condition) }
    switch side(of: condition) {
    case .left where join.kind == .inner || join.kind == .semi: left.append(condition)
    case .right: right.append(condition.shifted(by: -leftCount))
    default: residual.append(condition)
    }
  }

  /// Takes an equation of one side with the other for a key.
  private mutating func addKey(_ condition: BoundExpression) -> Bool {
    guard case .compare(.equal, let a, let b) = condition.node else { return false }
    switch (side(of: a), side(of: b)) {
    case (.left, .right): join.keys.append((a, b.shifted(by: -leftCount)))
    case (.right, .left): join.keys.append((b, a.shifted(by: -leftCount)))
    default: return false
    }
    return true
  }

  private enum Side { case left, right, both, none }

  private func side(of expression: BoundExpression) -> Side {
    let columns = expression.columns
    if columns.isEmpty { return .none }
    if columns.allSatisfy({ $0 < leftCount }) { return .left }
    return columns.allSatisfy { $0 >= leftCount } ? .right : .both
  }

  /// What holds for a key of one side holds for the key of the other, where only matches count.
  private mutating func copyAcrossKeys() {
    var toRight: [Int: BoundExpression] = [:]
    var toLeft: [Int: BoundExpression] = [:]
    for key in join.keys where !key.left.type.hasEqualsThatDiffer {
      guard let l = key.left.columnIndex, let r = key.right.columnIndex else { continue }
      toRight[l] = key.right
      toLeft[r] = key.left
    }
    let (fromLeft, fromRight) = (left, right)
    if join.kind != .nullAwareAnti { right += copies(fromLeft, toRight, except: fromRight) }
    if join.kind == .inner || join.kind == .semi {
      left += copies(fromRight, toLeft, except: fromLeft)
    }
  }

  private func copies(
    _ conditions: [BoundExpression], _ columns: [Int: BoundExpression],
    except known: [BoundExpression]
  ) -> [BoundExpression] {
    conditions.compactMap { condition in
      let read = condition.columns
      guard !read.isEmpty, read.allSatisfy({ columns[$0] != nil }) else { return nil }
      let copy = condition.mapColumns { index, column in columns[index] ?? column }
      return known.contains { $0.isSame(as: copy) } ? nil : copy
    }
  }
}

extension DataType {
  /// Whether two values can be equal and yet be told apart: 0 and −0.
  fileprivate var hasEqualsThatDiffer: Bool { self == .real || self == .double || isNested }
}
