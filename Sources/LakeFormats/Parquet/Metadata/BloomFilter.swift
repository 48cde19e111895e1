import LakeCore

/// Parquet's split-block filter: of a value it says that it is certainly not there, or nothing.
///
/// A value chooses a block of 32 bytes by the upper half of its hash, and one bit in each of the
/// block's eight words by the lower half.
package struct ParquetBloomFilter: Sendable {
  /// Larger ones are neither written nor read.
  static let bytesMax = 16 << 20
  private static let salts: [UInt32] = [
    0x47B6_137B, 0x4497_4D91, 0x8824_AD5B, 0xA2B7_289D, 0x7054_95C7, 0x2DF1_424B, 0x9EFC_4947,
    0x5C6B_FB31,
  ]

  /// Eight words for each block.
  private(set) var words: [UInt32]

  /// An empty filter for so many distinct values, of which it lets about one in a hundred pass that
  /// is not there.
  init(distinctCount: Int) {
    // 9.7 bits a value; a power of two, which some readers want.
    var bytes = 32
    while bytes < Self.bytesMax, bytes * 8 < distinctCount * 10 { bytes *= 2 }
    words = Array(repeating: 0, count: bytes / 4)
  }

  init(_ bytes: ByteView) throws(LakeError) {
    guard bytes.count > 0, bytes.count % 32 == 0, bytes.count <= Self.bytesMax else {
      throw LakeError.parquetDamage("its filter has \(bytes.count) bytes")
    }
    let raw = UnsafeRawPointer(bytes.start)
    words = (0..<(bytes.count / 4)).map {
      UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
    }
  }

  mutating func insert(_ hash: UInt64) {
    let block = block(hash)
    let key = UInt32(truncatingIfNeeded: hash)
    for word in 0..<8 { words[block + word] |= Self.bit(key, word) }
  }

  func mayContain(_ hash: UInt64) -> Bool {
    let block = block(hash)
    let key = UInt32(truncatingIfNeeded: hash)
    return (0..<8).allSatisfy { words[block + $0] & Self.bit(key, $0) != 0 }
  }

  private func block(_ hash: UInt64) -> Int {
    // Below the number of blocks, which has far fewer than 32 bits.
    Int(((hash &>> 32) &* UInt64(words.count / 8)) &>> 32) * 8
  }

  private static func bit(_ key: UInt32, _ word: Int) -> UInt32 {
    1 &<< ((key &* salts[word]) &>> 27)
  }
}

extension ParquetBloomFilter {
  /// A filter of values that lie as encoders have them.
  init(_ values: LeafValues, count: Int, distinctCount: Int, leaf: LeafColumn) {
    self.init(distinctCount: distinctCount)
    switch values {
    case .words(let words):
      let width = leaf.physical.width ?? 8
      for index in 0..<count {
        var word = words[index].littleEndian
        insert(withUnsafeBytes(of: &word) { Self.hash($0, width) })
      }
    case .wide(let wide):
      for index in 0..<count {
        var bytes = (wide[index] << UInt128(128 - leaf.typeLength * 8)).bigEndian
        insert(withUnsafeBytes(of: &bytes) { Self.hash($0, leaf.typeLength) })
      }
    case .text(let views):
      for index in 0..<count { insert(views[index].withBytes { Self.hash($0, $0.count) }) }
    case .booleans: break
    }
  }

  /// The hash of the first bytes of a value as PLAIN writes it.
  static func hash(_ bytes: UnsafeRawBufferPointer, _ count: Int) -> UInt64 {
    // No bytes have no place.
    ByteView(UnsafeRawBufferPointer(rebasing: bytes[..<count])).map { XXH64.hash($0) }
      ?? XXH64().digest
  }

  /// The filter as it lies in the file, its header before it.
  func write(to out: inout ThriftWriter) throws(LakeError) {
    out.begin()
    try out.field(1, int32: words.count * 4)
    // Split blocks, xxHash, no compression: there are no others.
    for id in 2...4 {
      try out.field(structure: id)
      try out.field(empty: 1)
      try out.end()
    }
    try out.end()
    try out.append(raw: words)
  }
}

/// What stands before a filter.
struct ParquetBloomHeader {
  var byteCount = 0
  /// Whether algorithm, hash and compression are those that this program knows.
  var isKnown = true

  init(_ reader: inout ThriftReader) throws(LakeError) {
    try reader.structure { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: byteCount = try reader.int(field)
      case 2...4:
        try reader.structure(field) { (reader, field) throws(LakeError) in
          if field.id != 1 { isKnown = false }
          try reader.skip(field)
        }
      default: try reader.skip(field)
      }
    }
  }
}
