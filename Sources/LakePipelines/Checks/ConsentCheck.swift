import LakeCore
import LakeEngine
import LakeTables

/// `CONSENT policy BY (column = key, …)` of a table, with names settled: which columns of the rows,
/// hidden ones included, name people, and what becomes of rows whose people have not agreed.
package struct ConsentRule: Sendable {
  package struct Key: Sendable {
    /// The place of the column in the rows that come to the check.
    package var column: Int
    /// As the clause writes it.
    package var label: String
    /// Among the policy's `keyColumns`.
    package var keyIndex: Int
    /// Whether the table keeps the column, so that its people can be found again later.
    package var isVisible: Bool
    /// From the column's value to a key as the register has it.
    package var normalized: BoundExpression
  }

  package var policy: String
  package var keys: [Key]
  /// The column that holds the row's own time: the AT of the clause, or one that was found.
  package var time: Time?
  /// Whether offending rows are removed; else one of them forbids the publish.
  package var removes: Bool

  package struct Time: Sendable {
    package var column: Int
    package var label: String
    package var unit: GrantUnit
    /// Whether rows that are older than the consent offend (AT), or are only counted.
    package var isEnforced: Bool
  }
}

/// Holds rows to one consent rule. It keeps nothing of them, so that any number of threads can look
/// at batches at once.
struct ConsentCheck: Sendable {
  let rule: ConsentRule
  let register: SubjectRegister

  init(_ rule: ConsentRule, _ register: SubjectRegister) {
    self.rule = rule
    self.register = register
  }

  /// What there is to say of a batch.
  func examine(_ batch: Batch, _ context: EvaluationContext) throws -> ConsentOutcome {
    let kernels = context.kernels
    var worst = KeyVerdicts(count: batch.rowCount)
    var offender: [UInt8] = []
    for (number, key) in rule.keys.enumerated() {
      let keys = try Evaluator(key.normalized, context: context).evaluate(batch)
      let found = try register.verdicts(of: keys, column: key.keyIndex, kernels)
      if number == 0 {
        worst = found
        if rule.keys.count > 1 { offender = Array(repeating: 0, count: batch.rowCount) }
        continue
      }
      for row in 0..<batch.rowCount {
        if worst.verdicts[row] == .granted, found.verdicts[row] != .granted {
          worst.verdicts[row] = found.verdicts[row]
          offender[row] = UInt8(truncatingIfNeeded: number)
        }
        worst.since[row] = max(worst.since[row], found.since[row])
      }
    }
    return try judge(batch, worst, offender, kernels)
  }

  private func judge(
    _ batch: Batch, _ worst: KeyVerdicts, _ offender: [UInt8], _ kernels: Kernels
  ) throws -> ConsentOutcome {
    var outcome = ConsentOutcome()
    outcome.counts.rows = batch.selectedCount
    let isOld = try olderRows(batch, worst.since, kernels)
    let rows = try Buffer(byteCount: batch.selectedCount * 4, tracker: kernels.tracker)
    let kept = rows.pointer(as: UInt32.self)
    var keptCount = 0
    for row in batch.selectedRows {
      let verdict = worst.verdicts[row]
      var isKept = verdict == .granted
      let key = rule.keys[offender.isEmpty ? 0 : Int(offender[row])]
      if !isKept {
        outcome.counts.withheld[Int(verdict.rawValue)] += 1
        note(batch, row, verdict, key, &outcome.counts)
      } else if !isOld.isEmpty, isOld[row] {
        outcome.counts.older += 1
        if rule.time?.isEnforced == true {
          isKept = false
          note(batch, row, nil, key, &outcome.counts)
        }
      }
      kept[keptCount] = UInt32(truncatingIfNeeded: row)
      if isKept { keptCount += 1 }
    }
    if keptCount < batch.selectedCount {
      outcome.kept = Selection(rows: rows, count: keptCount)
    }
    return outcome
  }

  /// For each row whether its time lies before the consent; empty where rows have no time. A row
  /// whose own time is not known counts as older where AT is said.
  private func olderRows(
    _ batch: Batch, _ since: [Int64], _ kernels: Kernels
  ) throws -> [Bool] {
    guard let time = rule.time else { return [] }
    let vector = try batch.columns[time.column].asFlat(kernels)
    if vector.type.physical == .int64, vector.type.isWholeNumber,
      case .flat(let flat) = vector.form, let values = flat.fixed?.pointer(as: Int64.self)
    {
      let scale = time.unit == .moment ? 1 : time.unit == .seconds ? 1_000_000 : 1000
      return (0..<batch.rowCount).map { row in
        if flat.isNull(row) { return time.isEnforced }
        let (moment, overflow) = values[row].multipliedReportingOverflow(by: Int64(scale))
        return overflow ? values[row] < 0 : moment < since[row]
      }
    }
    return (0..<batch.rowCount).map { row in
      let value = vector.value(at: row)
      if value.isNull { return time.isEnforced }
      let moment = time.unit.read(value, type: vector.type, startedAt: .max)
      return moment.answer != .granted || moment.since < since[row]
    }
  }

  private func note(
    _ batch: Batch, _ row: Int, _ verdict: KeyVerdict?, _ key: ConsentRule.Key,
    _ counts: inout ConsentCounts
  ) {
    guard counts.firstKeys.count < ConsentCounts.firstKeysMax, verdict != .noKey else { return }
    guard case .string(let text) = ConsentCheck.text(of: batch.columns[key.column], row) else {
      return
    }
    let masked = "\(key.label) \(MaskedKey.mask(text))"
    if !counts.firstKeys.contains(masked) { counts.firstKeys.append(masked) }
  }

  private static func text(of column: ColumnVector, _ row: Int) -> Value {
    let value = column.value(at: row)
    if case .int(let number) = value { return .string("\(number)") }
    return value
  }
}

/// What a consent check says of one batch.
struct ConsentOutcome: Sendable {
  /// The rows that may be used; nil where all may.
  var kept: Selection?
  var counts = ConsentCounts()
}

/// What a consent check saw.
package struct ConsentCounts: Sendable, Equatable {
  static let firstKeysMax = 3

  package var rows = 0
  /// By `KeyVerdict.rawValue`.
  package var withheld = Array(repeating: 0, count: KeyVerdict.allCases.count)
  /// Rows of granted people that are older than the consent.
  package var older = 0
  /// The first offending keys, masked.
  package var firstKeys: [String] = []

  package init() {}

  package var withheldCount: Int { withheld.reduce(0, +) }

  mutating func add(_ other: ConsentCounts) {
    rows += other.rows
    for index in withheld.indices { withheld[index] += other.withheld[index] }
    older += other.older
    for key in other.firstKeys
    where firstKeys.count < ConsentCounts.firstKeysMax && !firstKeys.contains(key) {
      firstKeys.append(key)
    }
  }

  /// "3 rows of people who did not agree, 1 without a key".
  package var explanation: String {
    KeyVerdict.allCases.compactMap { verdict in
      let count = withheld[Int(verdict.rawValue)]
      return count == 0 ? nil : "\(count) \(verdict.explanation)"
    }.joined(separator: ", ")
  }
}

extension Batch {
  /// The numbers of the rows that belong to the batch.
  var selectedRows: [Int] {
    selection.map { $0.indices.map { Int($0) } } ?? Array(0..<rowCount)
  }
}

extension DataType {
  /// Whether a value is a count as it lies in memory: microseconds, or what a bigint counts.
  fileprivate var isWholeNumber: Bool {
    switch self {
    case .bigint, .timestamp, .localTimestamp: true
    default: false
    }
  }
}
