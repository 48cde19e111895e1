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

/// Holds the rows of one publish to one consent rule, and counts.
final class ConsentCheck {
  let rule: ConsentRule
  let register: SubjectRegister
  private let evaluators: [Evaluator]
  private let kernels: Kernels
  private(set) var counts = ConsentCounts()

  init(_ rule: ConsentRule, _ register: SubjectRegister, _ context: EvaluationContext) {
    self.rule = rule
    self.register = register
    kernels = context.kernels
    evaluators = rule.keys.map { Evaluator($0.normalized, context: context) }
  }

  /// The rows whose people are all granted; nil where all are.
  func check(_ batch: Batch) throws -> Selection? {
    var worst = KeyVerdicts(count: batch.rowCount)
    for row in 0..<batch.rowCount { worst.verdicts[row] = .granted }
    var offender = Array(repeating: 0, count: batch.rowCount)
    for (number, key) in rule.keys.enumerated() {
      let vector = try evaluators[number].evaluate(batch)
      let found = try register.verdicts(of: vector, column: key.keyIndex, kernels)
      for row in 0..<batch.rowCount {
        if worst.verdicts[row] == .granted, found.verdicts[row] != .granted {
          worst.verdicts[row] = found.verdicts[row]
          offender[row] = number
        }
        worst.since[row] = max(worst.since[row], found.since[row])
      }
    }
    return try judge(batch, worst, offender)
  }

  private func judge(
    _ batch: Batch, _ worst: KeyVerdicts, _ offender: [Int]
  ) throws -> Selection? {
    let times = try rule.time.map { try batch.columns[$0.column].asFlat(kernels) }
    let rows = try Buffer(byteCount: batch.selectedCount * 4, tracker: kernels.tracker)
    let kept = rows.pointer(as: UInt32.self)
    var keptCount = 0
    for row in batch.selectedRows {
      counts.rows += 1
      let verdict = worst.verdicts[row]
      var isKept = verdict == .granted
      if !isKept {
        counts.withheld[Int(verdict.rawValue)] += 1
        note(batch, row, verdict, rule.keys[offender[row]])
      } else if let time = rule.time, let times, isOlder(times, row, time, worst.since[row]) {
        counts.older += 1
        if time.isEnforced {
          isKept = false
          note(batch, row, nil, rule.keys[0])
        }
      }
      if isKept {
        kept[keptCount] = UInt32(truncatingIfNeeded: row)
        keptCount += 1
      }
    }
    return keptCount == batch.selectedCount ? nil : Selection(rows: rows, count: keptCount)
  }

  /// Whether the row's time lies before the consent. Without a time nobody knows, so it does.
  private func isOlder(
    _ times: ColumnVector, _ row: Int, _ time: ConsentRule.Time, _ since: Int64
  ) -> Bool {
    let value = times.value(at: row)
    if value.isNull { return time.isEnforced }
    let moment = time.unit.read(value, type: times.type, startedAt: .max)
    return moment.answer != .granted || moment.since < since
  }

  private func note(_ batch: Batch, _ row: Int, _ verdict: KeyVerdict?, _ key: ConsentRule.Key) {
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
