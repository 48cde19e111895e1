import Foundation
import LakeSamples
import Testing

/// The early profile against a recount of its files that knows nothing of how they were made.
@Suite("STEDI early profile")
struct StediEarlyTests {
  static let cases: [(scale: Double, seed: UInt64, damage: StediDamage?)] = [
    (0.001, 1, nil), (0.05, 5, .mixed), (0.3, 42, .glued), (1, 1, nil), (1, .max, .commas),
    (1.37, 7, .cut), (2, 3, .mixed),
  ]

  @Test(arguments: cases)
  func countsAreThoseOfASlowReader(scale: Double, seed: UInt64, damage: StediDamage?) throws {
    let files = try StediFiles(
      StediOptions(scale: scale, seed: seed, profile: .early, files: 5, damage: damage))
    let recount = try StediRecount(files)
    #expect(recount.truth == files.report.truth)
    #expect(files.landing(.customer)?.records == recount.truth.customers)
    #expect(files.landing(.accelerometer)?.records == recount.truth.readings)
    #expect(files.landing(.stepTrainer)?.records == recount.truth.steps)
    #expect(recount.truth.stepTrainerTrusted == 0)
    #expect(recount.strangers.isEmpty)
  }

  @Test(arguments: [UInt64(1), 2, 99])
  func hasTheNumbersOfTheCoursesFile(seed: UInt64) throws {
    let files = try StediFiles(StediOptions(seed: seed, profile: .early))
    let consent = try #require(files.report.truth.consent)
    #expect(files.report.truth.customers == 999)
    #expect(consent.emails == 609 && consent.repeated == 262 && consent.mixed == 153)
    #expect(consent.recordsGranting == 497 && consent.serialNumbers == 30)
    #expect(consent.grantedByAny == 391 && consent.grantedByAll == 238)
    #expect(consent.grantedByLatest == 319 && files.report.truth.customerTrusted == 319)
    #expect(files.report.truth.readingsAfterConsent < files.report.truth.accelerometerTrusted)
  }

  @Test(arguments: [0.5, 1, 2.2], [UInt64(1), 8])
  func sharesEverySerialNumberAmongPeopleWhoDisagree(scale: Double, seed: UInt64) throws {
    let files = try StediFiles(StediOptions(scale: scale, seed: seed, profile: .early))
    let recount = try StediRecount(files)
    for people in recount.peopleOfSerial.values {
      #expect((22...43).contains(people.count))
      #expect(!people.isSubset(of: recount.granted) && !people.isDisjoint(with: recount.granted))
    }
  }

  @Test(arguments: [0.001, 1])
  func hasEveryKindOfFlag(scale: Double) throws {
    for seed in UInt64(0)..<20 {
      let files = try StediFiles(StediOptions(scale: scale, seed: seed, profile: .early))
      let consent = try #require(files.report.truth.consent)
      #expect(consent.counts.allSatisfy { $0.count > 0 })
      #expect(consent.grantedByAll < consent.grantedByLatest)
      #expect(consent.grantedByLatest < consent.grantedByAny)
    }
  }

  /// So that a reader who makes rejects of them, and takes the consent of rejects' people, comes to
  /// the same counts.
  @Test func writesTextOnlyForPeopleWhoAreNotGranted() throws {
    let files = try StediFiles(StediOptions(scale: 2, seed: 4, profile: .early))
    let recount = try StediRecount(files)
    let texts = try files.objects(of: .customer).filter {
      $0["shareWithResearchAsOfDate"] is String
    }
    #expect(texts.count > 50)
    #expect(texts.allSatisfy { !recount.granted.contains($0["email"] as? String ?? "") })
  }

  @Test(arguments: StediProfile.allCases)
  func cutsOffARecordOfSomebodyElse(profile: StediProfile) throws {
    let files = try StediFiles(
      StediOptions(scale: 0.1, seed: 6, profile: profile, files: 3, damage: .cut))
    let emails = Set(try files.objects(of: .customer).compactMap { $0["email"] as? String })
    for text in try files.texts(of: .customer) {
      let fragment = try #require(text.split(separator: "\n").last)
      let email = try #require(fragment.firstMatch(of: /"email":"([^"]+)"/)?.1)
      #expect(!fragment.hasSuffix("}") && !emails.contains(String(email)))
    }
  }

  /// Data sets are compared byte for byte by others, so that they must never change.
  @Test func isThisForEver() throws {
    let files = try StediFiles(StediOptions(scale: 0.1, profile: .early), threads: 1)
    let again = try StediFiles(StediOptions(scale: 0.1, profile: .early, files: 9), threads: 3)
    let texts = try StediTable.allCases.map { try files.texts(of: $0).joined() }
    #expect(try StediTable.allCases.map { try again.texts(of: $0).joined() } == texts)
    #expect(texts.map(StediFiles.checksum) == Self.checksums)
  }

  private static let checksums: [UInt64] = [
    5_457_830_692_568_458_359, 9_721_995_363_330_324_211, 2_249_908_462_516_120_067,
  ]
}
