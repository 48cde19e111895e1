import LakeCore
import LakeEngine
import Synchronization

/// How many rows were withheld where they were read, by policy, table and verdict.
final class WithheldCounter: Sendable {
  struct Place: Hashable, Sendable {
    var policy: String
    var table: String
  }

  struct Counts: Sendable {
    var rows = 0
    /// By `KeyVerdict.rawValue`.
    var withheld = Array(repeating: 0, count: KeyVerdict.allCases.count)
  }

  private let counts = Mutex<[Place: Counts]>([:])

  func add(_ verdicts: [Int], rows: Int, at place: Place) {
    counts.withLock { counts in
      counts[place, default: Counts()].rows += rows
      for (index, count) in verdicts.enumerated() {
        counts[place, default: Counts()].withheld[index] += count
      }
    }
  }

  var all: [(place: Place, counts: Counts)] {
    counts.withLock { $0.map { ($0.key, $0.value) } }
      .sorted { ($0.place.table, $0.place.policy) < ($1.place.table, $1.place.policy) }
  }

  var rowCount: Int { all.reduce(0) { $0 + $1.counts.withheld.reduce(0, +) } }
}

/// A table without the rows of people who did not agree. They are taken out before any condition of
/// the query is looked at, so that the count is that of the table's rows.
struct ConsentFilteredSource: TableSource {
  private let base: any TableSource
  private let column: Int
  private let normalized: BoundExpression
  private let keyIndex: Int
  private let register: SubjectRegister
  private let counter: WithheldCounter
  private let place: WithheldCounter.Place

  /// `column` names people in the table, as the policy's key of that number.
  init(
    _ table: BoundTable, column name: String, keyIndex: Int, register: SubjectRegister,
    counter: WithheldCounter
  ) throws {
    guard let column = table.schema.index(of: name) else {
      throw LakeError(
        .notFound,
        "the policy \(register.policy.name) ties \(table.label) to people by '\(name)', "
          + "which is none of its columns",
        hint: Suggestion.hint(for: name, among: table.schema.fields.map(\.name)))
    }
    base = table.source
    self.column = column
    self.keyIndex = keyIndex
    self.register = register
    self.counter = counter
    place = WithheldCounter.Place(policy: register.policy.name, table: table.label)
    normalized = try KeyNormalization.expression(
      register.policy, keyIndex: keyIndex,
      of: .column(0, table.schema.fields[column].type))
  }

  var rowCountEstimate: Int? { base.rowCountEstimate }

  func open(_ request: ScanRequest, _ context: ExecutionContext) throws -> any MorselSource {
    var inner = request
    inner.predicate = nil
    inner.keyFilters = []
    var key = request.columns.firstIndex(of: .table(column))
    if key == nil {
      inner.columns.append(.table(column))
      key = request.columns.count
    }
    return FilteredMorsels(
      base: try base.open(inner, context), source: self, request: request, key: key ?? 0,
      context: context.evaluation)
  }

  /// The rows of a batch that may be used, with the columns that were asked for.
  fileprivate func filter(
    _ batch: Batch, key: Int, columnCount: Int, _ evaluator: Evaluator, _ kernels: Kernels
  ) throws -> Batch {
    let keys = try evaluator.evaluate(
      Batch(columns: [batch.columns[key]], rowCount: batch.rowCount, selection: batch.selection))
    let found = try register.verdicts(of: keys, column: keyIndex, kernels)
    var rows: [UInt32] = []
    rows.reserveCapacity(batch.selectedCount)
    var withheld = Array(repeating: 0, count: KeyVerdict.allCases.count)
    for row in batch.selectedRows {
      if found.verdicts[row] == .granted {
        rows.append(UInt32(truncatingIfNeeded: row))
      } else {
        withheld[Int(found.verdicts[row].rawValue)] += 1
      }
    }
    counter.add(withheld, rows: batch.selectedCount, at: place)
    let columns = Array(batch.columns.prefix(columnCount))
    let selection =
      rows.count == batch.selectedCount ? batch.selection : try kernels.selection(of: rows)
    return Batch(columns: columns, rowCount: batch.rowCount, selection: selection)
  }

  private final class FilteredMorsels: MorselSource {
    let base: any MorselSource
    let source: ConsentFilteredSource
    let request: ScanRequest
    let key: Int
    let context: EvaluationContext

    init(
      base: any MorselSource, source: ConsentFilteredSource, request: ScanRequest, key: Int,
      context: EvaluationContext
    ) {
      self.base = base
      self.source = source
      self.request = request
      self.key = key
      self.context = context
    }

    func next() throws -> (any Morsel)? {
      try base.next().map { FilteredMorsel(base: $0, owner: self) }
    }
  }

  private struct FilteredMorsel: Morsel {
    let base: any Morsel
    let owner: FilteredMorsels

    func settle() throws { try base.settle() }

    func read(emit: (Batch) throws -> Void) throws {
      let (source, request) = (owner.source, owner.request)
      let keys = Evaluator(source.normalized, context: owner.context)
      let predicate = request.predicate.map { Evaluator($0, context: owner.context) }
      try base.read { batch in
        var kept = try source.filter(
          batch, key: owner.key, columnCount: request.columns.count, keys,
          owner.context.kernels)
        if let predicate { kept = try predicate.filter(kept) }
        if kept.selectedCount > 0 { try emit(kept) }
      }
    }
  }
}
