import Glibc
import LakeCore

/// libzstd, found at run time. Symbols are bound once; the library stays loaded as long as the
/// process.
package struct Zstandard: Sendable {
  typealias Create = @Sendable @convention(c) () -> OpaquePointer?
  typealias Free = @Sendable @convention(c) (OpaquePointer?) -> Int
  typealias Bound = @Sendable @convention(c) (Int) -> Int
  /// Context, room and its size, bytes and their count, level.
  typealias Compress =
    @Sendable @convention(c) (
      OpaquePointer?, UnsafeMutableRawPointer, Int, UnsafeRawPointer, Int, Int32
    ) -> Int
  typealias Decompress =
    @Sendable @convention(c) (
      OpaquePointer?, UnsafeMutableRawPointer, Int, UnsafeRawPointer, Int
    ) -> Int
  typealias IsError = @Sendable @convention(c) (Int) -> UInt32
  typealias ErrorName = @Sendable @convention(c) (Int) -> UnsafePointer<CChar>?

  /// What zstd itself calls ordinary; more takes memory that readers may refuse.
  package static let levels = 1...19
  /// A block has 128 KiB at most, and takes four bytes at least.
  static let ratioMax = 1 << 15

  let createCompressor: Create
  let freeCompressor: Free
  let bound: Bound
  let compress: Compress
  let createDecompressor: Create
  let freeDecompressor: Free
  let decompress: Decompress
  let isError: IsError
  private let errorName: ErrorName

  /// Nil where the library, or a function that is needed, is not there.
  init?() {
    guard let library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL),
      let createCompressor = dlsym(library, "ZSTD_createCCtx"),
      let freeCompressor = dlsym(library, "ZSTD_freeCCtx"),
      let bound = dlsym(library, "ZSTD_compressBound"),
      let compress = dlsym(library, "ZSTD_compressCCtx"),
      let createDecompressor = dlsym(library, "ZSTD_createDCtx"),
      let freeDecompressor = dlsym(library, "ZSTD_freeDCtx"),
      let decompress = dlsym(library, "ZSTD_decompressDCtx"),
      let isError = dlsym(library, "ZSTD_isError"),
      let errorName = dlsym(library, "ZSTD_getErrorName")
    else { return nil }
    // Safe: the types are those of zstd.h, which has kept them since version 1.0.
    self.createCompressor = unsafeBitCast(createCompressor, to: Create.self)
    self.freeCompressor = unsafeBitCast(freeCompressor, to: Free.self)
    self.bound = unsafeBitCast(bound, to: Bound.self)
    self.compress = unsafeBitCast(compress, to: Compress.self)
    self.createDecompressor = unsafeBitCast(createDecompressor, to: Create.self)
    self.freeDecompressor = unsafeBitCast(freeDecompressor, to: Free.self)
    self.decompress = unsafeBitCast(decompress, to: Decompress.self)
    self.isError = unsafeBitCast(isError, to: IsError.self)
    self.errorName = unsafeBitCast(errorName, to: ErrorName.self)
  }

  /// The library's own words for an answer that is an error.
  func message(_ answer: Int) -> String {
    errorName(answer).map { String(cString: $0) } ?? "error \(answer)"
  }

  static var missing: LakeError {
    LakeError(
      .unsupported, "zstd needs the library libzstd, which is not installed",
      hint: "Install it: apt-get install libzstd1")
  }
}

/// Compresses blocks that are whole in memory with zstd; each is a frame of its own. One compressor
/// serves one thread, for one block after the other.
package final class ZstdCompressor {
  private let library: Zstandard
  private let state: OpaquePointer
  private let level: Int32

  package init(level: Int, libraries: CodecLibraries) throws(LakeError) {
    guard let library = libraries.zstd else { throw Zstandard.missing }
    guard Zstandard.levels.contains(level) else {
      throw LakeError(
        .invalidInput, "there is no compression level \(level) of zstd",
        hint: "Levels go from 1, the fastest, to 19, the smallest.")
    }
    guard let state = library.createCompressor() else {
      throw LakeError(.limitExceeded, "zstd has no memory for a compressor")
    }
    self.library = library
    self.state = state
    self.level = Int32(level)
  }

  deinit {
    _ = library.freeCompressor(state)
  }

  /// Appends the compressed form of a block of up to `BlockCompressor.blockBytesMax` bytes.
  package func compress(_ bytes: ByteView, into sink: inout ByteSink) throws(LakeError) {
    precondition(bytes.count <= BlockCompressor.blockBytesMax)
    let bound = library.bound(bytes.count)
    try sink.reserve(bound)
    let count = library.compress(state, sink.cursor, bound, bytes.start, bytes.count, level)
    guard library.isError(count) == 0 else {
      throw LakeError(.limitExceeded, "zstd cannot compress: \(library.message(count))")
    }
    sink.advance(by: count)
  }
}

/// Decompresses blocks of zstd whose size is known. One decompressor serves one thread, for one
/// block after the other.
package final class ZstdDecompressor {
  private let library: Zstandard
  private let state: OpaquePointer

  package init(libraries: CodecLibraries) throws(LakeError) {
    guard let library = libraries.zstd else { throw Zstandard.missing }
    guard let state = library.createDecompressor() else {
      throw LakeError(.limitExceeded, "zstd has no memory for a decompressor")
    }
    self.library = library
    self.state = state
  }

  deinit {
    _ = library.freeDecompressor(state)
  }

  /// Fills `target` with exactly `count` bytes, of one or several frames.
  package func decompress(
    _ bytes: ByteView, into target: UnsafeMutableRawPointer, count: Int
  ) throws(LakeError) {
    let made = library.decompress(state, target, count, bytes.start, bytes.count)
    guard library.isError(made) == 0 else { throw damage(library.message(made)) }
    guard made == count else { throw damage("it holds \(made) bytes and not \(count)") }
  }

  private func damage(_ reason: String) -> LakeError {
    LakeError(.corruptData, "a block of zstd data is damaged: \(reason)")
  }
}
