import LakeCore
import LakeEngine
import LakeTables

/// Everything that the rows of one publish are held to, in order: consent, conditions, keys. A row
/// that is taken out by one check is not seen by the next.
///
/// Whose rows they are is looked up by all threads (`ConsentChecks.examine`); what was found comes
/// with the batch (`expect`) or is found here.
final class PublishChecks: RowChecker {
  private let contract: TableContract
  let consents: ConsentChecks
  /// What was seen so far, by the number of the consent.
  private(set) var consentCounts: [ConsentCounts]
  /// What was found out about the batch that comes next.
  private var examined: ExaminedBatch?
  let conditions: [ConditionCheck]
  let keys: [UniquenessCheck]
  private let kernels: Kernels
  /// Of all policies that govern the table, and the epochs of their subjects.
  private let policyHash: String
  private let epoch: String
  /// Rows that a constraint put aside are handed to this, with the reason.
  private let reject: (_ batch: Batch, _ rows: Selection, _ reason: String) throws -> Void
  private(set) var rejectedRows = 0
  private(set) var rowCount = 0
  /// The rows of the last batch that were kept; nil for all.
  private(set) var lastSelection: Selection?

  /// Rows that were withheld for lack of consent.
  var withheldCount: Int { consentCounts.reduce(0) { $0 + $1.withheldCount } }

  init(
    contract: TableContract, consents: ConsentChecks, conditions: [ConditionCheck],
    keys: [UniquenessCheck], kernels: Kernels, policyHash: String, epoch: String,
    reject: @escaping (_ batch: Batch, _ rows: Selection, _ reason: String) throws -> Void
  ) {
    self.contract = contract
    self.consents = consents
    consentCounts = consents.checks.map { _ in ConsentCounts() }
    self.conditions = conditions
    self.keys = keys
    self.kernels = kernels
    self.policyHash = policyHash
    self.epoch = epoch
    self.reject = reject
  }

  /// Hands over what was found out about the batch that is checked next.
  func expect(_ batch: ExaminedBatch) { examined = batch }

  func check(_ original: Batch) throws -> Selection? {
    rowCount += original.selectedCount
    var batch = original
    let examined = try self.examined?.of(original) ?? consents.examine(original)
    self.examined = nil
    for (index, outcome) in examined.outcomes.enumerated() {
      consentCounts[index].add(outcome.counts)
      if let kept = outcome.kept { batch = batch.selecting(kept) }
    }
    for condition in conditions {
      guard let broken = try condition.violating(batch) else { continue }
      batch = try takeOut(broken, of: batch, condition.action, condition.label)
    }
    for key in keys {
      guard let broken = try key.violating(batch, kernels) else { continue }
      batch = try takeOut(broken, of: batch, key.action, key.label)
    }
    lastSelection = batch.selectedCount == original.selectedCount ? nil : batch.selection
    return lastSelection
  }

  /// Fails here and not at the first row, so that the message can give the whole count.
  func finish() throws -> CheckSummary {
    for (consent, counts) in zip(consents.checks, consentCounts) where !consent.rule.removes {
      let offending =
        counts.withheldCount + (consent.rule.time?.isEnforced == true ? counts.older : 0)
      if offending > 0 { throw ConsentViolation.error(consent.rule, counts, offending) }
    }
    let broken =
      conditions.filter { $0.action == .fail }.map { ($0.label, $0.violations) }
      + keys.filter { $0.action == .fail }.map { ($0.label, $0.violations) }
    if let (label, count) = broken.first(where: { $0.1 > 0 }) {
      throw LakeError(
        .qualityLimit, "\(Plural.rows(count)) \(count == 1 ? "breaks" : "break") \(label)",
        hint: "Nothing was published. Mend the query"
          + (contract.text.isEmpty ? "." : ", or say ON VIOLATION REJECT to put such rows aside."))
    }
    return CheckSummary(
      contract: contract,
      policyHash: policyHash, consentEpoch: epoch,
      rejectedRows: rejectedRows,
      withheldRows: withheldCount)
  }

  private func takeOut(
    _ broken: Selection, of batch: Batch, _ action: ViolationAction, _ label: String
  ) throws -> Batch {
    switch action {
    case .warn, .fail: return batch
    case .reject:
      try reject(batch, broken, label)
      rejectedRows += broken.count
      return batch.selecting(try kernels.remaining(of: batch, without: broken))
    }
  }
}

/// The message of rows that must not be published.
enum ConsentViolation {
  static func error(_ rule: ConsentRule, _ counts: ConsentCounts, _ count: Int) -> LakeError {
    var reasons = counts.explanation
    if rule.time?.isEnforced == true, counts.older > 0 {
      reasons += (reasons.isEmpty ? "" : ", ") + "\(counts.older) older than the consent"
    }
    let keys = counts.firstKeys.isEmpty ? "" : "; first: \(counts.firstKeys.listed)"
    let columns = rule.keys.map(\.label).listed
    return LakeError(
      .consentViolation,
      "\(Plural.rows(count)) of \(counts.rows) would be published without the consent "
        + "'\(rule.policy)' (\(reasons)\(keys))",
      hint: "Nothing was published. Filter by people who agreed, or declare CONSENT "
        + "\(rule.policy) BY (\(columns)) ON VIOLATION REMOVE to have them withheld.")
  }
}

enum Plural {
  static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }
}

extension Batch {
  /// The same columns with other rows selected.
  func selecting(_ rows: Selection) -> Batch {
    Batch(columns: columns, rowCount: rowCount, selection: rows)
  }
}
