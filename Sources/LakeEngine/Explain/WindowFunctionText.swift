import LakeCore

extension WindowPlan.Function {
  /// The call as a plan shows it: `sum(x) rows from 2 preceding to current row`.
  func text(_ names: [String]) -> String {
    let shown = arguments.map { ExpressionText.text($0, names) }.joined(separator: ", ")
    var text = aggregate?.text(names) ?? "\(name)(\(shown))"
    if ignoresNulls { text += " ignore nulls" }
    if case (.range, .unboundedPreceding, .currentRow) = (frame.unit, frame.start, frame.end) {
      return text
    }
    if kind != .aggregate, kind != .firstValue, kind != .lastValue, kind != .nthValue {
      return text
    }
    return text + " \(frame.unit.rawValue.lowercased()) from"
      + " \(frame.start.text(names)) to \(frame.end.text(names))"
  }
}

extension WindowPlan.Frame.Bound {
  fileprivate func text(_ names: [String]) -> String {
    switch self {
    case .unboundedPreceding: "the first"
    case .unboundedFollowing: "the last"
    case .currentRow: "current row"
    case .preceding(let distance): "\(ExpressionText.text(distance, names)) preceding"
    case .following(let distance): "\(ExpressionText.text(distance, names)) following"
    case .value(let value): ExpressionText.text(value, names)
    }
  }
}
