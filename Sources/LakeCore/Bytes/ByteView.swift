/// The one gate between raw memory and parsers: bytes with a bound.
///
/// Access is checked. Where a loop has tested the bound already, `unchecked:` says so and a
/// `// Safe:` comment beside it says why. A view does not own its bytes; it is used inside the
/// scope that owns them and never stored in a class.
@frozen
package struct ByteView {
  package let start: UnsafePointer<UInt8>
  package let count: Int

  @inlinable
  package init(_ start: UnsafePointer<UInt8>, count: Int) {
    precondition(count >= 0)
    self.start = start
    self.count = count
  }

  @inlinable
  package init(_ start: UnsafeRawPointer, count: Int) {
    self.init(start.assumingMemoryBound(to: UInt8.self), count: count)
  }

  /// The whole of a buffer, or its first `count` bytes.
  @inlinable
  package init(_ buffer: Buffer, count: Int? = nil) {
    let count = count ?? buffer.byteCount
    precondition(count <= buffer.byteCount)
    self.init(UnsafeRawPointer(buffer.base), count: count)
  }

  /// Bytes that begin somewhere.
  @inlinable
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return nil }
    self.init(base, count: bytes.count)
  }

  @inlinable package var end: UnsafePointer<UInt8> { start + count }
  @inlinable package var isEmpty: Bool { count == 0 }

  @inlinable
  package subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count, "byte index out of range")
    return start[index]
  }

  @inlinable
  package subscript(unchecked index: Int) -> UInt8 { start[index] }

  @inlinable
  package subscript(range: Range<Int>) -> ByteView {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "byte range out of range")
    return ByteView(start + range.lowerBound, count: range.count)
  }

  /// The bytes from `offset` on.
  @inlinable
  package func dropFirst(_ offset: Int) -> ByteView { self[offset..<count] }

  /// Calls `body` with the bytes of a string.
  package static func withUTF8<R>(of text: String, _ body: (ByteView) throws -> R) rethrows -> R {
    var text = text
    return try text.withUTF8 { bytes in
      guard let base = bytes.baseAddress else {
        var nothing: UInt8 = 0
        return try withUnsafePointer(to: &nothing) { try body(ByteView($0, count: 0)) }
      }
      return try body(ByteView(base, count: bytes.count))
    }
  }

  /// The bytes as text; bytes that are no UTF-8 are repaired.
  package var text: String {
    String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// Whether the bytes are those of an ASCII literal.
  package func equals(_ literal: StaticString) -> Bool {
    guard literal.utf8CodeUnitCount == count else { return false }
    for index in 0..<count where start[index] != literal.utf8Start[index] {
      return false
    }
    return true
  }
}
