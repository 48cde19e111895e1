import Foundation

/// Tables of other writers, where they are at hand: each a directory `delta`, and the rows that it
/// holds as Parquet in a directory `expected`.
package enum SharedTables {
  package static let root: String? = ["../shared/data/delta", "../../shared/data/delta"]
    .map { Repository.path($0) }.first { FileManager.default.fileExists(atPath: $0) }

  package static var names: [String] {
    guard let root else { return [] }
    return ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
  }

  package static func path(_ name: String, _ part: String) -> String {
    "\(root ?? "")/\(name)/\(part)"
  }

  package static func hasExpectation(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name, "expected"))
  }
}
