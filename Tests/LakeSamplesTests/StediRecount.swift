import Foundation
import LakeSamples
import Testing

/// The counts of the early profile, from the files alone: dictionaries, sets and nested loops.
struct StediRecount {
  private(set) var truth = StediTruth()
  /// People granted by their newest record.
  private(set) var granted: Set<String> = []
  private(set) var peopleOfSerial: [String: Set<String>] = [:]
  /// Emails of readings and serial numbers of steps that no customer has.
  private(set) var strangers: Set<String> = []
  private var newest: [String: Answer] = [:]

  private struct Answer {
    var updated: Int
    var serial: String
    var since: Int?
  }

  private struct Reading: Hashable {
    var user: String
    var time: Int
  }

  init(_ files: StediFiles) throws {
    try countPeople(try files.objects(of: .customer))
    let readings = try files.objects(of: .accelerometer).map {
      Reading(user: try Self.text($0, "user"), time: try Self.number($0, "timestamp"))
    }
    let trusted = readings.filter { granted.contains($0.user) }
    let curated = Set(trusted.map(\.user))
    (truth.readings, truth.accelerometerTrusted) = (readings.count, trusted.count)
    truth.customersCurated = curated.count
    truth.readingsAfterConsent = trusted.count { $0.time >= newest[$0.user]?.since ?? .max }
    strangers.formUnion(readings.map(\.user).filter { newest[$0] == nil })
    try countSteps(try files.objects(of: .stepTrainer), trusted, curated)
  }

  private mutating func countPeople(_ customers: [[String: Any]]) throws {
    truth.customers = customers.count
    var consent = StediConsentTruth()
    var answers: [String: [Int?]] = [:]
    for record in customers {
      let email = try Self.text(record, "email")
      let serial = try Self.text(record, "serialNumber")
      let updated = try Self.number(record, "lastUpdateDate")
      let since = try Self.consent(record, &consent)
      #expect(newest[email]?.updated != updated, "no ties")
      #expect(since ?? 0 <= updated)
      answers[email, default: []].append(since)
      peopleOfSerial[serial, default: []].insert(email)
      if newest[email]?.updated ?? 0 < updated {
        newest[email] = Answer(updated: updated, serial: serial, since: since)
      }
    }
    granted = Set(newest.filter { $0.value.since != nil }.keys)
    truth.customerTrusted = granted.count
    consent.emails = answers.count
    consent.repeated = answers.values.count { $0.count > 1 }
    consent.grantedByAny = answers.values.count { $0.contains { $0 != nil } }
    consent.grantedByLatest = granted.count
    consent.grantedByAll = answers.values.count { $0.allSatisfy { $0 != nil } }
    consent.mixed = consent.grantedByAny - consent.grantedByAll
    consent.serialNumbers = peopleOfSerial.count
    consent.sharersMin = peopleOfSerial.values.map(\.count).min() ?? 0
    consent.sharersMax = peopleOfSerial.values.map(\.count).max() ?? 0
    truth.consent = consent
  }

  /// Since when a record grants, and its kind counted.
  private static func consent(
    _ record: [String: Any], _ counts: inout StediConsentTruth
  ) throws -> Int? {
    switch record["shareWithResearchAsOfDate"] {
    case nil: counts.recordsMissing += 1
    case is NSNull: counts.recordsNull += 1
    case let text as String:
      #expect(text.isEmpty)
      counts.recordsEmpty += 1
    case let date as Int where date == 0: counts.recordsZero += 1
    case let date as Int where Double(date) > Date().timeIntervalSince1970 * 1000:
      #expect(date > 4_000_000_000_000)
      counts.recordsFuture += 1
    case let date as Int:
      #expect(date > 0)
      counts.recordsGranting += 1
      return date
    default: throw CocoaError(.coderReadCorrupt)
    }
    return nil
  }

  private mutating func countSteps(
    _ steps: [[String: Any]], _ readings: [Reading], _ curated: Set<String>
  ) throws {
    truth.steps = steps.count
    let serials = Set(curated.compactMap { newest[$0]?.serial })
    let ofTime = Dictionary(grouping: readings, by: \.time).mapValues(\.count)
    let ofPersonAndTime = Dictionary(grouping: readings) { $0 }.mapValues(\.count)
    for step in steps {
      let serial = try Self.text(step, "serialNumber")
      let time = try Self.number(step, "sensorReadingTime")
      guard let holders = peopleOfSerial[serial] else {
        strangers.insert(serial)
        continue
      }
      if serials.contains(serial) { truth.joinedOnTimeAlone += ofTime[time] ?? 0 }
      // A serial number of several people is nobody's.
      guard holders.count == 1, let person = holders.first, curated.contains(person) else {
        continue
      }
      truth.stepTrainerTrusted += 1
      truth.machineLearningCurated += ofPersonAndTime[Reading(user: person, time: time)] ?? 0
    }
  }

  private static func text(_ record: [String: Any], _ key: String) throws -> String {
    try #require(record[key] as? String)
  }

  private static func number(_ record: [String: Any], _ key: String) throws -> Int {
    try #require(record[key] as? Int)
  }
}
