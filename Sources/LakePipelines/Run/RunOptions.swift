import LakeCore

/// How a pipeline is run.
package struct RunOptions: Sendable {
  /// Executes jobs that are up to date too.
  package var isForced = false
  /// Only these tables; nil for all of the pipeline.
  package var only: [TableName]?
  /// How many records of a landing table may have been rejected.
  package var rejectLimit = RejectLimit.share(0.01)

  package init() {}

  package enum RejectLimit: Sendable {
    case count(Int)
    case share(Double)

    /// Whether so many rejects among so many records are too many.
    func isPassed(rejects: Int, records: Int) -> Bool {
      switch self {
      case .count(let count): rejects > count
      case .share(let share): Double(rejects) > Double(records + rejects) * share
      }
    }

    var description: String {
      switch self {
      case .count(let count): "\(count)"
      case .share(let share): "\(share * 100) %"
      }
    }
  }
}
