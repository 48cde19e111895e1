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
    case variancePopulation = "var_pop"
    case varianceSample = "var_samp"
    case deviationPopulation = "stddev_pop"
    case deviationSample = "stddev_samp"
    case skewness
    case kurtosis
    case geometricMean = "geometric_mean"
    /// Of (y, x), as all down to the sums.
    case correlation = "corr"
    case covariancePopulation = "covar_pop"
    case covarianceSample = "covar_samp"
    case regressionSlope = "regr_slope"
    case regressionIntercept = "regr_intercept"
    case regressionCount = "regr_count"
    case regressionFit = "regr_r2"
    case regressionMeanX = "regr_avgx"
    case regressionMeanY = "regr_avgy"
    case regressionSumXX = "regr_sxx"
    case regressionSumYY = "regr_syy"
    case regressionSumXY = "regr_sxy"
    case bitwiseAnd = "bitwise_and_agg"
    case bitwiseOr = "bitwise_or_agg"
    case bitwiseXor = "bitwise_xor_agg"
    case checksum
    case histogram
    case mode
    case mapAggregate = "map_agg"
    case multimapAggregate = "multimap_agg"
    case setAggregate = "set_agg"
    /// As `set_agg`, without null.
    case collectSet = "collect_set"
    case listAggregate = "listagg"
    case approximatePercentile = "approx_percentile"
    /// In a straight line between values.
    case percentile
    case median
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
