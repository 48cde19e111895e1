import LakeCore
import LakeSQL

/// Implicit casts. Literals adapt to what they meet; everything else follows `TypeCoercion`.
extension ExpressionBinder {
  func compare(
    _ how: Comparison, _ a: BoundExpression, _ b: BoundExpression, _ origin: Origin
  ) throws -> BoundExpression {
    guard let (left, right) = try unified(a, b, origin) else {
      throw mismatch(how, a, b, origin)
    }
    if !left.type.isOrderable, how.isAnOrder {
      throw binder.error("values of type \(left.type) have no order", origin)
    }
    return BoundExpression(
      .compare(how, left, right), .boolean, place: binder.source.place(of: origin))
  }

  private func mismatch(
    _ how: Comparison, _ a: BoundExpression, _ b: BoundExpression, _ origin: Origin
  ) -> LakeError {
    binder.error(
      "cannot compare \(a.type) with \(b.type): \(binder.source.line(of: origin))", origin,
      hint: mismatchHint(a.type, b.type))
  }

  private func mismatchHint(_ a: DataType, _ b: DataType) -> String {
    let (number, other) = a.isNumber ? (a, b) : (b, a)
    if number.isNumber, other == .timestamp || other == .date || other == .localTimestamp {
      return "A number of milliseconds becomes a timestamp by from_unixtime(x / 1000.0)."
    }
    if number.isNumber, other == .varchar {
      return "Write CAST(… AS \(number)) around the text, or TRY_CAST to get null where it is no"
        + " number."
    }
    return "Write CAST(… AS \(a)) around one of them."
  }

  /// Two expressions of one type; nil if there is none.
  func unified(
    _ a: BoundExpression, _ b: BoundExpression, _ origin: Origin
  ) throws -> (BoundExpression, BoundExpression)? {
    if a.type == b.type { return (a, b) }
    if a.isLiteral, !b.isLiteral, let adapted = try adapted(a, to: b.type, origin) {
      return (adapted, b)
    }
    if b.isLiteral, !a.isLiteral, let adapted = try adapted(b, to: a.type, origin) {
      return (a, adapted)
    }
    guard let type = TypeCoercion.common(a.type, b.type) else { return nil }
    return (coerced(a, to: type), coerced(b, to: type))
  }

  /// Several expressions of one type, for CASE, COALESCE, IN and VALUES.
  func unified(
    _ all: [BoundExpression], _ what: String, _ origin: Origin
  ) throws -> [BoundExpression] {
    let settled = all.filter { !$0.isLiteral }
    var type = DataType.unseen
    for expression in settled.isEmpty ? all : settled {
      guard let common = TypeCoercion.common(type, expression.type) else {
        throw binder.error(
          "the values of \(what) have different types, \(type) and \(expression.type)", origin,
          hint: "Write CAST(… AS \(type)) around one of them.")
      }
      type = common
    }
    for literal in all where literal.isLiteral && !settled.isEmpty {
      if try adapted(literal, to: type, origin) != nil { continue }
      guard let common = TypeCoercion.common(type, literal.type) else {
        throw binder.error(
          "the values of \(what) have different types, \(type) and \(literal.type)", origin,
          hint: mismatchHint(type, literal.type))
      }
      type = common
    }
    return try all.map { try adapted($0, to: type, origin) ?? coerced($0, to: type) }
  }

  /// A literal as another type that its text or number fits; nil where it is none or does not.
  private func adapted(
    _ literal: BoundExpression, to type: DataType, _ origin: Origin
  ) throws -> BoundExpression? {
    guard case .literal(let value) = literal.node else { return nil }
    switch (value, type) {
    case (.null, _): return BoundExpression(.literal(.null), type, place: literal.place)
    case (.int(let int), _) where literal.type.isInteger && type.isInteger:
      guard ColumnBuilder.accepts(.int(int), as: type) else { return nil }
      return BoundExpression(.literal(value), type, place: literal.place)
    case (.string(let text), .date), (.string(let text), .timestamp),
      (.string(let text), .localTimestamp), (.string(let text), .time), (.string(let text), .uuid):
      guard literal.type == .varchar else { return nil }
      return BoundExpression(
        .literal(try adapted(text, to: type, origin)), type, place: literal.place)
    default: return nil
    }
  }

  private func adapted(_ text: String, to type: DataType, _ origin: Origin) throws -> Value {
    if let value = Value.parsed(text, as: type) { return value }
    if type == .timestamp || type == .localTimestamp,
      case .int(let days)? = Value.parsed(text, as: .date)
    {
      let (micros, overflow) = days.multipliedReportingOverflow(by: 86_400_000_000)
      if !overflow { return .int(micros) }
    }
    throw binder.error("'\(text)' is no \(type)", origin)
  }

  /// The expression as a value of another type; the types have been found to fit.
  func coerced(_ expression: BoundExpression, to type: DataType) -> BoundExpression {
    if expression.type == type { return expression }
    if case .literal(.null) = expression.node {
      return BoundExpression(.literal(.null), type, place: expression.place)
    }
    if case .literal(.int(let int)) = expression.node, expression.type.isInteger {
      if type.isInteger {
        return BoundExpression(.literal(.int(int)), type, place: expression.place)
      }
      if type == .double, let double = Double(exactly: int) {
        return BoundExpression(.literal(.double(double)), type, place: expression.place)
      }
    }
    return BoundExpression(.cast(expression, .strict), type, place: expression.place)
  }
}

extension Comparison {
  fileprivate var isAnOrder: Bool {
    self == .less || self == .lessOrEqual || self == .greater || self == .greaterOrEqual
  }
}
