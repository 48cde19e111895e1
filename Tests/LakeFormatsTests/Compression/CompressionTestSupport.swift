import Testing
import LakeCore
import LakeFormats
import LakeTestSupport

/// The two ways to decompress, which must not differ.
enum Codecs: String, CaseIterable, CustomTestStringConvertible {
  case zlibOnly
  case withOptional

  var libraries: CodecLibraries { CodecLibraries(useOptional: self == .withOptional) }
  var testDescription: String { rawValue }
}

extension [UInt8] {
  func withView<R>(_ body: (ByteView) throws -> R) rethrows -> R {
    try withUnsafeBytes { raw in
      if let view = ByteView(raw) { return try body(view) }
      return try ByteView.withUTF8(of: "", body)
    }
  }

  /// The bytes as a member of gzip.
  func gzipped(_ codecs: Codecs = .zlibOnly, level: Int = 6) throws -> [UInt8] {
    try compressed(.gzip, codecs, level: level)
  }

  func compressed(_ format: DeflateFormat, _ codecs: Codecs, level: Int) throws -> [UInt8] {
    let compressor = try BlockCompressor(format, level: level, libraries: codecs.libraries)
    var sink = try ByteSink()
    try withView { try compressor.compress($0, into: &sink) }
    return sink.bytes
  }

  func ungzipped(_ codecs: Codecs) throws -> (content: [UInt8], damage: LakeError?) {
    try withView {
      try GzipFile.decompress($0, limit: 1 << 30, libraries: codecs.libraries)
    }
  }
}

extension ByteSink {
  var bytes: [UInt8] { Array(UnsafeBufferPointer(start: view.start, count: view.count)) }
}

/// Gives bytes in small pieces, as a slow pipe does.
final class DribblingSource: ByteSource {
  private let bytes: [UInt8]
  private let step: Int
  private var offset = 0

  init(_ bytes: [UInt8], step: Int) {
    self.bytes = bytes
    self.step = step
  }

  func read(into target: UnsafeMutableRawPointer, count: Int) -> Int {
    let taken = min(count, step, bytes.count - offset)
    bytes.withUnsafeBytes { raw in
      if taken > 0, let base = raw.baseAddress {
        target.copyMemory(from: base + offset, byteCount: taken)
      }
    }
    offset += taken
    return taken
  }
}

/// All that a source gives, read in pieces of `step` bytes, and the error that it ends with.
func drain(_ source: any ByteSource, step: Int = 1000) throws -> ([UInt8], LakeError?) {
  var content: [UInt8] = []
  let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 1)
  defer { piece.deallocate() }
  let base = try #require(piece.baseAddress)
  while true {
    do throws(LakeError) {
      let count = try source.read(into: base, count: step)
      if count == 0 { return (content, nil) }
      content.append(contentsOf: piece[..<count])
    } catch {
      return (content, error)
    }
  }
}

/// Text that compresses as data does, the same on every run.
func sampleText(byteCount: Int, seed: UInt64 = 1) -> [UInt8] {
  var random = SeededRandom(seed: seed)
  var text: [UInt8] = []
  while text.count < byteCount {
    text += Array("\(random.below(1000)),\(random.below(4)).\(random.below(100)),reading\n".utf8)
  }
  return Array(text.prefix(byteCount))
}
