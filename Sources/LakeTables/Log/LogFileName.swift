/// The names of files in `_delta_log`.
package enum LogFileName {
  private static let digitCount = 20

  /// `00000000000000000042.json`: the entry of a version.
  package static func entry(_ version: Int) -> String { "\(digits(version)).json" }

  /// The version of an entry; nil for any other name.
  package static func version(ofEntry name: String) -> Int? {
    guard name.utf8.count == digitCount + 5, name.hasSuffix(".json") else { return nil }
    return version(name.utf8.prefix(digitCount))
  }

  /// The version that a checkpoint of any kind holds the state of; nil for any other name.
  package static func version(ofCheckpoint name: String) -> Int? {
    guard name.utf8.dropFirst(digitCount).starts(with: ".checkpoint.".utf8) else { return nil }
    return version(name.utf8.prefix(digitCount))
  }

  private static func version(_ digits: Substring.UTF8View) -> Int? {
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(Substring(digits))
  }

  private static func digits(_ version: Int) -> String {
    let text = String(version)
    return String(repeating: "0", count: max(0, digitCount - text.utf8.count)) + text
  }
}
