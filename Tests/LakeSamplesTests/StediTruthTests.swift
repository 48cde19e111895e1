import Foundation
import LakeSamples
import Testing

/// The promised counts against a pipeline that reads the files and joins them the plain way.
@Suite("STEDI counts")
struct StediTruthTests {
  static let cases: [(scale: Double, seed: UInt64)] = [(0.001, 1), (0.02, 3), (0.2, 42), (1, 7)]

  @Test(arguments: cases)
  func areThoseOfANaivePipeline(scale: Double, seed: UInt64) throws {
    let files = try StediFiles(StediOptions(scale: scale, seed: seed))
    let counted = try Self.runPipeline(files)
    #expect(counted == files.report.truth)
    #expect(files.landing(.customer)?.records == counted.customers)
    #expect(files.landing(.accelerometer)?.records == counted.readings)
    #expect(files.landing(.stepTrainer)?.records == counted.steps)
  }

  @Test func differWhereAWrongPipelineGoesWrong() throws {
    let truth = try StediFiles(StediOptions(scale: 1)).report.truth
    #expect(truth.customersCurated < truth.customerTrusted)
    #expect(truth.joinedOnTimeAlone > truth.machineLearningCurated)
    #expect(truth.customerTrusted < truth.customers)
  }

  private struct Reading: Hashable {
    var user: String
    var time: Int
  }

  private static func runPipeline(_ files: StediFiles) throws -> StediTruth {
    let customers = try files.records(of: .customer)
    let readings = try files.records(of: .accelerometer).map {
      Reading(user: try text($0, "user"), time: try number($0, "timestamp"))
    }
    let steps = try files.records(of: .stepTrainer)
    var truth = StediTruth()
    (truth.customers, truth.readings, truth.steps) = (customers.count, readings.count, steps.count)

    let trusted = customers.filter { $0["shareWithResearchAsOfDate"] != nil }
    let trustedEmails = Set(try trusted.map { try text($0, "email") })
    let trustedReadings = readings.filter { trustedEmails.contains($0.user) }
    let users = Set(trustedReadings.map(\.user))
    var emails: [String: String] = [:]
    for customer in trusted {
      let email = try text(customer, "email")
      if users.contains(email) { emails[try text(customer, "serialNumber")] = email }
    }
    truth.customerTrusted = trusted.count
    truth.accelerometerTrusted = trustedReadings.count
    var consents: [String: Int] = [:]
    for customer in trusted {
      consents[try text(customer, "email")] = try number(customer, "shareWithResearchAsOfDate")
    }
    truth.readingsAfterConsent = trustedReadings.count { consents[$0.user] ?? .max <= $0.time }
    truth.customersCurated = emails.count

    let ofPersonAndTime = Dictionary(grouping: trustedReadings) { $0 }.mapValues(\.count)
    let ofTime = Dictionary(grouping: trustedReadings, by: \.time).mapValues(\.count)
    for step in steps {
      guard let email = emails[try text(step, "serialNumber")] else { continue }
      let time = try number(step, "sensorReadingTime")
      truth.stepTrainerTrusted += 1
      truth.machineLearningCurated += ofPersonAndTime[Reading(user: email, time: time)] ?? 0
      truth.joinedOnTimeAlone += ofTime[time] ?? 0
    }
    return truth
  }

  private static func text(_ record: [String: Any], _ key: String) throws -> String {
    try #require(record[key] as? String)
  }

  private static func number(_ record: [String: Any], _ key: String) throws -> Int {
    try #require(record[key] as? Int)
  }
}
