import Foundation

/// Where this checkout and its products are.
package enum Repository {
  /// The folder with `Package.swift`.
  package static let root: String = {
    let thisFile = URL(fileURLWithPath: #filePath)
    return thisFile.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }()

  /// The real `lake`: what `LAKE_BINARY` names, else the one that was built beside this test.
  package static let lakeBinary: String = {
    if let named = ProcessInfo.processInfo.environment["LAKE_BINARY"] { return named }
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("lake")
      .path
  }()

  /// Whether the tests are to do without optional codecs.
  package static let hasOptionalCodecs =
    ProcessInfo.processInfo.environment["LAKE_CODECS"] != "none"

  package static func path(_ relative: String) -> String { "\(root)/\(relative)" }
}
