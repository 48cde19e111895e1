/// Walking over expressions.
extension Expression {
  /// The expressions directly below, in the order of the text as far as there is one. Queries below
  /// are not entered: they have names of their own. See `queries`.
  package var children: [Expression] {
    switch kind {
    case .literal, .parameter, .namedParameter, .name, .exists, .subquery: []
    case .unary(_, let a), .not(let a), .isNull(let a, _), .isTruth(let a, _, _),
      .isInQuery(let a, _, _), .quantified(_, let a, _, _), .cast(let a, _, _), .attempt(let a),
      .extract(_, let a), .member(let a, _), .lambda(_, let a):
      [a]
    case .binary(_, let a, let b), .compare(_, let a, let b), .isDistinct(let a, let b, _),
      .element(let a, let b), .atTimeZone(let a, let b):
      [a, b]
    case .and(let members), .or(let members), .concatenate(let members), .row(let members),
      .array(let members):
      members
    case .isInList(let a, let members, _): [a] + members
    case .between(let a, let low, let high, _): [a, low, high]
    case .like(let like): [like.value, like.pattern] + (like.escape.map { [$0] } ?? [])
    case .choose(let choice): choice.children
    case .call(let call): call.children
    }
  }

  /// The queries directly below: of a subquery, EXISTS, IN, ANY or ALL.
  package var queries: [Query] {
    switch kind {
    case .exists(let query), .subquery(let query), .isInQuery(_, let query, _),
      .quantified(_, _, _, let query):
      [query]
    default: []
    }
  }

  /// Calls a body with this expression and all below it, those above first. Where the body returns
  /// false, what is below is left out. Queries below are not entered.
  package func visit<Failure: Error>(
    _ body: (Expression) throws(Failure) -> Bool
  ) throws(Failure) {
    guard try body(self) else { return }
    for child in children { try child.visit(body) }
  }
}

extension CaseExpression {
  package var children: [Expression] {
    (operand.map { [$0] } ?? []) + branches.flatMap { [$0.condition, $0.result] }
      + (otherwise.map { [$0] } ?? [])
  }
}

extension FunctionCall {
  /// Arguments, ORDER BY, FILTER, and what the window is made of.
  package var children: [Expression] {
    var result = arguments + orderBy.map(\.expression) + (filter.map { [$0] } ?? [])
    if case .specification(let window)? = over { result += window.children }
    return result
  }
}

extension WindowSpecification {
  package var children: [Expression] {
    partitionBy + orderBy.map(\.expression)
      + (frame.map { $0.start.children + $0.end.children } ?? [])
  }
}

extension WindowFrame.Bound {
  package var children: [Expression] {
    switch self {
    case .preceding(let distance), .following(let distance): [distance]
    case .unboundedPreceding, .currentRow, .unboundedFollowing: []
    }
  }
}
