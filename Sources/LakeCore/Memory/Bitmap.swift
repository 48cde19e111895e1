/// One bit a row, in 64-bit words, lowest bit first; 1 means valid. Bits past `count` are 0.
package struct Bitmap: Sendable {
  package let buffer: Buffer
  package let count: Int
  /// The number of zero bits among the `count`.
  package let zeroCount: Int

  package static func wordCount(for count: Int) -> Int { (count + 63) / 64 }

  /// Takes a buffer of whole words whose bits past `count` are 0, and counts.
  package init(buffer: Buffer, count: Int) {
    self.buffer = buffer
    self.count = count
    let words = buffer.pointer(as: UInt64.self)
    var ones = 0
    for index in 0..<Bitmap.wordCount(for: count) {
      ones += words[index].nonzeroBitCount
    }
    zeroCount = count - ones
  }

  /// A bitmap of ones or zeros.
  package init(repeating bit: Bool, count: Int, tracker: MemoryTracker? = nil) throws(LakeError) {
    let words = Bitmap.wordCount(for: count)
    let buffer = try Buffer(byteCount: words * 8, tracker: tracker)
    let pointer = buffer.pointer(as: UInt64.self)
    for index in 0..<words {
      pointer[index] = bit ? .max : 0
    }
    if bit, count % 64 != 0 { pointer[words - 1] = (1 << UInt64(count % 64)) - 1 }
    self.buffer = buffer
    self.count = count
    zeroCount = bit ? 0 : count
  }

  @inlinable package var words: UnsafeMutablePointer<UInt64> { buffer.pointer(as: UInt64.self) }

  @inlinable
  package subscript(index: Int) -> Bool {
    precondition(index >= 0 && index < count)
    return words[index &>> 6] &>> UInt64(index & 63) & 1 == 1
  }
}
