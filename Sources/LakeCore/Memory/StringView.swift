import Glibc

/// A string in sixteen trivial bytes, made for fast equality, ordering and hashing.
///
///     byte  0      4        8               16
///          ┌──────┬────────┬───────────────┐
///     ≤12  │length│ first 4│ next 8, zero-padded   the whole string is here
///          ├──────┼────────┼───────────────┤
///     >12  │length│ first 4│ pointer       │       to all bytes, the first four included
///          └──────┴────────┴───────────────┘
///
/// Two strings with different `head` differ; so most comparisons end after one eight-byte word. The
/// pointer is raw: the vector that holds the view also holds the owners (pages, arenas) of the
/// bytes behind it, and nobody keeps a view longer than its vector.
@frozen
package struct StringView: BitwiseCopyable, @unchecked Sendable {
  // @unchecked Sendable: a view is only ever used under the vector that owns its bytes, which are
  // immutable.
  @usableFromInline package var head: UInt64
  @usableFromInline package var tail: UInt64

  package static let inlineMax = 12

  @inlinable
  package init(head: UInt64, tail: UInt64) {
    self.head = head
    self.tail = tail
  }

  /// The empty string.
  @inlinable
  package init() {
    head = 0
    tail = 0
  }

  /// A view of `count` bytes at `bytes`, of which up to twelve are copied into the view and more
  /// are pointed at.
  @inlinable @inline(__always)
  package init(_ bytes: UnsafeRawPointer, count: Int) {
    guard count > StringView.inlineMax else {
      self = StringView.inlined(bytes, count: count)
      return
    }
    let prefix = UInt64(bytes.loadUnaligned(as: UInt32.self))
    head = UInt64(UInt32(truncatingIfNeeded: count)) | prefix &<< 32
    tail = UInt64(UInt(bitPattern: bytes))
  }

  /// As `init(_:count:)`, where 16 bytes can be read at `bytes` whatever the count: the padded
  /// buffers of the readers.
  @inlinable @inline(__always)
  package init(padded bytes: UnsafeRawPointer, count: Int) {
    if count > StringView.inlineMax {
      let prefix = UInt64(bytes.loadUnaligned(as: UInt32.self))
      head = UInt64(UInt32(truncatingIfNeeded: count)) | prefix &<< 32
      tail = UInt64(UInt(bitPattern: bytes))
      return
    }
    // Safe: the caller promises 16 readable bytes; those past `count` are masked away.
    let first = UInt64(bytes.loadUnaligned(as: UInt32.self))
    let rest = bytes.loadUnaligned(fromByteOffset: 4, as: UInt64.self)
    let firstBits = UInt64(min(count, 4)) &* 8
    let restBits = UInt64(max(count, 4) &- 4) &* 8
    let firstMask = (1 as UInt64) &<< firstBits &- 1
    let restMask = restBits == 64 ? UInt64.max : (1 as UInt64) &<< restBits &- 1
    head = UInt64(UInt32(truncatingIfNeeded: count)) | (first & firstMask) &<< 32
    tail = rest & restMask
  }

  @usableFromInline
  package static func inlined(_ bytes: UnsafeRawPointer, count: Int) -> StringView {
    var storage: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &storage) { raw in
      raw.storeBytes(of: UInt32(truncatingIfNeeded: count), as: UInt32.self)
      if count > 0, let base = raw.baseAddress {
        memcpy(base + 4, bytes, count)
      }
    }
    return StringView(head: storage.0, tail: storage.1)
  }

  @inlinable package var count: Int { Int(UInt32(truncatingIfNeeded: head)) }
  @inlinable package var isInline: Bool { count <= StringView.inlineMax }

  /// Where the bytes of a string that is not inline lie.
  @inlinable
  package var pointer: UnsafeRawPointer {
    // Safe: a view longer than `inlineMax` is only made from a pointer.
    UnsafeRawPointer(bitPattern: UInt(tail)).unsafelyUnwrapped
  }

  /// Calls `body` with the bytes, wherever they are.
  @inlinable
  package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    if !isInline { return try body(UnsafeRawBufferPointer(start: pointer, count: count)) }
    return try withUnsafeBytes(of: self) { raw in
      try body(UnsafeRawBufferPointer(rebasing: raw[4..<(4 + count)]))
    }
  }
}

extension StringView: Comparable {
  /// Byte for byte the same.
  @inlinable @inline(__always)
  package static func == (a: StringView, b: StringView) -> Bool {
    if a.head != b.head { return false }
    if a.tail == b.tail { return true }
    if a.isInline { return false }
    return memcmp(a.pointer, b.pointer, a.count) == 0
  }

  /// By unsigned bytes, which for UTF-8 is the order of code points.
  @inlinable
  package static func < (a: StringView, b: StringView) -> Bool {
    a.ordered(before: b) < 0
  }

  /// Negative, zero or positive, as `memcmp`.
  @inlinable
  package func ordered(before other: StringView) -> Int {
    let x = UInt32(truncatingIfNeeded: head &>> 32).byteSwapped
    let y = UInt32(truncatingIfNeeded: other.head &>> 32).byteSwapped
    if x != y { return x < y ? -1 : 1 }
    return orderedByRest(before: other)
  }

  @usableFromInline
  func orderedByRest(before other: StringView) -> Int {
    // What is short is padded with zeros: where the next eight bytes differ, they decide.
    let (x, y) = (nextEight, other.nextEight)
    if x != y { return x < y ? -1 : 1 }
    // Of short texts only zeros in the text itself leave it to the length.
    return isInline && other.isInline ? count - other.count : orderedByBytes(before: other)
  }

  /// The bytes behind the first four, the first of them highest.
  private var nextEight: UInt64 {
    if isInline { return tail.byteSwapped }
    // Safe: a text that is not inline has more than twelve bytes.
    return pointer.loadUnaligned(fromByteOffset: 4, as: UInt64.self).byteSwapped
  }

  private func orderedByBytes(before other: StringView) -> Int {
    withBytes { a in
      other.withBytes { b in
        let common = min(a.count, b.count)
        if common > 0, let x = a.baseAddress, let y = b.baseAddress {
          let order = memcmp(x, y, common)
          if order != 0 { return Int(order) }
        }
        return a.count - b.count
      }
    }
  }

  /// The bytes as text; bytes that are no UTF-8 are repaired. For messages and tests.
  package var text: String {
    withBytes { String(decoding: $0, as: UTF8.self) }
  }
}
