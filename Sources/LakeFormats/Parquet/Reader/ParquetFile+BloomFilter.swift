import LakeCore

extension ParquetFile {
  /// The filter of a column of a row group, which tells that it does not have a value; nil where
  /// there is none, and for nested columns. Reads some bytes of the file.
  package func bloomFilter(rowGroup: Int, column: Int) throws -> ParquetColumnFilter? {
    guard case .leaf(let leaf) = nodes[column].kind else { return nil }
    let chunk = rowGroups[rowGroup].metadata.columns[leaf.index]
    guard !chunk.isEncrypted, let offset = chunk.bloomFilterOffset else { return nil }
    return try locating(column, rowGroup, nil) { () throws(LakeError) in
      try filter(leaf, at: offset, length: chunk.bloomFilterLength)
    }
  }

  private static let headerBytesMax = 256

  private func filter(
    _ leaf: LeafColumn, at offset: Int, length: Int?
  ) throws(LakeError) -> ParquetColumnFilter? {
    guard offset >= 4, offset < fileSize else {
      throw LakeError.parquetDamage("its filter at \(offset) does not lie in the file")
    }
    // Older writers do not say how long it is: then its header does.
    let known = min(length ?? Self.headerBytesMax, fileSize - offset)
    guard known > 0, known <= ParquetBloomFilter.bytesMax + Self.headerBytesMax else { return nil }
    var buffer = try bytes(ParquetFilePart(offset: offset, length: known))
    var reader = ThriftReader(ByteView(buffer))
    let header = try ParquetBloomHeader(&reader)
    let start = reader.offset
    guard header.isKnown, header.byteCount <= ParquetBloomFilter.bytesMax else { return nil }
    guard header.byteCount >= 0, start + header.byteCount <= fileSize - offset else {
      throw LakeError.parquetDamage("its filter of \(header.byteCount) bytes leaves the file")
    }
    if start + header.byteCount > known {
      buffer = try bytes(ParquetFilePart(offset: offset, length: start + header.byteCount))
    }
    let bits = ByteView(buffer)[start..<(start + header.byteCount)]
    return ParquetColumnFilter(leaf: leaf, filter: try ParquetBloomFilter(bits))
  }
}

/// A filter, and how the values of its column lie in the file.
package struct ParquetColumnFilter: Sendable {
  let leaf: LeafColumn
  let filter: ParquetBloomFilter

  /// False only where the row group does not have the value, which is of the column's type.
  package func mayContain(_ value: Value) -> Bool {
    switch value {
    // Zeros of both signs are equal, and lie as different bytes.
    case .double(let double):
      if double.isNaN { return true }
      if double == 0 { return mayContain(bits: .double(0)) || mayContain(bits: .double(-0.0)) }
    case .float(let float):
      if float.isNaN { return true }
      if float == 0 { return mayContain(bits: .float(0)) || mayContain(bits: .float(-0.0)) }
    default: break
    }
    return mayContain(bits: value)
  }

  private func mayContain(bits value: Value) -> Bool {
    guard let bytes = plainBytes(value) else { return true }
    return filter.mayContain(bytes.withUnsafeBytes { ParquetBloomFilter.hash($0, $0.count) })
  }

  /// Nil where the same value could lie in the file in several ways, or in one not known here.
  private func plainBytes(_ value: Value) -> [UInt8]? {
    switch (leaf.physical, leaf.conversion, value) {
    case (.int32, .none, .int(let int)), (.int32, .narrow, .int(let int)),
      (.int32, .widen, .int(let int)):
      return Int32(exactly: int).map { PlainBytes.of(UInt32(bitPattern: $0)) }
    case (.int64, .none, .int(let int)), (.int64, .widen, .int(let int)):
      return PlainBytes.of(UInt64(bitPattern: int))
    case (.float, .none, .float(let float)): return PlainBytes.of(float.bitPattern)
    case (.double, .none, .double(let double)): return PlainBytes.of(double.bitPattern)
    case (.byteArray, .none, .string(let text)): return Array(text.utf8)
    case (.byteArray, .none, .bytes(let bytes)), (.fixed, .none, .bytes(let bytes)): return bytes
    case (.fixed, .uuid, .int128(let wide)): return PlainBytes.of(wide, count: 16)
    case (.fixed, .bigEndian, .int128(let wide)) where leaf.typeLength <= 16:
      return PlainBytes.of(wide, count: leaf.typeLength)
    case (.fixed, .bigEndian, .int(let int)) where leaf.typeLength <= 16:
      return PlainBytes.of(Int128(int), count: leaf.typeLength)
    default: return nil
    }
  }
}

/// Numbers as PLAIN has them.
private enum PlainBytes {
  static func of<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// The last bytes, the highest first.
  static func of(_ value: Int128, count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> Int128($0 * 8)) }
  }
}
