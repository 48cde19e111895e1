import LakeCore

/// Opens gzip files by the fastest way that is right.
package enum GzipFile {
  /// Files that hold no more than this are decompressed in one go.
  static let wholeBytesMax = 32 << 20
  /// DEFLATE makes at most 1,032 bytes of one; a file that claims more is not believed.
  static let ratioMax = 1032

  /// The content of a file of `size` bytes: whole by libdeflate where it is small and consists of
  /// one member without any doubt, else as a stream.
  package static func open(
    _ file: any ReadableFile, size: Int, libraries: CodecLibraries, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> any ByteSource {
    if let library = libraries.libdeflate, size <= wholeBytesMax,
      let content = try whole(file, size: size, library, tracker)
    {
      return BufferSource(content)
    }
    return try GzipStreamReader(PlainSource(file), path: file.path, tracker: tracker)
  }

  private static func whole(
    _ file: any ReadableFile, size: Int, _ library: Libdeflate, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer? {
    let compressed = try Buffer(byteCount: size, tracker: tracker)
    // A file that changes beside us is left to the stream.
    guard try file.read(into: compressed.base, count: size, at: 0) == size else { return nil }
    return try decompressWhole(ByteView(compressed), library, tracker)
  }

  /// All that one member holds; nil wherever the stream might see it differently.
  static func decompressWhole(
    _ bytes: ByteView, _ library: Libdeflate, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer? {
    // libdeflate passes over a header's checksum, the stream verifies it.
    guard bytes.count >= 18, bytes[3] & 0x02 == 0 else { return nil }
    let claimed = Int(
      UnsafeRawPointer(bytes.end - 4).loadUnaligned(as: UInt32.self).littleEndian)
    // Safe: the product is below 2^36.
    guard claimed <= wholeBytesMax, bytes.count <= wholeBytesMax,
      claimed <= bytes.count * ratioMax, let state = library.allocateDecompressor()
    else { return nil }
    defer { library.freeDecompressor(state) }
    let content = try Buffer(byteCount: claimed, tracker: tracker)
    var taken = 0
    var made = 0
    let answer = library.functions(for: .gzip).decompress(
      state, bytes.start, bytes.count, content.base, claimed, &taken, &made)
    guard answer == Libdeflate.Answer.success.rawValue, taken == bytes.count, made == claimed else {
      return nil
    }
    return content
  }

  /// What a run of gzip bytes holds, up to `limit` bytes of it, and what is wrong with it. A pure
  /// function of its arguments.
  package static func decompress(
    _ bytes: ByteView, limit: Int, libraries: CodecLibraries
  ) throws(LakeError) -> (content: [UInt8], damage: LakeError?) {
    var content: [UInt8] = []
    let source = try open(bytes, libraries: libraries)
    let piece = try Buffer(byteCount: 64 << 10)
    while content.count < limit {
      do throws(LakeError) {
        let wanted = min(piece.byteCount, limit - content.count)
        let count = try source.read(into: piece.base, count: wanted)
        if count == 0 { break }
        content.append(contentsOf: UnsafeRawBufferPointer(start: piece.base, count: count))
      } catch {
        guard error.code == .corruptData else { throw error }
        return (content, error)
      }
    }
    return (content, nil)
  }

  private static func open(
    _ bytes: ByteView, libraries: CodecLibraries
  ) throws(LakeError) -> any ByteSource {
    if let library = libraries.libdeflate, let content = try decompressWhole(bytes, library, nil) {
      return BufferSource(content)
    }
    let copy = try Buffer(byteCount: bytes.count)
    copy.base.copyMemory(from: bytes.start, byteCount: bytes.count)
    return try GzipStreamReader(BufferSource(copy), path: nil)
  }
}
