import LakeCore
import Synchronization

/// The time zones that the system knows, each read once.
///
/// Names are those of the IANA database, in the case that it writes them, and offsets such as
/// `+02:00` and `UTC-5`.
package final class TimeZones: Sendable {
  private let fileSystem: any FileSystem
  private let directories: [String]
  private let known = Mutex<[String: TimeZone?]>([:])

  /// Zone files have a few kilobytes.
  private static let byteCountMax = 1 << 20
  private static let nameLengthMax = 64
  private static let knownMax = 4096

  /// Those of this machine. The files are read-only and the same for everybody, so one cache serves
  /// all contexts.
  package static let system = TimeZones()

  package init(
    _ fileSystem: any FileSystem = LocalFileSystem(),
    directories: [String] = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]
  ) {
    self.fileSystem = fileSystem
    self.directories = directories
  }

  /// Nil where there is no such zone.
  func zone(_ name: String) -> TimeZone? {
    if let zone = known.withLock({ $0[name] }) { return zone }
    let zone = TimeZones.offset(name).map { TimeZone(offset: $0) } ?? read(name)
    known.withLock { if $0.count < TimeZones.knownMax { $0[name] = zone } }
    return zone
  }

  private func read(_ name: String) -> TimeZone? {
    guard TimeZones.isName(name) else { return nil }
    for directory in directories {
      let path = Path.join(directory, name)
      guard let bytes = try? fileSystem.readWhole(path, limit: TimeZones.byteCountMax),
        let file = TimeZoneFile(bytes)
      else { continue }
      return TimeZone(file)
    }
    return nil
  }

  /// Whether a name can be that of a zone: none leaves the directory of the zones.
  private static func isName(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count <= nameLengthMax else { return false }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      !part.isEmpty
        && part.utf8.allSatisfy { byte in
          (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
        }
    }
  }

  /// Seconds of `Z`, `UTC`, `+2`, `-05:30`, `GMT+1`.
  private static func offset(_ name: String) -> Int32? {
    var text = Substring(name.uppercased())
    if text == "Z" || text == "UTC" || text == "GMT" || text == "UT" { return 0 }
    for prefix in ["UTC", "GMT", "UT"] where text.hasPrefix(prefix) {
      text = text.dropFirst(prefix.count)
      break
    }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    var digits = text.dropFirst().filter { $0 != ":" }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), (1...4).contains(digits.count) else {
      return nil
    }
    if digits.count <= 2 { digits += "00" }
    guard let number = Int32(digits), number / 100 <= 18, number % 100 < 60 else { return nil }
    let seconds = number / 100 * 3600 + number % 100 * 60
    return sign == "-" ? 0 - seconds : seconds
  }
}
