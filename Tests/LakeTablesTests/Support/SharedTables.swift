import Foundation
import LakeTestSupport

/// Tables of other writers, where they are at hand.
enum SharedTables {
  static let root: String? = ["../shared/data/delta", "../../shared/data/delta"]
    .map { Repository.path($0) }.first { FileManager.default.fileExists(atPath: $0) }

  static var names: [String] {
    guard let root else { return [] }
    return ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
  }
}
