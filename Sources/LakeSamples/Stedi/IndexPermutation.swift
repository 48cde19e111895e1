/// A random order of 0..<count that takes no memory: any position can be asked for by itself.
///
/// Three rounds of multiplying by an odd number, adding and folding the upper half of the bits onto
/// the lower one. Each step can be undone within the next power of two, so the whole is a
/// permutation of that; an answer outside of the range is put in again until one falls inside,
/// which leaves a permutation of the range.
struct IndexPermutation: Sendable {
  let count: Int
  private let mask: UInt64
  private let shift: UInt64
  private let key: UInt64

  init(count: Int, key: UInt64) {
    precondition(count > 0)
    self.count = count
    let bits = max(2, Int.bitWidth - (count - 1).leadingZeroBitCount)
    mask = (1 << UInt64(bits)) - 1
    shift = UInt64(bits + 1) / 2
    self.key = key
  }

  @inline(__always)
  subscript(position: Int) -> Int {
    var value = UInt64(truncatingIfNeeded: position)
    let bound = UInt64(truncatingIfNeeded: count)
    repeat {
      value = step(value, key)
      value = step(value, key &>> 21)
      value = step(value, key &>> 42)
    } while value >= bound
    return Int(truncatingIfNeeded: value)
  }

  @inline(__always)
  private func step(_ value: UInt64, _ key: UInt64) -> UInt64 {
    let spread = (value &* 0x9E37_79B9_7F4A_7C15 &+ key) & mask
    return spread ^ spread &>> shift
  }
}
