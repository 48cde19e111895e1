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
    let more: [String: AggregateCall.Function] = [
      "collect_list": .arrayAggregate, "list": .arrayAggregate, "stddev": .deviationSample,
      "variance": .varianceSample, "approx_count_distinct": .approximateDistinct,
      "percentile_approx": .approximatePercentile, "string_agg": .listAggregate,
      "group_concat": .listAggregate, "arg_max": .maximumBy, "arg_min": .minimumBy,
      "bit_and": .bitwiseAnd, "bit_or": .bitwiseOr, "bit_xor": .bitwiseXor,
      "quantile_cont": .percentile,
    ]
    for (name, function) in more { byName[name] = function }
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
    case (.minimum, 2), (.maximum, 2):
      guard arguments[0].isOrderable, TypeCoercion.canCoerce(arguments[1], to: .bigint) else {
        return nil
      }
      return ([arguments[0], .bigint], .array(arguments[0]))
    case (.minimumBy, 3), (.maximumBy, 3):
      guard arguments[1].isOrderable, TypeCoercion.canCoerce(arguments[2], to: .bigint) else {
        return nil
      }
      return ([arguments[0], arguments[1], .bigint], .array(arguments[0]))
    case (.minimum, 1), (.maximum, 1):
      return arguments[0].isOrderable ? (arguments, arguments[0]) : nil
    case (.minimumBy, 2), (.maximumBy, 2):
      return arguments[1].isOrderable ? (arguments, arguments[0]) : nil
    case (.arbitrary, 1): return (arguments, arguments[0])
    case (.arrayAggregate, 1): return (arguments, .array(arguments[0]))
    default: return statisticsTypes(function, arguments)
    }
  }

  private static func statisticsTypes(
    _ function: AggregateCall.Function, _ arguments: [DataType]
  ) -> ([DataType], DataType)? {
    let areNumbers = arguments.allSatisfy { TypeCoercion.canCoerce($0, to: .double) }
    switch (function, arguments.count) {
    case (.variancePopulation, 1), (.varianceSample, 1), (.deviationPopulation, 1),
      (.deviationSample, 1), (.skewness, 1), (.kurtosis, 1), (.geometricMean, 1), (.median, 1):
      return areNumbers ? ([.double], .double) : nil
    case (.correlation, 2), (.covariancePopulation, 2), (.covarianceSample, 2),
      (.regressionSlope, 2), (.regressionIntercept, 2), (.regressionCount, 2), (.regressionFit, 2),
      (.regressionMeanX, 2), (.regressionMeanY, 2), (.regressionSumXX, 2), (.regressionSumYY, 2),
      (.regressionSumXY, 2), (.percentile, 2):
      let result: DataType = function == .regressionCount ? .bigint : .double
      return areNumbers ? ([.double, .double], result) : nil
    case (.bitwiseAnd, 1), (.bitwiseOr, 1), (.bitwiseXor, 1):
      return TypeCoercion.canCoerce(arguments[0], to: .bigint) ? ([.bigint], .bigint) : nil
    case (.checksum, 1): return (arguments, .varbinary)
    case (.histogram, 1): return (arguments, .map(key: arguments[0], value: .bigint))
    case (.mode, 1): return (arguments, arguments[0])
    case (.mapAggregate, 2): return (arguments, .map(key: arguments[0], value: arguments[1]))
    case (.multimapAggregate, 2):
      return (arguments, .map(key: arguments[0], value: .array(arguments[1])))
    case (.setAggregate, 1), (.collectSet, 1): return (arguments, .array(arguments[0]))
    case (.listAggregate, 1), (.listAggregate, 2):
      let areTexts = arguments.allSatisfy { TypeCoercion.canCoerce($0, to: .varchar) }
      return areTexts ? (arguments.map { _ in .varchar }, .varchar) : nil
    case (.approximatePercentile, 2):
      guard arguments[0].isOrderable else { return nil }
      if TypeCoercion.canCoerce(arguments[1], to: .double) {
        return ([arguments[0], .double], arguments[0])
      }
      guard TypeCoercion.canCoerce(arguments[1], to: .array(.double)) else { return nil }
      return ([arguments[0], .array(.double)], .array(arguments[0]))
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
}
