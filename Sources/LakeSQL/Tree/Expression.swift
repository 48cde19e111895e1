import LakeCore

/// What has a value. Parentheses are not in the tree: the printer puts them where they are needed.
///
/// An expression is at most `SQLParser.heightMax` levels deep, so that recursion over it is safe.
package struct Expression: SyntaxNode {
  package indirect enum Kind: Sendable, Hashable {
    case literal(Literal)
    /// A `?`, numbered from 0 in its statement.
    case parameter(Int)
    /// `:name`.
    case namedParameter(Identifier)
    /// `a`, `t.a`, `zone.t.a.field`: which part is what is the binder's matter.
    case name(QualifiedName)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case compare(ComparisonOperator, Expression, Expression)
    /// Flat: `a AND b AND c` has three members. At least two; the same holds for the next two.
    case and([Expression])
    case or([Expression])
    /// `a || b || c`.
    case concatenate([Expression])
    case not(Expression)
    /// `x IS [NOT] NULL`.
    case isNull(Expression, isNegated: Bool)
    /// `x IS [NOT] TRUE`; nil stands for UNKNOWN.
    case isTruth(Expression, Bool?, isNegated: Bool)
    /// `a IS DISTINCT FROM b`; negated `a IS NOT DISTINCT FROM b`, also written `a <=> b`.
    case isDistinct(Expression, Expression, isNegated: Bool)
    /// `x [NOT] IN (a, b)` with one member or more.
    case isInList(Expression, [Expression], isNegated: Bool)
    case isInQuery(Expression, Query, isNegated: Bool)
    case between(Expression, low: Expression, high: Expression, isNegated: Bool)
    case like(LikeExpression)
    case exists(Query)
    /// `x = ANY (query)`, `x > ALL (query)`.
    case quantified(ComparisonOperator, Expression, Quantifier, Query)
    case choose(CaseExpression)
    /// `CAST(x AS type)`, `x::type`; `TRY_CAST`.
    case cast(Expression, TypeName, isTry: Bool)
    /// `TRY(x)`.
    case attempt(Expression)
    case call(FunctionCall)
    /// `EXTRACT(field FROM x)`.
    case extract(Identifier, Expression)
    /// `a[1]`.
    case element(Expression, Expression)
    /// A member of what is no plain name: `a[1].city`, `(f(x)).city`.
    case member(Expression, Identifier)
    /// `ROW(a, b)`, `(a, b)`.
    case row([Expression])
    /// `ARRAY[a, b]`.
    case array([Expression])
    /// `x AT TIME ZONE zone`.
    case atTimeZone(Expression, Expression)
    /// `x -> x + 1`, `(a, b) -> a + b`: an argument of a function, and nothing else.
    case lambda([Identifier], Expression)
    /// A query of one column and at most one row.
    case subquery(Query)
  }

  package var kind: Kind
  package var origin: Origin

  package init(_ kind: Kind, origin: Origin = .none) {
    self.kind = kind
    self.origin = origin
  }
}

package enum UnaryOperator: String, Sendable, Hashable, CaseIterable {
  case minus = "-"
  case plus = "+"
}

package enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
}

package enum ComparisonOperator: String, Sendable, Hashable, CaseIterable {
  /// Also written `==`.
  case equal = "="
  /// Also written `!=`.
  case notEqual = "<>"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

package enum Quantifier: String, Sendable, Hashable, CaseIterable {
  /// Also written SOME.
  case any = "ANY"
  case all = "ALL"
}

/// `x [NOT] LIKE pattern [ESCAPE c]`.
package struct LikeExpression: Sendable, Hashable {
  package var value: Expression
  package var pattern: Expression
  package var escape: Expression?
  package var isNegated: Bool
  /// `ILIKE`.
  package var ignoresCase: Bool

  package init(
    _ value: Expression, _ pattern: Expression, escape: Expression? = nil, isNegated: Bool = false,
    ignoresCase: Bool = false
  ) {
    self.value = value
    self.pattern = pattern
    self.escape = escape
    self.isNegated = isNegated
    self.ignoresCase = ignoresCase
  }
}

/// `CASE [operand] WHEN … THEN … [ELSE …] END`, with one branch or more.
package struct CaseExpression: Sendable, Hashable {
  package struct Branch: Sendable, Hashable {
    package var condition: Expression
    package var result: Expression

    package init(when condition: Expression, then result: Expression) {
      self.condition = condition
      self.result = result
    }
  }

  /// If there is one, the conditions are values that it is compared with.
  package var operand: Expression?
  package var branches: [Branch]
  package var otherwise: Expression?

  package init(_ operand: Expression?, branches: [Branch], otherwise: Expression?) {
    self.operand = operand
    self.branches = branches
    self.otherwise = otherwise
  }
}

/// A type that stands in the text.
package struct TypeName: SyntaxNode {
  package var type: DataType
  package var origin: Origin

  package init(_ type: DataType, origin: Origin = .none) {
    self.type = type
    self.origin = origin
  }
}
