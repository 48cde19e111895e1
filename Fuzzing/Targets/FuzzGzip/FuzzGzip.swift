import CFuzzer
import LakeCore
import LakeFormats

/// Compressed bytes from strangers. The first byte chooses what is done with the others:
///
/// 0. They are a gzip file, read as a stream: large and small reads give the same bytes and end the
///    same way, and a block that the block reader accepts is one that the stream gives.
/// 1. They are two bytes of size and a bare block: what zlib reads, libdeflate reads alike.
///    Without a checksum the fuzzer gets deep into the format.
/// 2. They are content: compressed at some level, it comes back.
@_cdecl("FuzzGzip_main")
public func runFuzzer(
  _ argumentCount: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  var argumentCount = argumentCount
  var arguments = arguments
  return LLVMFuzzerRunDriver(&argumentCount, &arguments, testOneInput)
}

/// Also found by this name by libFuzzer's own start-up code.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  guard let data, size >= 4 else { return 0 }
  let input = Buffer(untracked: size - 1)
  input.base.copyMemory(from: data + 1, byteCount: size - 1)
  switch data[0] % 3 {
  case 0: checkStream(input)
  case 1: checkBlock(input)
  default: checkRoundTrip(input, level: Int(data[1]) % 9 + 1)
  }
  return 0
}

private let everything = CodecLibraries()
private let zlibOnly = CodecLibraries(useOptional: false)
private let contentBytesMax = 1 << 20

/// What a stream gives, up to a megabyte, and whether it ended well.
private func read(_ input: Buffer, pieceBytes: Int) -> (content: [UInt8], isWhole: Bool) {
  var content: [UInt8] = []
  let piece = Buffer(untracked: pieceBytes)
  do {
    let reader = try GzipStreamReader(BufferSource(input), path: nil)
    while content.count < contentBytesMax {
      let count = try reader.read(into: piece.base, count: pieceBytes)
      if count == 0 { return (content, true) }
      content += UnsafeRawBufferPointer(start: piece.base, count: count)
    }
  } catch {
    return (content, false)
  }
  return (Array(content.prefix(contentBytesMax)), false)
}

private func checkStream(_ input: Buffer) {
  let (content, isWhole) = read(input, pieceBytes: 64 << 10)
  let (again, isWholeAgain) = read(input, pieceBytes: 61)
  guard content == again, isWhole == isWholeAgain else { fatalError("reads of two sizes differ") }
  guard let block = decompress(input, .gzip, from: 0, count: content.count, zlibOnly) else {
    return
  }
  // A block may also be a beginning that fits by chance, if the stream was cut at the cap.
  guard block == content else { fatalError("the block reader gives something else") }
  let other = decompress(input, .gzip, from: 0, count: content.count, everything)
  guard other == block else { fatalError("the libraries differ") }
}

private func decompress(
  _ input: Buffer, _ format: DeflateFormat, from start: Int, count: Int, _ libraries: CodecLibraries
) -> [UInt8]? {
  let target = Buffer(untracked: count)
  let bytes = ByteView(input).dropFirst(start)
  do {
    let decompressor = BlockDecompressor(format, libraries: libraries)
    try decompressor.decompress(bytes, into: target.base, count: count)
  } catch {
    return nil
  }
  return Array(UnsafeRawBufferPointer(start: target.base, count: count))
}

private func checkBlock(_ input: Buffer) {
  let view = ByteView(input)
  let count = Int(view[0]) | Int(view[1]) << 8
  let plain = decompress(input, .raw, from: 2, count: count, zlibOnly)
  let fast = decompress(input, .raw, from: 2, count: count, everything)
  // libdeflate gives a meaning to codes that the format reserves; zlib refuses them.
  guard plain == nil || plain == fast else { fatalError("the libraries differ") }
}

private func checkRoundTrip(_ input: Buffer, level: Int) {
  do {
    for libraries in [everything, zlibOnly] {
      var sink = try ByteSink()
      let compressor = try BlockCompressor(.gzip, level: level, libraries: libraries)
      try compressor.compress(ByteView(input), into: &sink)
      let packed = Buffer(untracked: sink.count)
      packed.base.copyMemory(from: sink.base, byteCount: sink.count)
      let (content, isWhole) = read(packed, pieceBytes: 4096)
      let original = UnsafeRawBufferPointer(start: input.base, count: input.byteCount)
      guard isWhole, content.elementsEqual(original.prefix(contentBytesMax)) else {
        fatalError("what was compressed does not come back")
      }
    }
  } catch {
    fatalError("\(error)")
  }
}
