import LakeCore
import LakeEngine

/// Finds tables as they are now, and refuses their earlier versions: those may hold people who have
/// withdrawn since, and what is made of them would bring these back.
struct LatestVersions: TableResolver {
  private let base: any TableResolver

  init(_ base: any TableResolver) {
    self.base = base
  }

  func resolve(_ parts: [String], asOf: TableMoment?) throws -> ResolvedRelation {
    guard asOf == nil else {
      throw LakeError(
        .consentViolation,
        "an earlier version of \(parts.joined(separator: ".")) may hold people who have withdrawn "
          + "since, and no table is made of it",
        hint: "Read the latest version; lake query shows earlier ones.")
    }
    return try base.resolve(parts, asOf: nil)
  }

  func resolveFiles(_ request: FileRequest) throws -> BoundTable {
    try base.resolveFiles(request)
  }
}
