import LakeCore

/// The content of a gzip file as a sequence of bytes, in constant memory whatever the ratio.
///
/// 1. Members follow one another; their content is one text. Each member's header, CRC-32 and size
///    are checked.
/// 2. Zeros behind the last member (tapes and block devices leave them) are passed over.
/// 3. Anything else is damage, as is an end in the middle: first every byte that was saved is given
///    out, then the next call throws `corruptData`, and so does every call after it.
///
/// A file without any bytes is an empty text.
package final class GzipStreamReader: ByteSource {
  private enum Phase {
    case betweenMembers
    case inMember
    case atEnd
    case failed(LakeError)
  }

  private let source: any ByteSource
  private let path: String?
  private let inflater: ZlibInflater
  /// Compressed bytes that were read; `pending` of them are still to be looked at.
  private let buffer: Buffer
  private var pending = 0..<0
  private var sourceIsAtEnd = false
  private var phase = Phase.betweenMembers
  private var memberCount = 0
  /// Compressed bytes that lie before `pending`.
  private var compressedOffset = 0
  /// Bytes given out.
  private var contentOffset = 0

  /// Reads from a source of compressed bytes. The path is for messages.
  package init(
    _ source: any ByteSource, path: String?, tracker: MemoryTracker? = nil
  ) throws(LakeError) {
    self.source = source
    self.path = path
    inflater = try ZlibInflater(.gzip)
    buffer = try Buffer(byteCount: 128 << 10, tracker: tracker)
  }

  package func read(
    into target: UnsafeMutableRawPointer, count: Int
  ) throws(LakeError) -> Int {
    var output = UnsafeMutableRawBufferPointer(start: target, count: count)
    while !output.isEmpty {
      switch phase {
      case .atEnd:
        return count - output.count
      case .failed(let error):
        if output.count < count { return count - output.count }
        throw error
      case .betweenMembers:
        try lookForMember()
      case .inMember:
        try inflateSome(&output)
      }
    }
    return count
  }

  /// At the beginning, or right behind a member.
  private func lookForMember() throws(LakeError) {
    if memberCount > 0 { try passZeros() }
    try fill(atLeast: 2)
    if pending.isEmpty {
      phase = .atEnd
      return
    }
    let bytes = ByteView(buffer, count: pending.upperBound)[pending]
    let isMagic = bytes[0] == 0x1F && (bytes.count == 1 || bytes[1] == 0x8B)
    if isMagic {
      if memberCount > 0 { inflater.reset() }
      memberCount += 1
      phase = .inMember
    } else if memberCount == 0 {
      fail("the file does not begin as gzip does", hint: nil)
    } else {
      fail(
        "behind the gzip data, at byte \(compressedOffset) of the compressed file, "
          + "stand bytes that are no gzip",
        hint: "All data before them was read. Cut the file there if they do not belong to it.")
    }
  }

  private func passZeros() throws(LakeError) {
    while true {
      try fill(atLeast: 1)
      if pending.isEmpty { return }
      let bytes = buffer.pointer(as: UInt8.self)
      var index = pending.lowerBound
      while index < pending.upperBound, bytes[index] == 0 { index += 1 }
      take(index - pending.lowerBound)
      if !pending.isEmpty { return }
    }
  }

  private func inflateSome(_ output: inout UnsafeMutableRawBufferPointer) throws(LakeError) {
    try fill(atLeast: 1)
    var input = UnsafeRawBufferPointer(
      start: buffer.base + pending.lowerBound, count: pending.count)
    let room = output.count
    let outcome = inflater.advance(&input, &output)
    take(pending.count - input.count)
    contentOffset += room - output.count
    switch outcome {
    case .ended:
      phase = .betweenMembers
    case .damaged(let reason):
      fail(damaged: reason)
    case .going:
      // Without input nothing moves, except what zlib still has to write.
      if pending.isEmpty, sourceIsAtEnd, room == output.count {
        fail(
          "the gzip stream ends in the middle, at byte \(compressedOffset) of the compressed file",
          hint: "Copy the file again; everything before this place was read.")
      }
    }
  }

  private func fail(damaged reason: String) {
    let place = "byte \(compressedOffset) of the compressed file"
    switch reason {
    case "incorrect data check":
      fail("the checksum of the gzip member that ends at \(place) does not fit its content")
    case "incorrect length check":
      fail("the size of the gzip member that ends at \(place) does not fit its content")
    default:
      fail("the gzip stream is damaged at \(place): \(reason)")
    }
  }

  private func fail(
    _ message: String,
    hint: String? = "Copy the file again; everything before this place was read."
  ) {
    let place = path.map { LakeError.Place.file($0, offset: contentOffset) }
    phase = .failed(LakeError(.corruptData, message, at: place, hint: hint))
  }

  private func take(_ count: Int) {
    compressedOffset += count
    pending = (pending.lowerBound + count)..<pending.upperBound
  }

  /// Reads until so many bytes are pending, or the source ends.
  private func fill(atLeast count: Int) throws(LakeError) {
    if pending.count >= count || sourceIsAtEnd { return }
    if pending.lowerBound > 0 {
      let rest = pending.count
      if rest > 0 {
        buffer.base.copyMemory(from: buffer.base + pending.lowerBound, byteCount: rest)
      }
      pending = 0..<rest
    }
    while pending.count < count, !sourceIsAtEnd {
      let end = pending.upperBound
      let got = try source.read(into: buffer.base + end, count: buffer.byteCount - end)
      if got == 0 { sourceIsAtEnd = true }
      pending = pending.lowerBound..<(end + got)
    }
  }
}
