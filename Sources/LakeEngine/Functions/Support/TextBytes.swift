import CLakeKernels
import Glibc
import LakeCore

extension StringView {
  /// Some of the bytes, which the owners of this view own too.
  @inline(__always)
  func slice(_ start: Int, _ count: Int) -> StringView {
    if isInline { return withBytes { ByteRun($0).slice(start, count) } }
    return StringView(pointer + start, count: count)
  }
}

/// Bytes of UTF-8 text, for the loops of string functions.
struct ByteRun {
  let start: UnsafePointer<UInt8>
  let count: Int

  /// What an empty run points at.
  // nonisolated(unsafe): a byte that nobody writes.
  nonisolated(unsafe) private static let nothing: UnsafePointer<UInt8> = {
    let byte = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    byte.pointee = 0
    return UnsafePointer(byte)
  }()

  init(_ start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    self.count = count
  }

  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer) {
    start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? ByteRun.nothing
    count = bytes.count
  }

  @inline(__always)
  subscript(index: Int) -> UInt8 { start[index] }

  @inline(__always)
  func slice(_ from: Int, _ length: Int) -> StringView {
    StringView(UnsafeRawPointer(start + from), count: length)
  }

  func suffix(from index: Int) -> ByteRun { ByteRun(start + index, count: count - index) }

  /// The place of the first occurrence at or behind a place, in linear time.
  func find(_ needle: ByteRun, from: Int = 0) -> Int? {
    guard needle.count <= count - from else { return nil }
    if needle.count == 0 { return from }
    return lake_find_bytes(start + from, count - from, needle.start, needle.count)
      .map { $0 - start }
  }

  func matches(_ other: ByteRun, at place: Int) -> Bool {
    place >= 0 && other.count <= count - place
      && memcmp(start + place, other.start, other.count) == 0
  }

  func isSuffix(_ other: ByteRun) -> Bool { matches(other, at: count - other.count) }
}

/// Code points in UTF-8 that is valid.
extension ByteRun {
  @inline(__always)
  static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  /// Where the code point after the one at a place begins.
  @inline(__always)
  func next(after place: Int) -> Int {
    var next = place + 1
    while next < count, ByteRun.isContinuation(start[next]) { next += 1 }
    return next
  }

  /// Where the code point before a place begins.
  @inline(__always)
  func previous(before place: Int) -> Int {
    var previous = place - 1
    while previous > 0, ByteRun.isContinuation(start[previous]) { previous -= 1 }
    return previous
  }

  var scalarCount: Int {
    var total = 0
    for index in 0..<count where !ByteRun.isContinuation(start[index]) { total &+= 1 }
    return total
  }

  /// The place behind `scalars` code points from a place on, or the end.
  func advance(_ place: Int, by scalars: Int) -> Int {
    var (place, left) = (place, scalars)
    while left > 0, place < count {
      place = next(after: place)
      left -= 1
    }
    return place
  }

  /// The place of the code point that is `scalars` before the end; nil if there are fewer.
  func fromEnd(_ scalars: Int) -> Int? {
    var (place, left) = (count, scalars)
    while left > 0 {
      if place == 0 { return nil }
      place = previous(before: place)
      left -= 1
    }
    return place
  }

  var isASCII: Bool { UTF8Text.isASCII(ByteView(start, count: count)) }

  /// The code points, of text that may be anything.
  var scalars: String.UnicodeScalarView {
    String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
      .unicodeScalars
  }
}
