/// Ways to carry out a query that change no answer: how tests prove that they do not.
package struct ExecutionOptions: Sendable {
  /// Rules of the optimizer that are left out, by name.
  package var disabledRules: Set<String> = []
  /// Every operator gets and gives batches of at most so many rows, two of which are a morsel; nil
  /// for batches of the size that is fastest.
  package var batchRows: Int?

  package init() {}
}
