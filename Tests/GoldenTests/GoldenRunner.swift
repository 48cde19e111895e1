import Foundation
import LakeTestSupport

/// Runs the commands of one golden file, in order, in a folder of their own.
struct GoldenRunner {
  private let folder: TemporaryDirectory
  private let work: String
  private let environment: [String: String]

  init() throws {
    folder = try TemporaryDirectory()
    work = folder.file("work")
    let manager = FileManager.default
    for name in ["work", "home", "tmp", "bin"] {
      try manager.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
    }
    try manager.createSymbolicLink(
      atPath: folder.file("bin/lake"), withDestinationPath: Repository.lakeBinary)
    var environment = [
      "PATH": "\(folder.file("bin")):/usr/local/bin:/usr/bin:/bin",
      "HOME": folder.file("home"), "TMPDIR": folder.file("tmp"),
      "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb",
    ]
    if !Repository.hasOptionalCodecs { environment["LAKE_CODECS"] = "none" }
    // So that all tests can be run once more with every query putting its rows on disk.
    environment["LAKE_SPILL"] = ProcessInfo.processInfo.environment["LAKE_SPILL"]
    self.environment = environment
  }

  func write(_ content: [UInt8], to name: String) throws {
    try folder.write(content, to: "work/\(name)")
  }

  /// What a command did, in the form in which it is expected.
  func run(_ text: String) throws -> GoldenFile.Expectation {
    let result = try ShellCommand(text, in: work, environment: environment).run()
    var error = result.error
    if result.timedOut { error += Array("killed: took longer than a minute\n".utf8) }
    return GoldenFile.Expectation(
      output: replace(work, by: "<dir>", in: result.output),
      error: Self.withoutTimes(replace(work, by: "<dir>", in: error)),
      exitCode: result.exitCode)
  }

  private func replace(_ text: String, by other: String, in bytes: [UInt8]) -> [UInt8] {
    var data = Data(bytes)
    while let range = data.range(of: Data(text.utf8)) {
      data.replaceSubrange(range, with: Data(other.utf8))
    }
    return Array(data)
  }

  /// Durations and rates in messages become `<time>` and `<rate>`. Data is left alone.
  static func withoutTimes(_ bytes: [UInt8]) -> [UInt8] {
    guard let text = String(validating: bytes, as: UTF8.self) else { return bytes }
    let number = #"\b\d+(?:[.,]\d+)? ?"#
    return Array(
      text.replacingOccurrences(
        of: number + #"(?:[kMGT]i?)?(?:B|rows|records)/s\b"#, with: "<rate>",
        options: .regularExpression
      ).replacingOccurrences(
        of: number + #"(?:ns|us|µs|ms|s)(?![\w/])"#, with: "<time>", options: .regularExpression
      ).utf8)
  }
}
