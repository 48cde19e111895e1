import Glibc
import LakeCore

/// Values of one trivial type that grow at the end, in memory that is accounted for. The owner
/// reserves room and writes through the pointer, so that loops see nothing but a pointer.
struct RawArray<Element: BitwiseCopyable> {
  private(set) var buffer: Buffer
  private(set) var capacity: Int
  var count = 0
  private let tracker: MemoryTracker?

  init(tracker: MemoryTracker?) {
    buffer = Buffer(untracked: 0)
    capacity = 0
    self.tracker = tracker
  }

  /// With room for `count` values that are not set yet.
  init(count: Int, tracker: MemoryTracker?) throws(LakeError) {
    self.init(tracker: tracker)
    try reserve(count)
    self.count = count
  }

  @inline(__always)
  var pointer: UnsafeMutablePointer<Element> { buffer.pointer(as: Element.self) }

  /// Makes room for so many values in all.
  mutating func reserve(_ wanted: Int) throws(LakeError) {
    if wanted <= capacity { return }
    let larger = max(wanted, capacity * 2, 16)
    let stride = MemoryLayout<Element>.stride
    let target = try Buffer(byteCount: larger * stride, tracker: tracker)
    memcpy(target.base, buffer.base, count * stride)
    buffer = target
    capacity = larger
  }

  mutating func append(_ value: Element) throws(LakeError) {
    if count == capacity { try reserve(count + 1) }
    pointer[count] = value
    count += 1
  }

  /// Grows to so many values; the new ones are bytes of zero.
  mutating func growZeroed(to wanted: Int) throws(LakeError) {
    if wanted <= count { return }
    try reserve(wanted)
    memset(pointer + count, 0, (wanted - count) * MemoryLayout<Element>.stride)
    count = wanted
  }
}
