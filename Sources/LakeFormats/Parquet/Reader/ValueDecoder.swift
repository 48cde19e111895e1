import CLakeKernels
import Glibc
import LakeCore

/// What is left of the values of a page.
enum PageValues {
  case plain(ByteView)
  /// Bits, and how many were read.
  case bits(ByteView, at: Int)
  case runs(HybridDecoder)
  case indices(HybridDecoder)
  case deltas(DeltaDecoder)

  init(
    _ header: ParquetPageHeader, _ bytes: ByteView, leaf: LeafColumn, hasDictionary: Bool,
    tracker: MemoryTracker?
  ) throws(LakeError) {
    switch header.encoding {
    case .plain: self = leaf.physical == .boolean ? .bits(bytes, at: 0) : .plain(bytes)
    case .rleDictionary, .plainDictionary:
      guard hasDictionary else {
        throw LakeError.parquetDamage("a page needs a dictionary and there is none before it")
      }
      // A page of nulls alone may have no bytes at all.
      let width = bytes.isEmpty ? 0 : Int(bytes[0])
      guard width <= 32 else { throw LakeError.parquetDamage("indices have \(width) bits") }
      self = .indices(HybridDecoder(bytes.dropFirst(min(1, bytes.count)), width: width))
    case .rle where leaf.physical == .boolean:
      guard bytes.count >= 4 else { throw Varint.truncated }
      self = .runs(HybridDecoder(bytes.dropFirst(4), width: 1))
    case .deltaBinaryPacked where leaf.physical == .int32 || leaf.physical == .int64:
      self = .deltas(try DeltaDecoder(bytes, tracker: tracker))
    case .rle, .bitPacked, .deltaBinaryPacked, .deltaLengthByteArray, .deltaByteArray,
      .byteStreamSplit:
      throw LakeError(
        .unsupported,
        "values of type \(leaf.physical) in the encoding \(header.encoding) cannot "
          + "be read")
    }
  }
}

extension PageValues {
  /// Passes over `count` values.
  mutating func skip(_ count: Int, leaf: LeafColumn) throws(LakeError) {
    switch self {
    case .plain(let bytes):
      self = .plain(bytes.dropFirst(try Self.plainBytes(bytes, count: count, leaf)))
    case .bits(let bytes, let at):
      guard at + count <= bytes.count * 8 else { throw Varint.truncated }
      self = .bits(bytes, at: at + count)
    case .runs(var decoder):
      try decoder.skip(count)
      self = .runs(decoder)
    case .indices(var decoder):
      try decoder.skip(count)
      self = .indices(decoder)
    case .deltas(var decoder):
      try decoder.skip(count)
      self = .deltas(decoder)
    }
  }

  /// How many bytes PLAIN values take.
  private static func plainBytes(
    _ bytes: ByteView, count: Int, _ leaf: LeafColumn
  ) throws(LakeError) -> Int {
    if leaf.physical != .byteArray {
      let width = leaf.physical.width ?? leaf.typeLength
      guard count * width <= bytes.count else { throw Varint.truncated }
      return count * width
    }
    var cursor = bytes.start
    for _ in 0..<count {
      guard bytes.end - cursor >= 4 else { throw Varint.truncated }
      let length = Int(UnsafeRawPointer(cursor).loadUnaligned(as: UInt32.self))
      cursor += 4
      guard length <= bytes.end - cursor else { throw Varint.truncated }
      cursor += length
    }
    return cursor - bytes.start
  }
}

/// Turns the values of pages into those of vectors.
struct ValueDecoder {
  let leaf: LeafColumn
  let tracker: MemoryTracker?

  /// The bytes of one value in a vector.
  var width: Int { max(leaf.type.physical.byteWidth, 1) }

  /// Reads `count` values that are no indices into `out`, one beside the other.
  func decode(
    _ values: inout PageValues, count: Int, into out: UnsafeMutableRawPointer
  ) throws(LakeError) {
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
      let buffer = try Buffer(byteCount: count * 8, tracker: tracker)
      try decoder.decode(count, into: buffer.pointer(as: Int64.self))
      values = .deltas(decoder)
      try convert(UnsafeRawPointer(buffer.base), as: Int64.self, count: count, into: out)
    case .indices: throw LakeError(.internal, "indices are no values")
    }
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
      let view = StringView(padded: UnsafeRawPointer(cursor), count: length)
      if isText {
        let isASCII =
          view.isInline && (view.head &>> 32 | view.tail) & 0x8080_8080_8080_8080 == 0
        if !isASCII, lake_utf8_valid_prefix(cursor, length) != length {
          throw LakeError.parquetDamage("a text is not UTF-8")
        }
      }
      views[index] = view
      cursor += length
    }
    return cursor - bytes.start
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
        target[index] = Self.float(half: bits)
      }
    default:
      let views = out.assumingMemoryBound(to: StringView.self)
      for index in 0..<count {
        views[index] = StringView(
          padded: UnsafeRawPointer(bytes.start + index * length), count: length)
      }
    }
  }

  private static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 31)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:
      // Exact: ten bits times a power of two.
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
