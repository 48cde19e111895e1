import LakeCore

extension BoundExpression {
  /// The expression over rows whose columns stand behind `count` others.
  func shifted(by count: Int) -> BoundExpression {
    mapColumns { $0 + count }
  }

  /// The expression over rows whose columns have other places.
  func mapColumns(_ place: (Int) -> Int) -> BoundExpression {
    let node: Node =
      switch self.node {
      case .column(let index): .column(place(index))
      case .literal: self.node
      case .cast(let inner, let mode): .cast(inner.mapColumns(place), mode)
      case .compare(let comparison, let a, let b):
        .compare(comparison, a.mapColumns(place), b.mapColumns(place))
      case .and(let members): .and(members.map { $0.mapColumns(place) })
      case .or(let members): .or(members.map { $0.mapColumns(place) })
      case .not(let inner): .not(inner.mapColumns(place))
      case .isNull(let inner): .isNull(inner.mapColumns(place))
      case .isIn(let inner, let members):
        .isIn(inner.mapColumns(place), members.map { $0.mapColumns(place) })
      case .choose(let branches, let otherwise):
        .choose(
          branches.map {
            Branch(
              condition: $0.condition.mapColumns(place), result: $0.result.mapColumns(place))
          }, otherwise: otherwise?.mapColumns(place))
      case .coalesce(let members): .coalesce(members.map { $0.mapColumns(place) })
      case .attempt(let inner): .attempt(inner.mapColumns(place))
      case .member(let inner, let index): .member(inner.mapColumns(place), index)
      case .call(let function, let arguments):
        .call(function, arguments.map { $0.mapColumns(place) })
      }
    return BoundExpression(node, type, place: self.place)
  }
}
