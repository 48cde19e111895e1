import LakeCore
import LakeTables
import LakeTestSupport
import Testing

/// Something that is done to a table, from some state of it, and what a reader may see meanwhile.
struct FaultScenario: Sendable, CustomTestStringConvertible {
  /// How a verb ended, where it threw nothing.
  enum Ending {
    /// It was not done, and says so.
    case refused
    /// It was done; what is left to do is left to the next command.
    case done(withWarnings: Bool)

    init(_ outcome: PublishOutcome) {
      if let report = outcome.report {
        self = .done(withWarnings: !report.warnings.isEmpty)
      } else {
        self = .refused
      }
    }
  }

  var verb: String
  var start: String
  /// Rows before and after; nil where there is no table.
  var before: [String]?
  var after: [String]?
  /// What the published directory holds before, where it is not what the table does.
  var lagging: [String]?
  /// The versions of before from this one on can be read afterwards.
  var oldestReadable = 0
  var hasPartitions = false
  /// The rows of the file that another program offers. It stays as it is, whatever happens.
  var offered: MarkedRows?
  var prepare: @Sendable (SimulatedLake) throws -> Void
  var act: @Sendable (SimulatedLake, FaultyProcess) throws -> Ending

  var testDescription: String { "\(verb), \(start)" }
}
