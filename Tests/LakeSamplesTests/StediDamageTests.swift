import Foundation
import LakeSamples
import Testing

@Suite("STEDI damage")
struct StediDamageTests {
  @Test(arguments: StediDamage.allCases)
  func leavesTheRecordsThatAreReported(damage: StediDamage) throws {
    let whole = try StediFiles(StediOptions(scale: 0.05, files: 5))
    let broken = try StediFiles(StediOptions(scale: 0.05, files: 5, damage: damage))
    #expect(broken.report.truth == whole.report.truth)
    for table in StediTable.allCases {
      let scans = try broken.texts(of: table).map(StediFiles.scan)
      let objects = scans.flatMap(\.objects).map(String.init)
      let landing = try #require(broken.landing(table))
      #expect(landing.records == objects.count)
      #expect(landing.rejects == scans.count { $0.hasRest })
      #expect(
        objects
          == (try whole.texts(of: table)).flatMap { StediFiles.scan($0).objects.map(String.init) })
    }
  }

  @Test(arguments: [(StediDamage.commas, 0), (.glued, 0), (.cut, 4), (.mixed, 1)])
  func makesThisManyRejectsOfFourFiles(damage: StediDamage, rejects: Int) throws {
    let files = try StediFiles(StediOptions(scale: 0.05, files: 4, damage: damage))
    #expect(files.report.landing.map(\.rejects) == [rejects, rejects, rejects])
  }

  @Test func commasFollowEveryLineButTheLast() throws {
    let files = try StediFiles(StediOptions(scale: 0.05, damage: .commas))
    for text in try StediTable.allCases.flatMap({ try files.texts(of: $0) }) {
      let lines = text.split(separator: "\n")
      #expect(text.hasSuffix("}\n"))
      #expect(lines.dropLast().allSatisfy { $0.hasSuffix("},") })
    }
  }

  @Test func gluedFilesHaveNoLineEnds() throws {
    let files = try StediFiles(StediOptions(scale: 0.05, damage: .glued))
    for text in try StediTable.allCases.flatMap({ try files.texts(of: $0) }) {
      #expect(!text.contains("\n") && text.contains("}{"))
    }
  }

  @Test func emptyFilesCannotBeCut() throws {
    let files = try StediFiles(StediOptions(scale: 0.001, files: 6, damage: .cut))
    let landing = try #require(files.landing(.customer))
    #expect(landing.records == 1 && landing.rejects == 1)
    #expect(try files.texts(of: .customer).count { $0.isEmpty } == 5)
  }
}
