import LakeCore

/// Functions that are another way to write CASE, COALESCE and IS NULL: they evaluate an argument
/// for the rows that need it only, so they are nodes and no functions.
package enum Desugar {
  /// The names, in small letters, with how they are called.
  package static let catalogue: [(name: String, signature: String, description: String)] = [
    ("coalesce", "coalesce(x, …) → type of x", "The first argument that is not null"),
    ("if", "if(boolean, x[, y]) → type of x", "The second argument where the first is true"),
    ("ifnull", "ifnull(x, y) → type of x", "As coalesce"),
    ("isnull", "isnull(x) → boolean", "Whether the argument is null"),
    ("nullif", "nullif(x, y) → type of x", "Null where both are equal, else the first"),
    ("nvl", "nvl(x, y) → type of x", "As coalesce"),
    ("nvl2", "nvl2(x, y, z) → type of y", "The second where the first is not null, else the third"),
    ("try", "try(x) → type of x", "Null where the argument fails"),
  ]

  /// The expression that a call stands for; nil where it is none of these, or its arguments do not
  /// fit: `isKnown` tells which.
  package static func expand(
    _ name: String, _ arguments: [BoundExpression], place: LakeError.Place? = nil
  ) -> BoundExpression? {
    let expanded = expand(name.lowercased(), arguments)
    return expanded.map { BoundExpression($0.node, $0.type, place: place) }
  }

  package static func isKnown(_ name: String) -> Bool {
    let name = name.lowercased()
    return catalogue.contains { $0.name == name }
  }

  private static func expand(
    _ name: String, _ arguments: [BoundExpression]
  ) -> BoundExpression? {
    switch (name, arguments.count) {
    case ("coalesce", 1...), ("nvl", 2), ("ifnull", 2):
      return united(arguments).map { BoundExpression(.coalesce($0), $0[0].type) }
    case ("if", 2), ("if", 3):
      return choice(arguments[0], arguments[1], arguments.count == 3 ? arguments[2] : nil)
    case ("nvl2", 3):
      return choice(not(isNull(arguments[0])), arguments[1], arguments[2])
    case ("isnull", 1): return isNull(arguments[0])
    case ("nullif", 2): return nullIf(arguments[0], arguments[1])
    case ("try", 1): return BoundExpression(.attempt(arguments[0]), arguments[0].type)
    default: return nil
    }
  }

  private static func isNull(_ a: BoundExpression) -> BoundExpression {
    BoundExpression(.isNull(a), .boolean)
  }

  private static func not(_ a: BoundExpression) -> BoundExpression {
    BoundExpression(.not(a), .boolean)
  }

  /// The expression with another type, by a cast if need be.
  package static func cast(_ expression: BoundExpression, to type: DataType) -> BoundExpression {
    if expression.type == type { return expression }
    return BoundExpression(.cast(expression, .strict), type, place: expression.place)
  }

  /// All of one type; nil where they have none in common.
  package static func united(_ expressions: [BoundExpression]) -> [BoundExpression]? {
    var type = DataType.unseen
    for expression in expressions {
      guard let common = TypeCoercion.common(type, expression.type) else { return nil }
      type = common
    }
    return expressions.map { cast($0, to: type) }
  }

  private static func choice(
    _ condition: BoundExpression, _ result: BoundExpression, _ otherwise: BoundExpression?
  ) -> BoundExpression? {
    guard TypeCoercion.canCoerce(condition.type, to: .boolean),
      let results = united([result] + (otherwise.map { [$0] } ?? []))
    else { return nil }
    let branch = BoundExpression.Branch(
      condition: cast(condition, to: .boolean), result: results[0])
    return BoundExpression(
      .choose([branch], otherwise: results.count == 2 ? results[1] : nil), results[0].type)
  }

  /// The type stays that of the first, whatever both are compared as.
  private static func nullIf(_ a: BoundExpression, _ b: BoundExpression) -> BoundExpression? {
    guard let both = united([a, b]) else { return nil }
    let isEqual = BoundExpression(.compare(.equal, both[0], both[1]), .boolean)
    let branch = BoundExpression.Branch(
      condition: isEqual, result: BoundExpression(.literal(.null), a.type))
    return BoundExpression(.choose([branch], otherwise: a), a.type)
  }
}
