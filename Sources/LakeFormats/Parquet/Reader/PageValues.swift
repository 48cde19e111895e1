import LakeCore

/// What is left of the values of a page.
enum PageValues {
  case plain(ByteView)
  /// Bits, and how many were read.
  case bits(ByteView, at: Int)
  case runs(HybridDecoder)
  case indices(HybridDecoder)
  case deltas(DeltaDecoder)
  case texts(DeltaLengthDecoder)
  case fronts(FrontCodingDecoder)
  case split(StreamSplitDecoder)

  init(
    _ header: ParquetPageHeader, _ bytes: ByteView, leaf: LeafColumn, hasDictionary: Bool,
    tracker: MemoryTracker?
  ) throws(LakeError) {
    let physical = leaf.physical
    let isInteger = physical == .int32 || physical == .int64
    switch header.encoding {
    case .plain: self = physical == .boolean ? .bits(bytes, at: 0) : .plain(bytes)
    case .rleDictionary, .plainDictionary:
      guard hasDictionary else {
        throw LakeError.parquetDamage("a page needs a dictionary and there is none before it")
      }
      // A page of nulls alone may have no bytes at all.
      let width = bytes.isEmpty ? 0 : Int(bytes[0])
      guard width <= 32 else { throw LakeError.parquetDamage("indices have \(width) bits") }
      self = .indices(HybridDecoder(bytes.dropFirst(min(1, bytes.count)), width: width))
    // A page of nulls alone may lack the heads of these encodings.
    case .rle where physical == .boolean && bytes.isEmpty, .deltaBinaryPacked where bytes.isEmpty,
      .deltaLengthByteArray where bytes.isEmpty, .deltaByteArray where bytes.isEmpty:
      self = .plain(bytes)
    case .rle where physical == .boolean:
      guard bytes.count >= 4 else { throw Varint.truncated }
      self = .runs(HybridDecoder(bytes.dropFirst(4), width: 1))
    case .deltaBinaryPacked where isInteger:
      self = .deltas(try DeltaDecoder(bytes, tracker: tracker))
    case .deltaLengthByteArray where physical == .byteArray:
      self = .texts(try DeltaLengthDecoder(bytes, tracker: tracker))
    case .deltaByteArray where physical == .byteArray || physical == .fixed:
      self = .fronts(try FrontCodingDecoder(bytes, tracker: tracker))
    case .byteStreamSplit where physical != .boolean && physical != .byteArray:
      self = .split(
        try StreamSplitDecoder(bytes, width: physical.width ?? leaf.typeLength))
    case .rle, .bitPacked, .deltaBinaryPacked, .deltaLengthByteArray, .deltaByteArray,
      .byteStreamSplit:
      throw LakeError(
        .unsupported,
        "values of type \(physical) in the encoding \(header.encoding) cannot be read")
    }
  }

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
    case .texts(var decoder):
      try decoder.skip(count)
      self = .texts(decoder)
    case .fronts(var decoder):
      try decoder.skip(count)
      self = .fronts(decoder)
    case .split(var decoder):
      try decoder.skip(count)
      self = .split(decoder)
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
