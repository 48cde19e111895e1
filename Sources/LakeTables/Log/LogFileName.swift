/// The names of files in `_delta_log`.
package enum LogFileName {
  static let digitCount = 20

  /// Where the version that a checkpoint was written for last stands.
  static let lastCheckpoint = "_last_checkpoint"
  /// The directory of the files that checkpoints of the second kind refer to.
  static let sidecars = "_sidecars"

  /// `00000000000000000042.json`: the entry of a version.
  package static func entry(_ version: Int) -> String { "\(digits(version)).json" }

  /// The version of an entry; nil for any other name.
  package static func version(ofEntry name: String) -> Int? {
    guard name.utf8.count == digitCount + 5, name.hasSuffix(".json") else { return nil }
    return version(name.utf8.prefix(digitCount))
  }

  /// The version that a checkpoint of any kind holds the state of; nil for any other name.
  package static func version(ofCheckpoint name: String) -> Int? {
    CheckpointName(name)?.version
  }

  static func version(_ digits: Substring.UTF8View) -> Int? {
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(Substring(digits))
  }

  static func digits(_ version: Int) -> String {
    let text = String(version)
    return String(repeating: "0", count: max(0, digitCount - text.utf8.count)) + text
  }
}

/// The name of a file that holds the state of a version, or a part of it.
///
///     00000000000000000042.checkpoint.parquet                        one file
///     00000000000000000042.checkpoint.0000000001.0000000003.parquet  the first of three
///     00000000000000000042.checkpoint.<uuid>.json or .parquet        with or without sidecars
package struct CheckpointName: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case single
    case part(Int, of: Int)
    case named
  }

  package let name: String
  package let version: Int
  package let kind: Kind

  /// Nil for any other name.
  package init?(_ name: String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[0].utf8.count == LogFileName.digitCount,
      parts[1] == "checkpoint", let version = LogFileName.version(parts[0].utf8)
    else { return nil }
    switch (parts.count, parts[parts.count - 1]) {
    case (3, "parquet"): kind = .single
    case (5, "parquet"):
      guard let part = LogFileName.version(parts[2].utf8),
        let count = LogFileName.version(parts[3].utf8), (1...max(1, count)).contains(part)
      else { return nil }
      kind = .part(part, of: count)
    case (4, "parquet"), (4, "json"): kind = .named
    default: return nil
    }
    self.name = name
    self.version = version
  }

  /// Of the kind that we write.
  static func single(_ version: Int) -> String {
    "\(LogFileName.digits(version)).checkpoint.parquet"
  }

  static func part(_ part: Int, of count: Int, _ version: Int) -> String {
    let numbers = [part, count].map { LogFileName.digits($0).dropFirst(10) }
    return "\(LogFileName.digits(version)).checkpoint.\(numbers[0]).\(numbers[1]).parquet"
  }
}
