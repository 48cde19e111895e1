/// The names of files that are being made. They are recognisable, so that what a crash leaves
/// behind can be told from everything else and removed, and random, so that two writers never
/// meet.
package enum TemporaryName {
  package static let prefix = ".lake-tmp-"

  /// A path of a new temporary name in a directory.
  package static func random(in directory: String) -> String {
    var name = String(UInt64.random(in: .min ... .max), radix: 16)
    name = String(repeating: "0", count: 16 - name.utf8.count) + name
    return Path.join(directory, prefix + name)
  }

  /// Whether a file name (not a path) is one that `random` could have made.
  package static func matches(_ name: String) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let suffix = name.utf8.dropFirst(prefix.utf8.count)
    return suffix.count == 16
      && suffix.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }
}
