import CZlib
import LakeCore

/// The compression libraries that were found on this machine, beside zlib, which is always there.
///
/// Whoever opens a lake makes this value and hands it on; a library is looked for when it is first
/// asked for, so that a command which needs none does not load any. What zlib and libdeflate both
/// can do they do with the same answer, so that choice is one of speed only: what zlib
/// decompresses, the other one does too, to the same bytes. (The reverse does not hold for data
/// that no compressor makes: libdeflate gives a meaning to codes that the format reserves.)
/// Zstandard and Brotli have no substitute: without their libraries such data is refused by an
/// error that names the package.
package struct CodecLibraries: Sendable {
  /// Nil where Debian's libdeflate0 is not installed, or was not asked for.
  package var libdeflate: Libdeflate? { usesOptional ? Self.libdeflate : nil }
  /// Nil without Debian's libzstd1.
  package var zstd: Zstandard? { usesOptional ? Self.zstd : nil }
  /// Nil without Debian's libbrotli1.
  package var brotli: Brotli? { usesOptional ? Self.brotli : nil }

  private let usesOptional: Bool
  // Found once, and loaded for as long as the process.
  private static let libdeflate = Libdeflate()
  private static let zstd = Zstandard()
  private static let brotli = Brotli()

  /// With the optional libraries, or, where `useOptional` is false, without.
  package init(useOptional: Bool = true) {
    usesOptional = useOptional
  }

  /// The CRC-32 of bytes, as gzip and Parquet have it.
  package func checksum(_ bytes: ByteView) -> UInt32 {
    if let libdeflate { return libdeflate.crc32(0, bytes.start, bytes.count) }
    return UInt32(truncatingIfNeeded: crc32_z(0, bytes.start, bytes.count))
  }
}
