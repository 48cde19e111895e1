import LakeCore

/// Conditions as lists of what must hold.
extension BoundExpression {
  /// The parts of a condition that must all be true, in the order of evaluation.
  package var conjuncts: [BoundExpression] {
    switch node {
    case .and(let all): all.flatMap(\.conjuncts)
    case .literal(.bool(true)): []
    default: [self]
    }
  }

  /// One condition of several; nil for none.
  package static func all(of conjuncts: [BoundExpression]) -> BoundExpression? {
    if conjuncts.count < 2 { return conjuncts.first }
    return BoundExpression(.and(conjuncts), .boolean, place: conjuncts[0].place)
  }

  package static func any(of alternatives: [BoundExpression]) -> BoundExpression? {
    if alternatives.count < 2 { return alternatives.first }
    return BoundExpression(.or(alternatives), .boolean, place: alternatives[0].place)
  }
}

extension Plan {
  /// The plan behind conditions; itself where there are none.
  package func filtered(by conjuncts: [BoundExpression]) -> Plan {
    guard let condition = BoundExpression.all(of: conjuncts) else { return self }
    return .filter(self, condition)
  }
}
