import Foundation
import LakeTestSupport
import Testing

/// Every verb is killed, fails and loses its power at each of its operations. A sample of the ways
/// it can; all of them with LAKE_FAULTS=all, which `Tests/Faults/run` sets.
@Suite("Faults at each operation of each verb")
struct FaultCampaignTests {
  private static let isWhole = ProcessInfo.processInfo.environment["LAKE_FAULTS"] == "all"

  @Test(arguments: FaultScenario.all)
  func nothingIsLostDoubledOrTorn(_ scenario: FaultScenario) throws {
    var campaign = FaultCampaign(scenario, Self.isWhole ? .whole : .sample)
    try campaign.run()
    for violation in campaign.violations.prefix(20) { Issue.record("\(violation)") }
    #expect(campaign.operations > 2)
    #expect(campaign.violations.count == 0)
    if Self.isWhole {
      print(
        "\(scenario.testDescription): \(campaign.operations) operations, \(campaign.runs) runs, "
          + "\(campaign.violations.count) violations")
    }
  }
}
