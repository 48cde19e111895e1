import LakeCore

/// Compresses blocks that are whole in memory, by libdeflate where it is there, else by zlib. One
/// compressor serves one thread, for one block after the other.
///
/// Each block of gzip is a member of its own. Members one after the other are a gzip file, so a
/// file can be compressed by many threads and written in order:
///
///     let compressor = try BlockCompressor(.gzip, level: 6, libraries: libraries)   // per thread
///     try compressor.compress(block, into: &sink)                                   // per block
///
/// The bytes depend on the library and its version; what they decompress to does not.
package final class BlockCompressor {
  /// From 1, the fastest, to 9, the smallest.
  package static let levels = 1...9
  /// The most bytes of one block.
  package static let blockBytesMax = 1 << 30

  private enum Engine {
    case zlib(ZlibDeflater)
    case libdeflate(Libdeflate, Libdeflate.Functions, OpaquePointer)
  }

  private let engine: Engine

  package init(
    _ format: DeflateFormat, level: Int, libraries: CodecLibraries
  ) throws(LakeError) {
    guard BlockCompressor.levels.contains(level) else {
      throw LakeError(
        .invalidInput, "there is no compression level \(level)",
        hint: "Levels go from 1, the fastest, to 9, the smallest.")
    }
    if let library = libraries.libdeflate, let state = library.allocateCompressor(Int32(level)) {
      engine = .libdeflate(library, library.functions(for: format), state)
    } else {
      engine = .zlib(try ZlibDeflater(format, level: Int32(level)))
    }
  }

  deinit {
    if case .libdeflate(let library, _, let state) = engine { library.freeCompressor(state) }
  }

  /// Appends the compressed form of a block of up to `blockBytesMax` bytes.
  package func compress(_ bytes: ByteView, into sink: inout ByteSink) throws(LakeError) {
    precondition(bytes.count <= BlockCompressor.blockBytesMax)
    switch engine {
    case .zlib(let deflater):
      try deflater.compress(bytes, into: &sink)
    case .libdeflate(_, let functions, let state):
      let bound = functions.bound(state, bytes.count)
      try sink.reserve(bound)
      let count = functions.compress(state, bytes.start, bytes.count, sink.cursor, bound)
      // Zero stands for too little room, which the bound rules out.
      guard count > 0 else { throw LakeError(.internal, "libdeflate outgrew its own bound") }
      sink.advance(by: count)
    }
  }
}
