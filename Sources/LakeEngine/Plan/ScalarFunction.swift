import LakeCore

/// A function of values of one row, resolved to the types of its arguments.
///
/// `evaluate` gets vectors of any form, one for each argument, all of `rowCount` rows, and gives a
/// vector of the result's type. Rows that have no answer are null and marked as failures; values in
/// rows that nobody selected must not fail the query (see `KernelFailures`).
package struct ScalarFunction: Sendable {
  package typealias Body =
    @Sendable (_ arguments: [ColumnVector], _ rowCount: Int, _ context: EvaluationContext)
    throws -> CheckedVector

  /// As SQL spells it; operators by their sign.
  package let name: String
  /// Whether equal arguments give equal results, for as long as a run lasts and beyond it. False
  /// for `now()` and `random()`: their tables are never up to date.
  package let isDeterministic: Bool
  /// Whether a null argument makes the result null. Such a function may be evaluated on the values
  /// of a dictionary.
  package let isStrict: Bool
  /// What else it is made of, as SQL would say it: lambdas. Functions of one name with different
  /// lambdas are different.
  package let lambdas: [String]
  package let evaluate: Body

  package init(
    _ name: String, isDeterministic: Bool = true, isStrict: Bool = true, lambdas: [String] = [],
    evaluate: @escaping Body
  ) {
    self.name = name
    self.lambdas = lambdas
    self.isDeterministic = isDeterministic
    self.isStrict = isStrict
    self.evaluate = evaluate
  }
}

/// What evaluation needs besides the values.
package struct EvaluationContext: Sendable {
  package var kernels: Kernels
  /// The moment at which the run or the query began, in microseconds since 1970: `now()` is the
  /// same in all of it.
  package var startedAt: Int64
  package var timeZones: TimeZones

  package init(kernels: Kernels, startedAt: Int64, timeZones: TimeZones = .system) {
    self.kernels = kernels
    self.startedAt = startedAt
    self.timeZones = timeZones
  }
}
