import CZlib
import LakeCore

/// The CRC-32 of gzip and of Parquet's pages.
package enum Checksum {
  /// By libdeflate where it is there, else by zlib: one answer.
  package static func crc32(_ bytes: ByteView, libraries: CodecLibraries) -> UInt32 {
    if let library = libraries.libdeflate { return library.crc32(0, bytes.start, bytes.count) }
    return UInt32(truncatingIfNeeded: crc32_z(0, bytes.start, bytes.count))
  }
}
