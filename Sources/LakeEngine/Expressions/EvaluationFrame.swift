import LakeCore

/// The rows that a node is evaluated for, and what becomes of those that fail.
struct EvaluationFrame {
  let batch: Batch
  /// Inside TRY: failures are noted here and not raised.
  let log: FailureLog?

  init(_ batch: Batch, log: FailureLog? = nil) {
    self.batch = batch
    self.log = log
  }

  var rowCount: Int { batch.rowCount }
  var selection: Selection? { batch.selection }
  var isEmpty: Bool { batch.selectedCount == 0 }

  /// The same columns, for fewer rows.
  func narrowed(to selection: Selection?) -> EvaluationFrame {
    let narrowed = Batch(columns: batch.columns, rowCount: batch.rowCount, selection: selection)
    return EvaluationFrame(narrowed, log: log)
  }

  func logging(to log: FailureLog) -> EvaluationFrame { EvaluationFrame(batch, log: log) }

  /// The vector, once the failures of the frame's rows are raised or noted.
  func settled(_ checked: CheckedVector, at place: LakeError.Place?) throws -> ColumnVector {
    guard let failures = checked.failures else { return checked.vector }
    if let log {
      log.note(failures.rows, within: selection)
      return checked.vector
    }
    do {
      try failures.raise(within: selection)
    } catch {
      throw place.map { error.located(at: $0) } ?? error
    }
    return checked.vector
  }
}

/// The rows in which something inside TRY failed.
final class FailureLog {
  private(set) var failed: Set<Int> = []

  func note(_ rows: Bitmap, within selection: Selection?) {
    if let selection {
      for row in selection.indices where rows[Int(row)] { failed.insert(Int(row)) }
      return
    }
    for row in 0..<rows.count where rows[row] { failed.insert(row) }
  }
}
