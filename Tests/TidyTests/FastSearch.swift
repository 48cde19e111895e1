import Foundation

extension StringProtocol {
  /// Whether one of the texts occurs, byte for byte. A rule asks this before it uses a regular
  /// expression: there are many lines, and expressions are slow.
  func has(_ needles: [String]) -> Bool {
    let found = utf8.withContiguousStorageIfAvailable { bytes in
      needles.contains { needle in Self.occurs(Array(needle.utf8), in: bytes) }
    }
    return found ?? needles.contains { contains($0) }
  }

  func has(_ needle: String) -> Bool { has([needle]) }

  private static func occurs(_ needle: [UInt8], in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = bytes.baseAddress, let first = needle.first else { return needle.isEmpty }
    var start = 0
    while start + needle.count <= bytes.count {
      let room = bytes.count - needle.count + 1 - start
      guard let hit = memchr(base + start, Int32(first), room) else { return false }
      if memcmp(hit, needle, needle.count) == 0 { return true }
      start = UnsafeRawPointer(hit) - UnsafeRawPointer(base) + 1
    }
    return false
  }
}
