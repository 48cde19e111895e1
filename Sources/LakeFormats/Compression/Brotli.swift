import Glibc
import LakeCore

/// The decoder of libbrotli, found at run time. Symbols are bound once; the library stays loaded as
/// long as the process.
package struct Brotli: Sendable {
  typealias Create =
    @Sendable @convention(c) (
      UnsafeRawPointer?, UnsafeRawPointer?, UnsafeMutableRawPointer?
    ) -> OpaquePointer?
  typealias Destroy = @Sendable @convention(c) (OpaquePointer?) -> Void
  /// State; count and place of the bytes, count and place of the room, all moved on; total.
  typealias Decompress =
    @Sendable @convention(c) (
      OpaquePointer?, UnsafeMutablePointer<Int>, UnsafeMutablePointer<UnsafePointer<UInt8>>,
      UnsafeMutablePointer<Int>, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>>,
      UnsafeMutablePointer<Int>?
    ) -> UInt32

  /// What the library answers; its own numbers.
  private enum Answer: UInt32 {
    case error = 0
    case success = 1
    case needsInput = 2
    case needsOutput = 3
  }

  private let create: Create
  private let destroy: Destroy
  private let decompress: Decompress

  /// Nil where the library, or a function that is needed, is not there.
  init?() {
    guard let library = dlopen("libbrotlidec.so.1", RTLD_NOW | RTLD_LOCAL),
      let create = dlsym(library, "BrotliDecoderCreateInstance"),
      let destroy = dlsym(library, "BrotliDecoderDestroyInstance"),
      let decompress = dlsym(library, "BrotliDecoderDecompressStream")
    else { return nil }
    // Safe: the types are those of brotli/decode.h, which has kept them since version 1.0.
    self.create = unsafeBitCast(create, to: Create.self)
    self.destroy = unsafeBitCast(destroy, to: Destroy.self)
    self.decompress = unsafeBitCast(decompress, to: Decompress.self)
  }

  static var missing: LakeError {
    LakeError(
      .unsupported, "Brotli needs the library libbrotlidec, which is not installed",
      hint: "Install it: apt-get install libbrotli1")
  }

  /// The `count` bytes that a block holds, behind `prefix`.
  ///
  /// A few bytes of Brotli can stand for any number. So the room grows with what is there, and a
  /// false size costs no more than its data has.
  func decompress(
    _ bytes: ByteView, count: Int, behind prefix: ByteView, tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer {
    guard let state = create(nil, nil, nil) else {
      throw LakeError(.limitExceeded, "Brotli has no memory for a decompressor")
    }
    defer { destroy(state) }
    let total = prefix.count + count
    var buffer = try Buffer(
      byteCount: min(total, prefix.count + bytes.count * 8 + Self.roomMin), tracker: tracker)
    memcpy(buffer.base, prefix.start, prefix.count)
    var made = prefix.count
    var (input, inputLeft) = (bytes.start, bytes.count)
    while true {
      var output = (buffer.base + made).assumingMemoryBound(to: UInt8.self)
      var room = buffer.byteCount - made
      let answer = Answer(
        rawValue: decompress(state, &inputLeft, &input, &room, &output, nil))
      made = buffer.byteCount - room
      switch answer {
      case .success:
        guard inputLeft == 0 else { throw Self.damage("\(inputLeft) bytes follow its end") }
        guard made == total else {
          throw Self.damage("it holds \(made - prefix.count) bytes and not \(count)")
        }
        return buffer
      case .needsOutput:
        guard made < total else { throw Self.damage("it holds more bytes than \(count)") }
        let larger = try Buffer(byteCount: min(total, made * 2), tracker: tracker)
        memcpy(larger.base, buffer.base, made)
        buffer = larger
      case .needsInput: throw Self.damage("it ends in the middle")
      case .error, nil: throw Self.damage("its codes have no meaning")
      }
    }
  }

  private static let roomMin = 64 << 10

  private static func damage(_ reason: String) -> LakeError {
    LakeError(.corruptData, "a block of Brotli data is damaged: \(reason)")
  }
}
