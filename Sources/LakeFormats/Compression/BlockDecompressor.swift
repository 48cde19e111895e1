import LakeCore

/// Decompresses blocks that are whole in memory and whose size is known: pages. One decompressor
/// serves one thread, for one block after the other.
package final class BlockDecompressor {
  private let format: DeflateFormat
  private let library: (functions: Libdeflate.Functions, free: Libdeflate.Free, OpaquePointer)?
  /// Made when it is needed first: always without libdeflate, else to say what is wrong.
  private var inflater: ZlibInflater?

  package init(_ format: DeflateFormat, libraries: CodecLibraries) {
    self.format = format
    library = libraries.libdeflate.flatMap { found in
      found.allocateDecompressor().map {
        (found.functions(for: format), found.freeDecompressor, $0)
      }
    }
  }

  deinit {
    if let library { library.free(library.2) }
  }

  /// Fills `target` with exactly `count` bytes; fewer or more in the block are an error, as is
  /// anything behind it. A block of gzip may consist of several members.
  ///
  /// The caller has made sure that `count` is a size that it can bear.
  package func decompress(
    _ bytes: ByteView, into target: UnsafeMutableRawPointer, count: Int
  ) throws(LakeError) {
    if let library {
      var taken = 0
      var made = 0
      let answer = library.functions.decompress(
        library.2, bytes.start, bytes.count, target, count, &taken, &made)
      if answer == Libdeflate.Answer.success.rawValue, taken == bytes.count, made == count {
        return
      }
    }
    // Several members, or damage: zlib reads the former and has words for the latter.
    try inflate(bytes, into: target, count: count)
  }

  private func inflate(
    _ bytes: ByteView, into target: UnsafeMutableRawPointer, count: Int
  ) throws(LakeError) {
    let inflater = try readyInflater()
    var input = UnsafeRawBufferPointer(start: bytes.start, count: bytes.count)
    var output = UnsafeMutableRawBufferPointer(start: target, count: count)
    repeat {
      inflater.reset()
      try inflateMember(inflater, &input, &output)
    } while format == .gzip && !input.isEmpty
    guard input.isEmpty else {
      throw damage("\(input.count) bytes follow its end")
    }
    guard output.isEmpty else {
      throw damage("it holds \(count - output.count) bytes and not \(count)")
    }
  }

  private func readyInflater() throws(LakeError) -> ZlibInflater {
    if let inflater { return inflater }
    let made = try ZlibInflater(format)
    inflater = made
    return made
  }

  private func inflateMember(
    _ inflater: ZlibInflater, _ input: inout UnsafeRawBufferPointer,
    _ output: inout UnsafeMutableRawBufferPointer
  ) throws(LakeError) {
    while true {
      let before = (input.count, output.count)
      var outcome = inflater.advance(&input, &output)
      if case .going = outcome, output.isEmpty { outcome = try finish(inflater, &input) }
      switch outcome {
      case .ended: return
      case .damaged(let reason): throw damage(reason)
      case .going:
        if before == (input.count, output.count) { throw damage("it ends in the middle") }
      }
    }
  }

  /// All bytes are there; what is left of the input may only be the stream's end. One byte of room
  /// that is not the caller's tells a block that is too long.
  private func finish(
    _ inflater: ZlibInflater, _ input: inout UnsafeRawBufferPointer
  ) throws(LakeError) -> ZlibInflater.Outcome {
    var spare: UInt8 = 0
    return try withUnsafeMutableBytes(of: &spare) { raw throws(LakeError) in
      var room = raw
      let outcome = inflater.advance(&input, &room)
      if room.isEmpty { throw damage("it holds more bytes than it should") }
      return outcome
    }
  }

  private func damage(_ reason: String) -> LakeError {
    LakeError(.corruptData, "a block of \(format.name) data is damaged: \(reason)")
  }
}
