import CZlib
import LakeCore

/// One stream of zlib that compresses whole blocks. Used by one thread at a time.
final class ZlibDeflater {
  // The stream stays where it is: zlib's state points back at it.
  private let stream: UnsafeMutablePointer<z_stream>

  init(_ format: DeflateFormat, level: Int32) throws(LakeError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, level, Z_DEFLATED, format.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      throw LakeError(.limitExceeded, "zlib has no memory for a compressor")
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Appends the compressed form of a block; its size is below 2^32.
  func compress(_ bytes: ByteView, into sink: inout ByteSink) throws(LakeError) {
    precondition(bytes.count <= Int(UInt32.max))
    deflateReset(stream)
    let bound = Int(deflateBound(stream, UInt(bytes.count)))
    try sink.reserve(bound)
    // zlib does not write to its input, though its type says so.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.start)
    stream.pointee.avail_in = UInt32(bytes.count)
    stream.pointee.next_out = sink.cursor
    stream.pointee.avail_out = UInt32(clamping: bound)
    let room = Int(stream.pointee.avail_out)
    guard deflate(stream, Z_FINISH) == Z_STREAM_END else {
      throw LakeError(.internal, "zlib did not finish a block in the room that it asked for")
    }
    sink.advance(by: room - Int(stream.pointee.avail_out))
  }
}
