import LakeCore

/// A piece of a text file that begins and ends between records: what one task decodes.
///
///     buffer  │ … │ records … │ 0 0 0 0 …
///                 start       start + count
///
/// The byte behind the last one is zero, and 64 bytes from there on are readable. No record holds
/// a zero byte that a decoder would pass over, so inner loops need no bound: they all stop at zero
/// and only then compare with the end.
package struct Chunk: Sendable {
  package let buffer: Buffer
  package let start: Int
  package let count: Int
  /// Where the first byte lies in the file (after decompression).
  package let offset: Int
  /// The record behind the last one of this chunk, where it was too long to be held.
  package let oversized: OversizedRecord?
  /// Whether damage ended the file behind this chunk, so that its last record may be half of one.
  package let isCutOff: Bool

  package init(
    buffer: Buffer, start: Int, count: Int, offset: Int, oversized: OversizedRecord? = nil,
    isCutOff: Bool = false
  ) {
    precondition(start >= 0 && count >= 0 && start + count <= buffer.byteCount)
    // Safe: a buffer is padded by 64 writable bytes, and nobody else has seen it yet.
    buffer.base.storeBytes(of: 0, toByteOffset: start + count, as: UInt64.self)
    buffer.base.storeBytes(of: 0, toByteOffset: start + count + 8, as: UInt64.self)
    self.buffer = buffer
    self.start = start
    self.count = count
    self.offset = offset
    self.oversized = oversized
    self.isCutOff = isCutOff
  }

  /// No bytes but a record that was too long.
  init(passedOver record: OversizedRecord) {
    self.init(
      buffer: Buffer(untracked: 0), start: 0, count: 0, offset: record.offset, oversized: record)
  }

  package var bytes: ByteView { ByteView(UnsafeRawPointer(buffer.base + start), count: count) }
}

/// A record that was longer than a reader may hold. It was passed over to its end.
package struct OversizedRecord: Sendable {
  package var offset: Int
  package var byteCount: Int
  /// Of the place behind it, counted from its first byte.
  package var end = TextPosition()
  package var limit: Int
  package var hash: UInt64
  /// Its first bytes, for the reject.
  package var head: [UInt8]
}
