import CLakeKernels
import Glibc
import LakeCore

/// Turns the values of pages into those of vectors.
struct ValueDecoder {
  let leaf: LeafColumn
  let tracker: MemoryTracker?

  /// The bytes of one value in a vector.
  var width: Int { max(leaf.type.physical.byteWidth, 1) }

  /// Reads `count` values that are no indices into `out`, one beside the other. Returns what texts
  /// point into, if it is not the page.
  func decode(
    _ values: inout PageValues, count: Int, into out: UnsafeMutableRawPointer
  ) throws(LakeError) -> Buffer? {
    switch values {
    case .plain(let bytes):
      values = .plain(bytes.dropFirst(try decodePlain(bytes, count: count, into: out)))
    case .bits(let bytes, let at):
      guard at + count <= bytes.count * 8 else { throw Varint.truncated }
      let target = out.assumingMemoryBound(to: UInt8.self)
      for index in 0..<count {
        target[index] = bytes.start[(at &+ index) &>> 3] &>> UInt8((at &+ index) & 7) & 1
      }
      values = .bits(bytes, at: at + count)
    case .runs(var decoder):
      try decoder.decode(count, into: out.assumingMemoryBound(to: UInt8.self))
      values = .runs(decoder)
    case .deltas(var decoder):
      try decodeDeltas(&decoder, count: count, into: out)
      values = .deltas(decoder)
    case .texts(var decoder):
      let lengths = try Buffer(byteCount: count * 4, tracker: tracker)
      let bytes = try decoder.decode(count, lengths: lengths.pointer(as: UInt32.self))
      values = .texts(decoder)
      try storeTexts(bytes, lengths.pointer(as: UInt32.self), count: count, into: out)
    case .fronts(var decoder):
      let lengths = try Buffer(byteCount: count * 4, tracker: tracker)
      let made = try decoder.decode(count, lengths: lengths.pointer(as: UInt32.self))
      values = .fronts(decoder)
      try storeTexts(ByteView(made), lengths.pointer(as: UInt32.self), count: count, into: out)
      return made
    case .split(var decoder):
      let joined = try decoder.decode(count, tracker: tracker)
      values = .split(decoder)
      _ = try decodePlain(ByteView(joined), count: count, into: out)
      return joined
    case .indices: throw LakeError(.internal, "indices are no values")
    }
    return nil
  }

  private func decodeDeltas(
    _ decoder: inout DeltaDecoder, count: Int, into out: UnsafeMutableRawPointer
  ) throws(LakeError) {
    let buffer = try Buffer(byteCount: count * 8, tracker: tracker)
    let wide = buffer.pointer(as: Int64.self)
    try decoder.decode(count, into: wide)
    guard leaf.physical == .int32 else {
      return try convert(UnsafeRawPointer(wide), as: Int64.self, count: count, into: out)
    }
    // The sums of 32-bit numbers wrap around in 32 bits. In place: each is stored before where the
    // next one is loaded.
    let narrow = buffer.pointer(as: Int32.self)
    for index in 0..<count { narrow[index] = Int32(truncatingIfNeeded: wide[index]) }
    try convert(UnsafeRawPointer(narrow), as: Int32.self, count: count, into: out)
  }

  /// Stores values that lie one behind the other.
  private func storeTexts(
    _ bytes: ByteView, _ lengths: UnsafePointer<UInt32>, count: Int,
    into out: UnsafeMutableRawPointer
  ) throws(LakeError) {
    if leaf.physical == .fixed {
      for index in 0..<count where Int(lengths[index]) != leaf.typeLength {
        throw LakeError.parquetDamage(
          "a value has \(lengths[index]) bytes and not \(leaf.typeLength)")
      }
      return try decodeFixed(bytes, count: count, into: out)
    }
    var cursor = bytes.start
    let views = out.assumingMemoryBound(to: StringView.self)
    let (isText, isNumber) = (leaf.type != .varbinary, leaf.conversion == .bigEndian)
    for index in 0..<count {
      let length = Int(lengths[index])
      if isNumber {
        try storeDecimal(cursor, length, at: index, into: out)
      } else {
        views[index] = try view(cursor, length, isText: isText)
      }
      cursor += length
    }
  }

  /// A text at a place in a buffer.
  @inline(__always)
  private func view(
    _ bytes: UnsafePointer<UInt8>, _ length: Int, isText: Bool
  ) throws(LakeError) -> StringView {
    // Safe: pages lie in buffers with padding behind them.
    let view = StringView(padded: UnsafeRawPointer(bytes), count: length)
    if isText {
      let isASCII = view.isInline && (view.head &>> 32 | view.tail) & 0x8080_8080_8080_8080 == 0
      if !isASCII, lake_utf8_valid_prefix(bytes, length) != length {
        throw LakeError.parquetDamage("a text is not UTF-8")
      }
    }
    return view
  }

  /// Reads PLAIN values; returns how many bytes they took.
  func decodePlain(
    _ bytes: ByteView, count: Int, into out: UnsafeMutableRawPointer
  ) throws(LakeError) -> Int {
    if leaf.conversion == .nothing {
      guard count == 0 else { throw LakeError.parquetDamage("a column of nulls has values") }
      return 0
    }
    if leaf.physical == .byteArray { return try decodeText(bytes, count: count, into: out) }
    let width = leaf.physical.width ?? leaf.typeLength
    // The count is of values that some bytes stand for; no more than 2^32.
    guard count * width <= bytes.count else { throw Varint.truncated }
    let raw = UnsafeRawPointer(bytes.start)
    switch leaf.physical {
    case .int32: try convert(raw, as: Int32.self, count: count, into: out)
    case .int64: try convert(raw, as: Int64.self, count: count, into: out)
    case .float, .double: memcpy(out, raw, count * width)
    case .int96: convertInt96(raw, count: count, into: out)
    case .fixed: try decodeFixed(bytes, count: count, into: out)
    case .boolean, .byteArray: throw LakeError(.internal, "values of another kind")
    }
    return count * width
  }

  private func decodeText(
    _ bytes: ByteView, count: Int, into out: UnsafeMutableRawPointer
  ) throws(LakeError) -> Int {
    if leaf.conversion == .bigEndian { return try decodeDecimals(bytes, count: count, into: out) }
    let views = out.assumingMemoryBound(to: StringView.self)
    let isText = leaf.type != .varbinary
    var cursor = bytes.start
    let end = bytes.end
    for index in 0..<count {
      guard end - cursor >= 4 else { throw Varint.truncated }
      let length = Int(UnsafeRawPointer(cursor).loadUnaligned(as: UInt32.self))
      cursor += 4
      guard length <= end - cursor else { throw Varint.truncated }
      // Safe: pages lie in buffers with padding behind them.
      views[index] = StringView(padded: UnsafeRawPointer(cursor), count: length)
      cursor += length
    }
    let byteCount = cursor - bytes.start
    // Where texts and lengths alike are ASCII, no text has to be looked at by itself.
    if isText, lake_ascii_run(bytes.start, byteCount) != byteCount {
      try requireText(bytes.start, count)
    }
    return byteCount
  }

  /// Looks at each of some texts with their lengths before them, which are all there.
  private func requireText(_ start: UnsafePointer<UInt8>, _ count: Int) throws(LakeError) {
    var cursor = start
    for _ in 0..<count {
      let length = Int(UnsafeRawPointer(cursor).loadUnaligned(as: UInt32.self))
      _ = try view(cursor + 4, length, isText: true)
      cursor += 4 + length
    }
  }

  private func decodeFixed(
    _ bytes: ByteView, count: Int, into out: UnsafeMutableRawPointer
  ) throws(LakeError) {
    let length = leaf.typeLength
    switch leaf.conversion {
    case .bigEndian:
      for index in 0..<count {
        try storeDecimal(bytes.start + index * length, length, at: index, into: out)
      }
    case .uuid:
      let target = out.assumingMemoryBound(to: UInt128.self)
      for index in 0..<count {
        let raw = UnsafeRawPointer(bytes.start + index * 16)
        target[index] = UInt128(bigEndian: raw.loadUnaligned(as: UInt128.self))
      }
    case .float16:
      let target = out.assumingMemoryBound(to: Float.self)
      for index in 0..<count {
        let bits = UnsafeRawPointer(bytes.start + index * 2).loadUnaligned(as: UInt16.self)
        target[index] = Float(half: bits)
      }
    default:
      let views = out.assumingMemoryBound(to: StringView.self)
      for index in 0..<count {
        views[index] = StringView(
          padded: UnsafeRawPointer(bytes.start + index * length), count: length)
      }
    }
  }
}
