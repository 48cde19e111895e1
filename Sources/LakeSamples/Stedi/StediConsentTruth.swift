import LakeCore

/// What the customer records of the early profile say, and what rules would make of them.
package struct StediConsentTruth: Sendable, Equatable {
  package var emails = 0
  /// Emails with several records, and those of them whose records disagree.
  package var repeated = 0
  package var mixed = 0
  /// Granted people: if any record counts, if the newest does, if all must agree.
  package var grantedByAny = 0
  package var grantedByLatest = 0
  package var grantedByAll = 0
  /// Records by what they say about research.
  package var recordsGranting = 0
  package var recordsMissing = 0
  package var recordsZero = 0
  package var recordsEmpty = 0
  package var recordsNull = 0
  package var recordsFuture = 0
  /// Serial numbers, all of them shared, and by how many emails at least and at most.
  package var serialNumbers = 0
  package var sharersMin = 0
  package var sharersMax = 0

  package init() {}

  /// Everything by name, in the order in which it is shown.
  package var counts: [(name: String, count: Int)] {
    [
      ("emails", emails),
      ("emails_repeated", repeated),
      ("emails_with_both_answers", mixed),
      ("granted_if_any_record_grants", grantedByAny),
      ("granted_if_the_newest_grants", grantedByLatest),
      ("granted_if_all_grant", grantedByAll),
      ("records_granting", recordsGranting),
      ("records_missing", recordsMissing),
      ("records_zero", recordsZero),
      ("records_empty", recordsEmpty),
      ("records_null", recordsNull),
      ("records_future", recordsFuture),
      ("serial_numbers", serialNumbers),
      ("emails_per_serial_number_min", sharersMin),
      ("emails_per_serial_number_max", sharersMax),
    ]
  }

  private static let checkMask = 0xFFFF

  static func count(
    _ history: StediHistory, cancellation: CancellationFlag
  ) throws -> StediConsentTruth {
    var truth = StediConsentTruth()
    for person in 0..<history.personCount {
      if person & checkMask == checkMask { try cancellation.check() }
      truth.count(history.answers(of: person))
    }
    // Records that share a serial number follow one another.
    var serial = 0
    var sharers: Set<Int> = []
    truth.sharersMin = history.personCount
    for sequence in 0..<history.recordCount {
      if sequence & checkMask == checkMask { try cancellation.check() }
      let record = history.record(inSequence: sequence)
      truth.count(record.refusal)
      if record.serial != serial {
        truth.close(sharers.count)
        sharers.removeAll(keepingCapacity: true)
        serial = record.serial
      }
      sharers.insert(record.person)
    }
    truth.close(sharers.count)
    return truth
  }

  private mutating func count(_ answers: StediAnswers) {
    emails += 1
    if answers.count > 1 { repeated += 1 }
    if answers.anyGrants, !answers.allGrant { mixed += 1 }
    if answers.anyGrants { grantedByAny += 1 }
    if answers.newestGrants { grantedByLatest += 1 }
    if answers.allGrant { grantedByAll += 1 }
  }

  private mutating func count(_ refusal: StediRefusal?) {
    switch refusal {
    case nil: recordsGranting += 1
    case .missing: recordsMissing += 1
    case .zero: recordsZero += 1
    case .empty: recordsEmpty += 1
    case .null: recordsNull += 1
    case .future: recordsFuture += 1
    }
  }

  /// One serial number is over.
  private mutating func close(_ sharers: Int) {
    serialNumbers += 1
    sharersMin = min(sharersMin, sharers)
    sharersMax = max(sharersMax, sharers)
  }
}
