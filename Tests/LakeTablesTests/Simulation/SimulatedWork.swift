import LakeTestSupport

/// One piece of work on a table, and what became of it.
struct SimulatedWork: Sendable {
  enum Kind: Sendable {
    case overwrite, append
    /// Rows that were read give way to others.
    case rewrite(removing: [String])
    case rearrange
    case restore(version: Int)
  }

  enum Ending: Sendable, Hashable {
    /// The process died, and knows no more than we do.
    case unknown
    /// It was told that somebody else was faster.
    case conflicted
    case committed(version: Int, withWarnings: Bool)
  }

  /// Stands in the log as the job, and in each row as the marker.
  var id: String
  var kind: Kind
  /// The rows that it brings.
  var lines: [String]
  var ending = Ending.unknown

  /// The rows after it, from those before; nil where it cannot have been done on them.
  func apply(to rows: [String], history: [[String]]) -> [String]? {
    switch kind {
    case .overwrite: return lines.sorted()
    case .append: return (rows + lines).sorted()
    case .rewrite(let removed):
      let gone = Set(removed)
      guard gone.isSubset(of: rows) else { return nil }
      return (rows.filter { !gone.contains($0) } + lines).sorted()
    case .rearrange: return rows
    case .restore(let version): return history[version]
    }
  }
}

/// What a reader saw, and between which versions it can have been.
struct SimulatedReading: Sendable {
  var reader: String
  /// The version that was read, where the reader knows it.
  var version: Int?
  /// The latest version that was acknowledged when the reader began.
  var earliest: Int
  /// The latest version that was in the log when it ended.
  var latest: Int
  var view: OutsideView
}

/// What happened in a simulation, as its processes tell it.
final class SimulationRecord: Sendable {
  let works = Shared<[String: SimulatedWork]>([:])
  let readings = Shared<[SimulatedReading]>([])
  let troubles = Shared<[String]>([])
  /// The latest version that was acknowledged with its published directory.
  let acknowledged = Shared(-1)

  func note(_ work: SimulatedWork) {
    works.withLock { $0[work.id] = work }
    if case .committed(let version, withWarnings: false) = work.ending {
      acknowledged.raise(to: version)
    }
  }
}
