/// The stages that data passes through, from raw to ready. A zone is a directory below `lake/` and
/// a schema in SQL.
public enum Zone: String, Sendable, Hashable, CaseIterable, Comparable {
  case landing, trusted, curated

  /// A zone by its name, or by the name that others have for it; without case.
  public init?(named name: String) {
    switch name.lowercased() {
    case "landing", "bronze", "raw": self = .landing
    case "trusted", "silver": self = .trusted
    case "curated", "gold": self = .curated
    default: return nil
    }
  }

  public static func < (a: Zone, b: Zone) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .landing: 0
    case .trusted: 1
    case .curated: 2
    }
  }
}
