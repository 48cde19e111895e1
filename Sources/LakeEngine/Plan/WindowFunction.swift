import LakeCore

extension WindowPlan {
  /// A function of a row and the rows around it, resolved to the types of its arguments.
  package struct Function: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
      case rowNumber = "row_number"
      case rank
      case denseRank = "dense_rank"
      case percentRank = "percent_rank"
      case cumeDist = "cume_dist"
      case ntile
      /// The value of a row before this one, of one behind it: value, distance, default.
      case lag
      case lead
      /// Of the rows of the frame: the first, the last, the n-th.
      case firstValue = "first_value"
      case lastValue = "last_value"
      case nthValue = "nth_value"
      /// An aggregate of the rows of the frame.
      case aggregate
    }

    package var kind: Kind
    /// Without those of an aggregate, which has its own.
    package var arguments: [BoundExpression]
    package var aggregate: AggregateCall?
    /// IGNORE NULLS.
    package var ignoresNulls: Bool
    package var frame: Frame
    /// Of the result.
    package var type: DataType

    package init(
      _ kind: Kind, _ arguments: [BoundExpression] = [], ignoresNulls: Bool = false,
      frame: Frame = .standard, type: DataType = .bigint
    ) {
      self.kind = kind
      self.arguments = arguments
      self.ignoresNulls = ignoresNulls
      self.frame = frame
      self.type = type
    }

    package init(_ aggregate: AggregateCall, frame: Frame) {
      self.init(.aggregate, frame: frame, type: aggregate.type)
      self.aggregate = aggregate
    }

    package static let rowNumber = Function(.rowNumber)
    package static let rank = Function(.rank)
    package static let denseRank = Function(.denseRank)

    /// As SQL calls it.
    package var name: String { aggregate?.function.rawValue ?? kind.rawValue }
  }

  /// Which rows of the partition a function looks at.
  package struct Frame: Sendable {
    package enum Unit: String, Sendable, CaseIterable {
      case rows = "ROWS"
      case range = "RANGE"
      case groups = "GROUPS"
    }

    package enum Bound: Sendable {
      case unboundedPreceding
      /// For ROWS and GROUPS a number of rows or of groups of equal rows.
      case preceding(BoundExpression)
      case currentRow
      case following(BoundExpression)
      case unboundedFollowing
      /// For RANGE: the value, computed for each row, that the values of the frame begin or end
      /// with.
      case value(BoundExpression)
    }

    package var unit: Unit
    package var start: Bound
    package var end: Bound

    package init(_ unit: Unit, start: Bound, end: Bound) {
      self.unit = unit
      self.start = start
      self.end = end
    }

    /// What holds where nothing is written: to the last row that is equal to this one.
    package static let standard = Frame(.range, start: .unboundedPreceding, end: .currentRow)

    package var isWhole: Bool {
      if case (.unboundedPreceding, .unboundedFollowing) = (start, end) { true } else { false }
    }
  }
}

extension WindowPlan.Frame.Bound {
  package var expression: BoundExpression? {
    switch self {
    case .preceding(let distance), .following(let distance), .value(let distance): distance
    case .unboundedPreceding, .currentRow, .unboundedFollowing: nil
    }
  }

  fileprivate func map(
    _ body: (BoundExpression) throws -> BoundExpression
  ) rethrows -> WindowPlan.Frame.Bound {
    switch self {
    case .preceding(let distance): .preceding(try body(distance))
    case .following(let distance): .following(try body(distance))
    case .value(let value): .value(try body(value))
    case .unboundedPreceding, .currentRow, .unboundedFollowing: self
    }
  }
}

extension WindowPlan.Function {
  /// The expressions in it, over the rows of the input.
  package var expressions: [BoundExpression] {
    arguments + (aggregate?.expressions ?? [])
      + [frame.start.expression, frame.end.expression].compactMap { $0 }
  }

  package func map(
    _ body: (BoundExpression) throws -> BoundExpression
  ) rethrows -> WindowPlan.Function {
    var result = self
    result.arguments = try arguments.map(body)
    result.aggregate = try aggregate.map { try $0.map(body) }
    result.frame.start = try frame.start.map(body)
    result.frame.end = try frame.end.map(body)
    return result
  }
}
