import Foundation
import LakeSamples
import Testing

@Suite("STEDI records")
struct StediRecordTests {
  /// Data sets are compared byte for byte by others, so that they must never change.
  @Test func areTheseForEver() throws {
    let files = try StediFiles(StediOptions(scale: 0.1, seed: 1))
    let texts = try StediTable.allCases.map { try files.texts(of: $0).joined() }
    #expect(texts.map { $0.prefix { $0 != "\n" } } == Self.firstRecords)
    #expect(texts.map(StediFiles.checksum) == Self.checksums)
  }

  private static let firstRecords: [Substring] = [
    """
    {"customerName":"Ivan Kovacs","email":"Ivan.Kovacs@test.com","phone":"3675550063",\
    "birthDay":"1971-10-27","serialNumber":"a72e292d-8bc5-46b3-ae25-fc355d0751ab",\
    "registrationDate":1654069974014,"lastUpdateDate":1654115522198,\
    "shareWithFriendsAsOfDate":1654115522198}
    """,
    #"{"user":"Fiona.Duran@test.com","timestamp":1655510588532,"x":-1.0,"y":-1.0,"z":1.0}"#,
    """
    {"sensorReadingTime":1655510588532,"serialNumber":"712368f8-4c39-4216-8c30-231a2736a976",\
    "distanceFromObject":205}
    """,
  ]
  private static let checksums: [UInt64] = [
    5_167_035_545_308_043_660, 6_262_600_323_348_944_744, 2_099_068_494_118_181_153,
  ]

  @Test func haveTheSizeOfTheCourseAtScaleOne() throws {
    let truth = try StediFiles(StediOptions(scale: 1, seed: 1)).report.truth
    #expect(truth.customers == 956)
    #expect((78_000...83_000).contains(truth.readings))
    #expect((28_500...29_500).contains(truth.steps))
    #expect((430...526).contains(truth.customerTrusted))
  }

  @Test(arguments: [UInt64(1), .max])
  func identifyEachCustomerOnce(seed: UInt64) throws {
    // More customers than there are pairs of names.
    let customers = try StediFiles(StediOptions(scale: 11, seed: seed)).records(of: .customer)
    let emails = customers.compactMap { $0["email"] as? String }
    let serials = customers.compactMap { $0["serialNumber"] as? String }
    #expect(customers.count == 10_516)
    #expect(Set(emails).count == customers.count)
    #expect(Set(serials).count == customers.count)
    #expect(serials.allSatisfy { UUID(uuidString: $0) != nil })
    #expect(emails.contains { $0.hasSuffix("2@test.com") })
  }

  @Test func keepTheirKeysInOrder() throws {
    let files = try StediFiles(StediOptions(scale: 0.2))
    let all = [
      "customerName", "email", "phone", "birthDay", "serialNumber", "registrationDate",
      "lastUpdateDate", "shareWithResearchAsOfDate", "shareWithPublicAsOfDate",
      "shareWithFriendsAsOfDate",
    ]
    var counts: Set<Int> = []
    for line in try files.texts(of: .customer).joined().split(separator: "\n") {
      let keys = Self.keys(in: line)
      #expect(keys == all.filter(keys.contains))
      #expect(Array(keys.prefix(7)) == Array(all.prefix(7)))
      counts.insert(keys.count)
    }
    #expect(counts == [7, 8, 9, 10])
    let reading = try #require(try files.texts(of: .accelerometer)[0].split(separator: "\n").first)
    #expect(Self.keys(in: reading) == ["user", "timestamp", "x", "y", "z"])
    let step = try #require(try files.texts(of: .stepTrainer)[0].split(separator: "\n").first)
    #expect(Self.keys(in: step) == ["sensorReadingTime", "serialNumber", "distanceFromObject"])
  }

  private static func keys(in line: Substring) -> [String] {
    line.matches(of: /[{,]"([A-Za-z]+)":/).map { String($0.1) }
  }

  @Test func writeAxesAsDoublesEachAsLikely() throws {
    let files = try StediFiles(StediOptions(scale: 1))
    var counts: [Substring: Int] = [:]
    for match in try files.texts(of: .accelerometer).joined().matches(of: /"[xyz]":([-0-9.]+)/) {
      counts[match.1, default: 0] += 1
    }
    #expect(Set(counts.keys) == ["-1.0", "0.0", "1.0"])
    let third = Double(counts.values.reduce(0, +)) / 3
    #expect(counts.values.allSatisfy { abs(Double($0) - third) < third / 50 })
  }

  @Test func comeInTheOrderOfTimeOverManyCustomers() throws {
    let records = try StediFiles(StediOptions(scale: 0.2)).records(of: .accelerometer)
    let times = records.compactMap { $0["timestamp"] as? Int }
    #expect(times.count == records.count)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    let users = records.prefix(300).compactMap { $0["user"] as? String }
    #expect(Set(users).count > 50)
  }

  @Test func giveEveryConsentBeforeTheFirstReading() throws {
    let files = try StediFiles(StediOptions(scale: 0.5))
    let firstStep = try #require(
      try files.records(of: .stepTrainer).compactMap { $0["sensorReadingTime"] as? Int }.min())
    for customer in try files.records(of: .customer) {
      let registered = try #require(customer["registrationDate"] as? Int)
      let updated = try #require(customer["lastUpdateDate"] as? Int)
      let consents = customer.filter { $0.key.hasPrefix("shareWith") }.values.compactMap {
        $0 as? Int
      }
      #expect(consents.allSatisfy { registered <= $0 && $0 <= updated })
      #expect(updated < firstStep)
      #expect(updated == consents.max() ?? registered)
    }
  }

  @Test func dependOnNothingButScaleAndSeed() throws {
    let one = try StediFiles(StediOptions(scale: 0.1, seed: 9, files: 3), threads: 1)
    let four = try StediFiles(StediOptions(scale: 0.1, seed: 9, files: 3), threads: 4)
    let split = try StediFiles(StediOptions(scale: 0.1, seed: 9, files: 200), threads: 2)
    let other = try StediFiles(StediOptions(scale: 0.1, seed: 10, files: 3))
    for table in StediTable.allCases {
      let texts = try one.texts(of: table)
      #expect(texts.count == 3)
      #expect(try four.texts(of: table) == texts)
      #expect(try split.texts(of: table).joined() == texts.joined())
      #expect(try other.texts(of: table).joined() != texts.joined())
    }
    #expect(one.report.truth == split.report.truth)
  }
}
