import CLakeKernels
import Glibc

extension ByteView {
  /// How many bytes are newlines.
  package var newlineCount: Int { survey().newlines }

  /// The newlines, and whether all bytes are ASCII, in one pass.
  package func survey() -> (newlines: Int, isASCII: Bool) {
    var seen: UInt8 = 0
    let newlines = lake_survey_text(start, count, &seen)
    return (newlines, seen < 0x80)
  }

  /// The offset of the first such byte at or after `offset`.
  package func firstIndex(of byte: UInt8, from offset: Int = 0) -> Int? {
    precondition(offset >= 0)
    guard offset < count else { return nil }
    guard let found = memchr(start + offset, Int32(byte), count - offset) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(start)
  }

  /// The offset of the last such byte before `limit`.
  package func lastIndex(of byte: UInt8, before limit: Int? = nil) -> Int? {
    let limit = limit ?? count
    precondition(limit >= 0 && limit <= count)
    var index = limit - 1
    // Safe: the index stays within 0 ..< limit.
    while index >= 0, start[index] != byte { index -= 1 }
    return index >= 0 ? index : nil
  }
}
