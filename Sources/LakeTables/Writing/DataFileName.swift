/// The names of our data files: `part-00000-v000042.gz.parquet`. They carry the version that added
/// them, so that a name never means two things, and are recognised, so that nothing else is ever
/// removed. Those in tables of others bear the id of their write besides, and are not.
package enum DataFileName {
  package static func make(part: Int, version: Int, writeID: String? = nil) -> String {
    let id = writeID.map { "-\($0)" } ?? ""
    return "part-\(digits(part, 5))-v\(digits(version, 6))\(id).gz.parquet"
  }

  /// The version in a name; nil where it is not one of ours.
  package static func version(of name: String) -> Int? {
    guard name.hasPrefix("part-"), name.hasSuffix(".gz.parquet") else { return nil }
    let middle = name.dropFirst("part-".count).dropLast(".gz.parquet".count)
    let parts = middle.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].first == "v",
      let part = number(parts[0], 5), let version = number(parts[1].dropFirst(), 6),
      make(part: part, version: version) == name
    else { return nil }
    return version
  }

  private static func number(_ digits: Substring, _ count: Int) -> Int? {
    guard digits.utf8.count >= count, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(digits)
  }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
