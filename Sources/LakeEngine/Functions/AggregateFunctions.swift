import LakeCore

/// The aggregates by name.
package enum AggregateFunctions {
  /// The function, what its arguments have to become, and the type of the result; nil where there
  /// is no such aggregate or it does not take such arguments. Names whatever their case.
  package static func resolve(
    _ name: String, _ arguments: [DataType]
  ) -> (function: AggregateCall.Function, parameters: [DataType], result: DataType)? {
    guard let function = functions[name.lowercased()] else { return nil }
    guard let (parameters, result) = types(function, arguments) else { return nil }
    return (function, parameters, result)
  }

  /// Whether a name is that of an aggregate.
  package static func isKnown(_ name: String) -> Bool { functions[name.lowercased()] != nil }

  /// The ways to call an aggregate, for messages.
  package static func signatures(_ name: String) -> [String] {
    guard let function = functions[name.lowercased()] else { return [] }
    return catalogue.filter { $0.name == function.rawValue }.map(\.signature)
  }

  private static let functions: [String: AggregateCall.Function] = {
    var byName = Dictionary(
      uniqueKeysWithValues: AggregateCall.Function.allCases.map { ($0.rawValue, $0) })
    byName["mean"] = .average
    byName["every"] = .everyTrue
    byName["any_value"] = .arbitrary
    byName["first_value"] = .arbitrary
    byName["collect_list"] = .arrayAggregate
    return byName
  }()

  private static func types(
    _ function: AggregateCall.Function, _ arguments: [DataType]
  ) -> ([DataType], DataType)? {
    switch (function, arguments.count) {
    case (.count, 0): return ([], .bigint)
    case (.count, 1), (.approximateDistinct, 1): return (arguments, .bigint)
    case (.countIf, 1): return boolean(arguments[0]).map { ($0, .bigint) }
    case (.everyTrue, 1), (.anyTrue, 1): return boolean(arguments[0]).map { ($0, .boolean) }
    case (.sum, 1): return sum(arguments[0])
    case (.average, 1): return average(arguments[0])
    case (.minimum, 1), (.maximum, 1):
      return arguments[0].isOrderable ? (arguments, arguments[0]) : nil
    case (.minimumBy, 2), (.maximumBy, 2):
      return arguments[1].isOrderable ? (arguments, arguments[0]) : nil
    case (.arbitrary, 1): return (arguments, arguments[0])
    case (.arrayAggregate, 1): return (arguments, .array(arguments[0]))
    default: return nil
    }
  }

  private static func boolean(_ type: DataType) -> [DataType]? {
    TypeCoercion.canCoerce(type, to: .boolean) ? [.boolean] : nil
  }

  private static func sum(_ type: DataType) -> ([DataType], DataType)? {
    switch type {
    case .unseen, .tinyint, .smallint, .integer, .bigint: ([.bigint], .bigint)
    case .decimal(_, let scale): ([type], .decimal(precision: 38, scale: scale))
    case .real, .double, .intervalDayToSecond, .intervalYearToMonth: ([type], type)
    default: nil
    }
  }

  private static func average(_ type: DataType) -> ([DataType], DataType)? {
    switch type {
    case .unseen, .tinyint, .smallint, .integer, .bigint, .double: ([.double], .double)
    case .decimal, .real, .intervalDayToSecond, .intervalYearToMonth: ([type], type)
    default: nil
    }
  }

  /// All aggregates, one entry for each way to call one.
  package static let catalogue: [(name: String, signature: String, description: String)] = [
    ("approx_distinct", "approx_distinct(x) → bigint", "About how many different values there are"),
    ("arbitrary", "arbitrary(x) → type of x", "The first value that is not null; any_value"),
    ("array_agg", "array_agg(x) → array(type of x)", "All values, nulls too, in order"),
    ("avg", "avg(bigint) → double", "The mean; mean"),
    ("avg", "avg(decimal) → decimal", "The mean, with the digits of the argument"),
    ("avg", "avg(double) → double", "The mean"),
    ("bool_and", "bool_and(boolean) → boolean", "Whether all values are true; every"),
    ("bool_or", "bool_or(boolean) → boolean", "Whether any value is true"),
    ("count", "count(*) → bigint", "The number of rows"),
    ("count", "count(x) → bigint", "The number of values that are not null"),
    ("count_if", "count_if(boolean) → bigint", "The number of values that are true"),
    ("max", "max(x) → type of x", "The greatest value"),
    ("max_by", "max_by(x, y) → type of x", "The x of the row with the greatest y"),
    ("min", "min(x) → type of x", "The least value"),
    ("min_by", "min_by(x, y) → type of x", "The x of the row with the least y"),
    ("sum", "sum(bigint) → bigint", "The sum; an error where 64 bits do not hold it"),
    ("sum", "sum(decimal(p,s)) → decimal(38,s)", "The exact sum"),
    ("sum", "sum(double) → double", "The sum, added in the order of the rows"),
  ]
}
