import Glibc

/// libdeflate, found at run time: whole blocks of DEFLATE in memory, several times faster than
/// zlib. Symbols are bound once; the library stays loaded as long as the process.
package struct Libdeflate: Sendable {
  /// What the library answers; its own numbers.
  enum Answer: Int32 {
    case success = 0
    case badData = 1
    case shortOutput = 2
    case insufficientSpace = 3
  }

  typealias AllocateCompressor = @Sendable @convention(c) (Int32) -> OpaquePointer?
  typealias AllocateDecompressor = @Sendable @convention(c) () -> OpaquePointer?
  typealias Free = @Sendable @convention(c) (OpaquePointer?) -> Void
  typealias Bound = @Sendable @convention(c) (OpaquePointer?, Int) -> Int
  typealias Compress =
    @Sendable @convention(c) (
      OpaquePointer?, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int
    ) -> Int
  /// Compressed bytes and their count, room and its size, bytes taken, bytes made.
  typealias Decompress =
    @Sendable @convention(c) (
      OpaquePointer?, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int,
      UnsafeMutablePointer<Int>?, UnsafeMutablePointer<Int>?
    ) -> Int32

  /// A checksum so far, bytes and their count.
  typealias Checksum = @Sendable @convention(c) (UInt32, UnsafeRawPointer?, Int) -> UInt32

  let allocateCompressor: AllocateCompressor
  let freeCompressor: Free
  let allocateDecompressor: AllocateDecompressor
  let freeDecompressor: Free
  let crc32: Checksum
  private let deflate: Functions
  private let zlib: Functions
  private let gzip: Functions

  /// The functions of one format.
  struct Functions: Sendable {
    let bound: Bound
    let compress: Compress
    let decompress: Decompress
  }

  /// Nil where the library, or a function that is needed, is not there.
  init?() {
    guard let library = dlopen("libdeflate.so.0", RTLD_NOW | RTLD_LOCAL),
      let allocateCompressor = dlsym(library, "libdeflate_alloc_compressor"),
      let freeCompressor = dlsym(library, "libdeflate_free_compressor"),
      let allocateDecompressor = dlsym(library, "libdeflate_alloc_decompressor"),
      let freeDecompressor = dlsym(library, "libdeflate_free_decompressor"),
      let crc32 = dlsym(library, "libdeflate_crc32"),
      let deflate = Functions(library, "deflate"),
      let zlib = Functions(library, "zlib"),
      let gzip = Functions(library, "gzip")
    else { return nil }
    // Safe: the types are those of libdeflate.h, which has kept them since version 1.0.
    self.allocateCompressor = unsafeBitCast(allocateCompressor, to: AllocateCompressor.self)
    self.freeCompressor = unsafeBitCast(freeCompressor, to: Free.self)
    self.allocateDecompressor = unsafeBitCast(allocateDecompressor, to: AllocateDecompressor.self)
    self.freeDecompressor = unsafeBitCast(freeDecompressor, to: Free.self)
    self.crc32 = unsafeBitCast(crc32, to: Checksum.self)
    self.deflate = deflate
    self.zlib = zlib
    self.gzip = gzip
  }

  func functions(for format: DeflateFormat) -> Functions {
    switch format {
    case .raw: deflate
    case .zlib: zlib
    case .gzip: gzip
    }
  }
}

extension Libdeflate.Functions {
  fileprivate init?(_ library: UnsafeMutableRawPointer, _ format: String) {
    guard let bound = dlsym(library, "libdeflate_\(format)_compress_bound"),
      let compress = dlsym(library, "libdeflate_\(format)_compress"),
      let decompress = dlsym(library, "libdeflate_\(format)_decompress_ex")
    else { return nil }
    // Safe: the types are those of libdeflate.h.
    self.bound = unsafeBitCast(bound, to: Libdeflate.Bound.self)
    self.compress = unsafeBitCast(compress, to: Libdeflate.Compress.self)
    self.decompress = unsafeBitCast(decompress, to: Libdeflate.Decompress.self)
  }
}
