import LakeCore

/// An expression whose names and types are settled: what the binder makes of a syntax tree, and
/// what is evaluated on batches.
///
/// Columns are numbered by their place in the rows of the input. Implicit casts have become nodes:
/// the two sides of a comparison, the branches of a CASE and the arguments of a function have the
/// types that their node needs. A node is null where SQL says that it is; only `isNull`, `choose`,
/// `coalesce`, `and`, `or`, distinct comparisons and some functions look at nulls themselves.
package struct BoundExpression: Sendable {
  package indirect enum Node: Sendable {
    /// A column of the input.
    case column(Int)
    case literal(Value)
    case cast(BoundExpression, CastMode)
    /// Two sides of one type.
    case compare(Comparison, BoundExpression, BoundExpression)
    /// Flat, so that long chains do not nest. At least two members.
    case and([BoundExpression])
    case or([BoundExpression])
    case not(BoundExpression)
    case isNull(BoundExpression)
    /// `x IN (a, b, …)` with members of x's type that depend on no column.
    case isIn(BoundExpression, [BoundExpression])
    /// CASE: the first branch whose condition is true. A branch is evaluated for its rows only.
    case choose([Branch], otherwise: BoundExpression?)
    case coalesce([BoundExpression])
    /// Null where the expression fails.
    case attempt(BoundExpression)
    /// A member of a row.
    case member(BoundExpression, Int)
    case call(ScalarFunction, [BoundExpression])
  }

  package struct Branch: Sendable {
    package let condition: BoundExpression
    package let result: BoundExpression

    package init(condition: BoundExpression, result: BoundExpression) {
      self.condition = condition
      self.result = result
    }
  }

  package let node: Node
  package let type: DataType
  /// Where it stands in the text of the statement, for the place of an error at run time.
  package var place: LakeError.Place?

  package init(_ node: Node, _ type: DataType, place: LakeError.Place? = nil) {
    self.node = node
    self.type = type
    self.place = place
  }

  package static func column(_ index: Int, _ type: DataType) -> BoundExpression {
    BoundExpression(.column(index), type)
  }

  package static func literal(_ value: Value, _ type: DataType) -> BoundExpression {
    BoundExpression(.literal(value), type)
  }
}
