import LakeCore

/// One aggregate of a GROUP BY, resolved to the types of its arguments.
package struct AggregateCall: Sendable {
  package enum Function: String, Sendable, CaseIterable {
    /// Without an argument, of rows; with one, of values that are not null.
    case count
    case countIf = "count_if"
    case sum
    case average = "avg"
    case minimum = "min"
    case maximum = "max"
    case minimumBy = "min_by"
    case maximumBy = "max_by"
    /// The first value that is not null, in the order of the rows.
    case arbitrary
    case everyTrue = "bool_and"
    case anyTrue = "bool_or"
    case arrayAggregate = "array_agg"
    case approximateDistinct = "approx_distinct"
  }

  package var function: Function
  package var arguments: [BoundExpression]
  package var isDistinct: Bool
  /// `array_agg(x ORDER BY y)`: the order in which rows are added; without, that of the input.
  package var order: [SortKey] = []
  /// FILTER (WHERE …).
  package var filter: BoundExpression?
  /// Of the result.
  package var type: DataType

  package init(
    _ function: Function, _ arguments: [BoundExpression], isDistinct: Bool = false,
    filter: BoundExpression? = nil, type: DataType
  ) {
    self.function = function
    self.arguments = arguments
    self.isDistinct = isDistinct
    self.filter = filter
    self.type = type
  }
}
