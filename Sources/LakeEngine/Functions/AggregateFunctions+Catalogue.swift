/// What SHOW FUNCTIONS says about aggregates.
extension AggregateFunctions {
  /// All aggregates, one entry for each way to call one.
  package static let catalogue: [(name: String, signature: String, description: String)] = [
    (
      "approx_distinct", "approx_distinct(x) → bigint",
      "About how many different values there are, with a standard error of 2.3 %; "
        + "approx_count_distinct"
    ),
    (
      "approx_percentile", "approx_percentile(x, double) → type of x",
      "The value below which a share of the values lies, exactly; percentile_approx"
    ),
    (
      "approx_percentile", "approx_percentile(x, array(double)) → array(type of x)",
      "The values below which shares of the values lie"
    ),
    ("arbitrary", "arbitrary(x) → type of x", "The first value that is not null; any_value"),
    (
      "array_agg", "array_agg(x) → array(type of x)",
      "All values, nulls too, in order; collect_list, list"
    ),
    ("avg", "avg(bigint) → double", "The mean; mean"),
    ("avg", "avg(decimal) → decimal", "The mean, with the digits of the argument"),
    ("avg", "avg(double) → double", "The mean"),
    (
      "bitwise_and_agg", "bitwise_and_agg(bigint) → bigint",
      "The bits that all values have; bit_and"
    ),
    ("bitwise_or_agg", "bitwise_or_agg(bigint) → bigint", "The bits that any value has; bit_or"),
    (
      "bitwise_xor_agg", "bitwise_xor_agg(bigint) → bigint",
      "The bits that an odd number of values has; bit_xor"
    ),
    ("bool_and", "bool_and(boolean) → boolean", "Whether all values are true; every"),
    ("bool_or", "bool_or(boolean) → boolean", "Whether any value is true"),
    (
      "checksum", "checksum(x) → varbinary",
      "A sum of hashes that does not depend on the order of the rows"
    ),
    (
      "collect_set", "collect_set(x) → array(type of x)",
      "The different values that are not null, in the order of their appearance"
    ),
    ("corr", "corr(y, x) → double", "The correlation of two columns"),
    ("count", "count(*) → bigint", "The number of rows"),
    ("count", "count(x) → bigint", "The number of values that are not null"),
    ("count_if", "count_if(boolean) → bigint", "The number of values that are true"),
    ("covar_pop", "covar_pop(y, x) → double", "The covariance of two columns"),
    (
      "covar_samp", "covar_samp(y, x) → double",
      "The covariance that a sample of two columns tells of all"
    ),
    ("geometric_mean", "geometric_mean(double) → double", "The geometric mean"),
    ("histogram", "histogram(x) → map(type of x, bigint)", "How often each value stands there"),
    ("kurtosis", "kurtosis(double) → double", "The excess kurtosis of a sample"),
    (
      "listagg", "listagg(varchar[, varchar]) → varchar",
      "The texts with a separator between them; string_agg, group_concat"
    ),
    (
      "map_agg", "map_agg(K, V) → map(K, V)",
      "A map of keys and values; of a key that comes several times, the first value"
    ),
    ("max", "max(x) → type of x", "The greatest value"),
    ("max", "max(x, bigint) → array(type of x)", "The greatest values, so many"),
    ("max_by", "max_by(x, y) → type of x", "The x of the row with the greatest y; arg_max"),
    (
      "max_by", "max_by(x, y, bigint) → array(type of x)",
      "The x of the rows with the greatest y, so many"
    ),
    ("median", "median(double) → double", "The value in the middle, or between the two there"),
    ("min", "min(x) → type of x", "The least value"),
    ("min", "min(x, bigint) → array(type of x)", "The least values, so many"),
    ("min_by", "min_by(x, y) → type of x", "The x of the row with the least y; arg_min"),
    (
      "min_by", "min_by(x, y, bigint) → array(type of x)",
      "The x of the rows with the least y, so many"
    ),
    (
      "mode", "mode(x) → type of x",
      "The value that stands there most often; of several, the first"
    ),
    ("multimap_agg", "multimap_agg(K, V) → map(K, array(V))", "A map of keys and all their values"),
    (
      "percentile", "percentile(double, double) → double",
      "The value below which a share of the values lies, in a straight line between "
        + "two; quantile_cont"
    ),
    ("regr_avgx", "regr_avgx(y, x) → double", "The mean of x over the pairs without null"),
    ("regr_avgy", "regr_avgy(y, x) → double", "The mean of y over the pairs without null"),
    ("regr_count", "regr_count(y, x) → bigint", "The number of pairs without null"),
    (
      "regr_intercept", "regr_intercept(y, x) → double",
      "Where the straight line through the pairs meets x = 0"
    ),
    ("regr_r2", "regr_r2(y, x) → double", "How well a straight line fits the pairs, 0 to 1"),
    ("regr_slope", "regr_slope(y, x) → double", "The slope of the straight line through the pairs"),
    ("regr_sxx", "regr_sxx(y, x) → double", "The sum of the squares of x, less their mean"),
    ("regr_sxy", "regr_sxy(y, x) → double", "The sum of the products of x and y, less their means"),
    ("regr_syy", "regr_syy(y, x) → double", "The sum of the squares of y, less their mean"),
    (
      "set_agg", "set_agg(x) → array(type of x)",
      "The different values, null too, in the order of their appearance"
    ),
    ("skewness", "skewness(double) → double", "The skewness"),
    ("stddev_pop", "stddev_pop(double) → double", "The standard deviation"),
    (
      "stddev_samp", "stddev_samp(double) → double",
      "The standard deviation that a sample tells of all; stddev"
    ),
    ("sum", "sum(bigint) → bigint", "The sum; an error where 64 bits do not hold it"),
    ("sum", "sum(decimal(p,s)) → decimal(38,s)", "The exact sum"),
    ("sum", "sum(double) → double", "The sum, added in the order of the rows"),
    ("var_pop", "var_pop(double) → double", "The variance"),
    ("var_samp", "var_samp(double) → double", "The variance that a sample tells of all; variance"),
  ]
}
