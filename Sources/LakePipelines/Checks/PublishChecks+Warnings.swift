import LakeEngine

extension PublishChecks {
  /// What whoever publishes should know.
  func warnings(_ withheld: WithheldCounter) -> [String] {
    var warnings: [String] = []
    for (place, counts) in withheld.all where counts.rows > 0 {
      let count = counts.withheld.reduce(0, +)
      if count == 0 { continue }
      let reasons = KeyVerdict.allCases.compactMap { verdict in
        let rows = counts.withheld[Int(verdict.rawValue)]
        return rows == 0 ? nil : "\(rows) \(verdict.explanation)"
      }
      let share = count == counts.rows ? "all \(count)" : "\(count) of \(counts.rows)"
      warnings.append(
        "\(share) rows of \(place.table) were withheld by \(place.policy) "
          + "(\(reasons.joined(separator: ", ")))")
    }
    for (consent, counts) in zip(consents.checks, consentCounts) {
      if consent.rule.removes, counts.withheldCount > 0 {
        warnings.append(
          "\(Plural.rows(counts.withheldCount)) removed by \(consent.rule.policy) at the publish "
            + "(\(counts.explanation))")
      }
      if let time = consent.rule.time, !time.isEnforced, counts.older > 0 {
        warnings.append(
          "\(Plural.rows(counts.older)) of \(counts.rows) are older than their consent by "
            + "\(time.label); AT (\(time.label)) in the CONSENT clause keeps them out")
      }
    }
    for condition in conditions where condition.action == .warn && condition.violations > 0 {
      warnings.append("\(Plural.rows(condition.violations)) against \(condition.label)")
    }
    for key in keys where key.action == .warn && key.violations > 0 {
      warnings.append("\(Plural.rows(key.violations)) against \(key.label)")
    }
    return warnings
  }
}
