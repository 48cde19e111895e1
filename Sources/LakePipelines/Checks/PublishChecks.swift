import LakeCore
import LakeEngine
import LakeTables

/// Everything that the rows of one publish are held to, in order: consent, conditions, keys. A row
/// that is taken out by one check is not seen by the next.
final class PublishChecks: RowChecker {
  private let contract: TableContract
  let consents: [ConsentCheck]
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
  var withheldCount: Int { consents.reduce(0) { $0 + $1.counts.withheldCount } }

  init(
    contract: TableContract, consents: [ConsentCheck], conditions: [ConditionCheck],
    keys: [UniquenessCheck], kernels: Kernels, policyHash: String, epoch: String,
    reject: @escaping (_ batch: Batch, _ rows: Selection, _ reason: String) throws -> Void
  ) {
    self.contract = contract
    self.consents = consents
    self.conditions = conditions
    self.keys = keys
    self.kernels = kernels
    self.policyHash = policyHash
    self.epoch = epoch
    self.reject = reject
  }

  func check(_ original: Batch) throws -> Selection? {
    rowCount += original.selectedCount
    var batch = original
    for consent in consents {
      if let kept = try consent.check(batch) { batch = batch.selecting(kept) }
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
    for consent in consents where !consent.rule.removes {
      let offending =
        consent.counts.withheldCount
        + (consent.rule.time?.isEnforced == true ? consent.counts.older : 0)
      if offending > 0 { throw ConsentViolation.error(consent, offending) }
    }
    let broken =
      conditions.filter { $0.action == .fail }.map { ($0.label, $0.violations) }
      + keys.filter { $0.action == .fail }.map { ($0.label, $0.violations) }
    if let (label, count) = broken.first(where: { $0.1 > 0 }) {
      throw LakeError(
        .qualityLimit, "\(Plural.rows(count)) \(count == 1 ? "breaks" : "break") \(label)",
        hint: "Nothing was published. Mend the query, or say ON VIOLATION REJECT to put such rows "
          + "aside.")
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
  static func error(_ check: ConsentCheck, _ count: Int) -> LakeError {
    let counts = check.counts
    var reasons = counts.explanation
    if check.rule.time?.isEnforced == true, counts.older > 0 {
      reasons += (reasons.isEmpty ? "" : ", ") + "\(counts.older) older than the consent"
    }
    let keys = counts.firstKeys.isEmpty ? "" : "; first: \(counts.firstKeys.listed)"
    let columns = check.rule.keys.map(\.label).listed
    return LakeError(
      .consentViolation,
      "\(Plural.rows(count)) of \(counts.rows) would be published without the consent "
        + "'\(check.rule.policy)' (\(reasons)\(keys))",
      hint: "Nothing was published. Filter by people who agreed, or declare CONSENT "
        + "\(check.rule.policy) BY (\(columns)) ON VIOLATION REMOVE to have them withheld.")
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
