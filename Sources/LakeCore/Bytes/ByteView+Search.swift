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
    var index = limit
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    while index >= 8 {
      // Safe: the eight bytes lie before the limit. A byte of the difference that is zero, and
      // none other below it, leaves a mark.
      let word = UnsafeRawPointer(start + (index - 8)).loadUnaligned(as: UInt64.self) ^ pattern
      if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { break }
      index -= 8
    }
    while index > 0 {
      index -= 1
      if start[index] == byte { return index }
    }
    return nil
  }
}
