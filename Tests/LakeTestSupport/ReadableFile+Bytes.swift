import LakeCore

extension ReadableFile {
  /// Reads into a new array; shorter than `count` where the file ends.
  package func bytes(count: Int, at offset: Int) throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 1)
    defer { buffer.deallocate() }
    guard let base = buffer.baseAddress else { return [] }
    let got = try read(into: base, count: count, at: offset)
    return Array(buffer[..<got])
  }
}
