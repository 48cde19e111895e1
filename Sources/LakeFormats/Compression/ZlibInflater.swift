import CZlib
import LakeCore

/// One stream of zlib that decompresses. Used by one thread at a time.
final class ZlibInflater {
  enum Outcome {
    /// More input, or more room, is needed.
    case going
    /// The stream, its checksum included, is over.
    case ended
    /// zlib's own words for what is wrong.
    case damaged(String)
  }

  // The stream stays where it is: zlib's state points back at it.
  private let stream: UnsafeMutablePointer<z_stream>

  init(_ format: DeflateFormat) throws(LakeError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit2_(
      stream, format.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      throw LakeError(.limitExceeded, "zlib has no memory for a decompressor")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Begins anew, with the next member or block.
  func reset() {
    inflateReset(stream)
  }

  /// Moves as many bytes as it can from input to output; both are advanced by what was used.
  func advance(
    _ input: inout UnsafeRawBufferPointer, _ output: inout UnsafeMutableRawBufferPointer
  ) -> Outcome {
    let inputCount = min(input.count, ZlibInflater.stepMax)
    let outputCount = min(output.count, ZlibInflater.stepMax)
    // zlib does not write to its input, though its type says so.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(truncatingIfNeeded: inputCount)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(truncatingIfNeeded: outputCount)
    let status = inflate(stream, Z_NO_FLUSH)
    let taken = inputCount - Int(stream.pointee.avail_in)
    let made = outputCount - Int(stream.pointee.avail_out)
    input = UnsafeRawBufferPointer(rebasing: input[taken...])
    output = UnsafeMutableRawBufferPointer(rebasing: output[made...])
    switch status {
    case Z_OK, Z_BUF_ERROR: return .going
    case Z_STREAM_END: return .ended
    case Z_NEED_DICT: return .damaged("a preset dictionary is needed")
    default: return .damaged(stream.pointee.msg.map { String(cString: $0) } ?? "no memory")
    }
  }

  /// What fits in zlib's 32-bit counts with room to spare.
  private static let stepMax = 1 << 30
}
