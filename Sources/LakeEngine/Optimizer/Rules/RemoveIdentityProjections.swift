import LakeCore

/// A projection that gives its input as it is goes away, and two projections become one where that
/// computes nothing twice.
struct RemoveIdentityProjections: NodeRule {
  let name = "remove-identity-projections"

  func rewriteNode(_ plan: Plan) throws -> Plan {
    guard case .project(let input, let outputs) = plan else { return plan }
    if isIdentity(outputs, input.schema) { return input }
    guard case .project(let below, let inner) = input, mayMerge(outputs, inner) else { return plan }
    let expressions = inner.map(\.expression)
    let merged = outputs.map { OutputColumn($0.name, $0.expression.substituting(expressions)) }
    return try rewriteNode(.project(below, merged))
  }

  private func isIdentity(_ outputs: [OutputColumn], _ input: Schema) -> Bool {
    outputs.count == input.count
      && outputs.enumerated().allSatisfy { index, output in
        output.expression.columnIndex == index && output.name == input.fields[index].name
      }
  }

  /// Whether each computed column is read at most once, so that the merged projection does no more
  /// than the two did. A column that nobody reads must not be one that can fail.
  private func mayMerge(_ outputs: [OutputColumn], _ inner: [OutputColumn]) -> Bool {
    var uses = [Int](repeating: 0, count: inner.count)
    for output in outputs { output.expression.countColumns(&uses) }
    return zip(uses, inner).allSatisfy { count, column in
      column.expression.isTrivial || count == 1 && column.expression.isDeterministic
        || count == 0 && column.expression.isDeterministic
    }
  }
}

extension BoundExpression {
  /// Whether it costs nothing to have it twice.
  var isTrivial: Bool {
    switch node {
    case .column, .literal: true
    default: false
    }
  }

  func countColumns(_ uses: inout [Int]) {
    if case .column(let index) = node {
      uses[index] += 1
    } else {
      for child in children { child.countColumns(&uses) }
    }
  }
}
