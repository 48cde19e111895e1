import CZlib
import LakeCore

/// The compression libraries that were found on this machine, beside zlib, which is always there.
///
/// Whoever opens a lake makes this value once and hands it on. What zlib and libdeflate both can do
/// they do with the same answer, so that choice is one of speed only: what zlib decompresses, the
/// other one does too, to the same bytes. (The reverse does not hold for data that no compressor
/// makes: libdeflate gives a meaning to codes that the format reserves.) Zstandard and Brotli have
/// no substitute: without their libraries such data is refused by an error that names the package.
package struct CodecLibraries: Sendable {
  /// Nil where Debian's libdeflate0 is not installed, or was not asked for.
  package let libdeflate: Libdeflate?
  /// Nil without Debian's libzstd1.
  package let zstd: Zstandard?
  /// Nil without Debian's libbrotli1.
  package let brotli: Brotli?

  /// Looks for the optional libraries, or, where `useOptional` is false, leaves them alone.
  package init(useOptional: Bool = true) {
    libdeflate = useOptional ? Libdeflate() : nil
    zstd = useOptional ? Zstandard() : nil
    brotli = useOptional ? Brotli() : nil
  }

  /// The CRC-32 of bytes, as gzip and Parquet have it.
  package func checksum(_ bytes: ByteView) -> UInt32 {
    if let libdeflate { return libdeflate.crc32(0, bytes.start, bytes.count) }
    return UInt32(truncatingIfNeeded: crc32_z(0, bytes.start, bytes.count))
  }
}
