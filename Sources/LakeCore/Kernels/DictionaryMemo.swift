/// What one expression gave for a dictionary, kept by the operator that evaluates the expression,
/// so that a batch with the same dictionary costs one lookup a row.
///
/// A dictionary can be much larger than a batch, and may come only once. So the rows that came with
/// it are counted, and it is evaluated when they are as many as its values: never more than twice
/// the work of the better choice.
package struct DictionaryMemo {
  private var dictionary: VectorDictionary?
  private var rowsSeen = 0
  private var entry: Entry?

  /// The answers for all values of a dictionary.
  struct Entry {
    let outcome: Outcome
    /// The answers as a dictionary, where none is null: its identity lasts as long as the entry.
    let encoded: VectorDictionary?
    /// What a function says about the values that have no answer.
    var failures: KernelFailures?
  }

  package init() {}

  /// The answers for a dictionary; nil when it is not worth while yet.
  mutating func entry(
    for column: DictionaryColumn, type: DataType,
    evaluate: (ColumnVector) throws(LakeError) -> Outcome
  ) throws(LakeError) -> Entry? {
    if column.dictionary !== dictionary {
      dictionary = column.dictionary
      entry = nil
      rowsSeen = 0
    }
    if let entry { return entry }
    // No overflow: it would take 2^63 rows.
    rowsSeen &+= column.count
    let values = column.dictionary.values
    guard values.count > 0, values.count <= rowsSeen else { return nil }
    let outcome = try evaluate(ColumnVector(type: type, flat: values))
    var encoded: VectorDictionary?
    if case .flat(let flat) = outcome.vector.form, flat.nullCount == 0 {
      encoded = VectorDictionary(values: flat)
    }
    entry = Entry(outcome: outcome, encoded: encoded)
    return entry
  }

  fileprivate mutating func note(_ failures: KernelFailures) { entry?.failures = failures }
}

extension Kernels {
  /// What a function gives for a dictionary column, by its values; nil when that is not worth while
  /// yet. The function gives null for null, depends on nothing else that changes from batch to
  /// batch, and the memo is its own.
  package func mapped(
    _ column: DictionaryColumn, type: DataType, memo: inout DictionaryMemo,
    _ function: (ColumnVector) throws(LakeError) -> CheckedVector
  ) throws(LakeError) -> CheckedVector? {
    var failures: KernelFailures?
    let entry = try memo.entry(for: column, type: type) {
      (values) throws(LakeError) -> Outcome in
      let answers = try function(values)
      failures = answers.failures
      return Outcome(answers.vector, failed: answers.failures?.rows)
    }
    guard let entry else { return nil }
    if let failures { memo.note(failures) }
    let outcome = try look(up: entry, for: column, keepsForm: true)
    guard let failed = outcome.failed, let said = failures ?? entry.failures else {
      return CheckedVector(outcome.vector)
    }
    let indices = column.indices
    return CheckedVector(
      outcome.vector,
      failures: KernelFailures(rows: failed) { row in
        said.error(row: Int(indices.pointer(as: UInt32.self)[row]))
      })
  }

  /// Looks the answers for a dictionary's values up for the rows of a column. `keepsForm` says
  /// whether the answers may come as a dictionary.
  func look(
    up entry: DictionaryMemo.Entry, for column: DictionaryColumn, keepsForm: Bool
  ) throws(LakeError) -> Outcome {
    let rows = UnsafePointer(column.indices.pointer(as: UInt32.self))
    var failed: Bitmap?
    if let failures = entry.outcome.failed {
      let gathered = try failures.gathered(rows, count: column.count, tracker: tracker)
      failed = try Bitmap.intersection(gathered, column.validity, tracker: tracker)
    }
    let type = entry.outcome.vector.type
    if keepsForm, let encoded = entry.encoded {
      let renamed = DictionaryColumn(
        count: column.count, validity: column.validity, indices: column.indices,
        dictionary: encoded)
      return Outcome(ColumnVector(type: type, dictionary: renamed), failed: failed)
    }
    let answers = try entry.outcome.vector.flattened(self)
    var flat = try gather(answers, type: type, rows: rows, count: column.count)
    let validity = try Bitmap.intersection(flat.validity, column.validity, tracker: tracker)
    flat = try withValidity(validity, flat)
    return Outcome(ColumnVector(type: type, flat: flat), failed: failed)
  }

  /// The column with other nulls; lists are emptied where the row is null.
  package func withValidity(_ validity: Bitmap?, _ flat: FlatColumn) throws(LakeError) -> FlatColumn
  {
    var values = flat.values
    if case .list(let lists) = values, let validity {
      values = .list(try emptyingNullRows(lists, count: flat.count, validity: validity))
    }
    return FlatColumn(count: flat.count, validity: validity, values: values)
  }
}
