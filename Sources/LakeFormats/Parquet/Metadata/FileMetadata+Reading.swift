import LakeCore

extension ParquetFileMetadata {
  init(_ reader: inout ThriftReader) throws(LakeError) {
    try reader.structure { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: version = try reader.int(field)
      case 2:
        try reader.list(field, of: .structure) { (reader) throws(LakeError) in
          schema.append(try ParquetSchemaElement(&reader))
        }
      case 3: rowCount = try reader.count(field)
      case 4:
        try reader.list(field, of: .structure) { (reader) throws(LakeError) in
          rowGroups.append(try ParquetRowGroupMetadata(&reader))
        }
      case 5:
        try reader.list(field, of: .structure) { (reader) throws(LakeError) in
          keyValueMetadata.append(try reader.keyAndValue())
        }
      case 6: createdBy = try reader.text(field)
      case 7: hasTypeOrder = try reader.typeOrders(field)
      default: try reader.skip(field)
      }
    }
    guard !schema.isEmpty else { throw LakeError.parquetDamage("the metadata has no schema") }
  }
}

extension ThriftReader {
  /// A number that must not be negative.
  fileprivate mutating func count(_ field: FieldHeader) throws(LakeError) -> Int {
    let value = try int(field)
    guard value >= 0 else { throw LakeError.parquetDamage("a count or size is \(value)") }
    return value
  }

  /// A number of a page, where all are of 32 bits.
  fileprivate mutating func pageCount(_ field: FieldHeader) throws(LakeError) -> Int {
    let value = try count(field)
    guard value <= Int(Int32.max) else {
      throw LakeError.parquetDamage("a count or size of a page is \(value)")
    }
    return value
  }

  fileprivate mutating func keyAndValue() throws(LakeError) -> (String, String) {
    var pair = ("", "")
    try structure { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: pair.0 = try reader.text(field)
      case 2: pair.1 = try reader.text(field)
      default: try reader.skip(field)
      }
    }
    return pair
  }

  /// Whether all orders are those of the types.
  fileprivate mutating func typeOrders(_ field: FieldHeader) throws(LakeError) -> Bool {
    var areAll = true
    try list(field, of: .structure) { (reader) throws(LakeError) in
      var isTypeOrder = false
      try reader.structure { (reader, field) throws(LakeError) in
        if field.id == 1 { isTypeOrder = true }
        try reader.skip(field)
      }
      areAll = areAll && isTypeOrder
    }
    return areAll
  }
}

extension ParquetSchemaElement {
  fileprivate init(_ reader: inout ThriftReader) throws(LakeError) {
    var hasName = false
    try reader.structure { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: type = try reader.known(field, "type")
      case 2: typeLength = try reader.int(field)
      case 3: repetition = try reader.known(field, "repetition")
      case 4:
        name = try reader.text(field)
        hasName = true
      case 5: childCount = try reader.int(field)
      // An unknown one is as good as none.
      case 6: convertedType = ParquetConvertedType(rawValue: try reader.int(field))
      case 7: scale = try reader.int(field)
      case 8: precision = try reader.int(field)
      case 9: fieldID = try reader.int(field)
      case 10: logicalType = try ParquetLogicalType(&reader, field)
      default: try reader.skip(field)
      }
    }
    guard hasName else { throw LakeError.parquetDamage("an element of the schema has no name") }
    // Some writers say "no children" of leaves.
    if type != nil, childCount == 0 { childCount = nil }
  }
}

extension ThriftReader {
  /// A number of an enumeration that must be known.
  fileprivate mutating func known<T: RawRepresentable>(
    _ field: FieldHeader, _ what: String
  ) throws(LakeError) -> T where T.RawValue == Int {
    let number = try int(field)
    guard let value = T(rawValue: number) else {
      throw LakeError.parquetDamage("there is no \(what) \(number)")
    }
    return value
  }
}

extension ParquetLogicalType {
  /// Nil for an empty union.
  fileprivate init?(
    _ reader: inout ThriftReader, _ field: ThriftReader.FieldHeader
  ) throws(LakeError) {
    var found: ParquetLogicalType?
    try reader.structure(field) { (reader, field) throws(LakeError) in
      switch field.id {
      case 5: found = try ParquetLogicalType.decimal(&reader, field)
      case 7, 8: found = try ParquetLogicalType.time(&reader, field)
      case 10: found = try ParquetLogicalType.integer(&reader, field)
      default:
        found = ParquetLogicalType(case: field.id)
        try reader.skip(field)
      }
    }
    guard let found else { return nil }
    self = found
  }

  private init(case number: Int) {
    switch number {
    case 1: self = .string
    case 2: self = .map
    case 3: self = .list
    case 4: self = .enumeration
    case 6: self = .date
    case 11: self = .unknown
    case 12: self = .json
    case 13: self = .bson
    case 14: self = .uuid
    case 15: self = .float16
    default: self = .other(number)
    }
  }

  private static func decimal(
    _ reader: inout ThriftReader, _ field: ThriftReader.FieldHeader
  ) throws(LakeError) -> ParquetLogicalType {
    var (scale, precision) = (0, 0)
    try reader.structure(field) { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: scale = try reader.int(field)
      case 2: precision = try reader.int(field)
      default: try reader.skip(field)
      }
    }
    return .decimal(scale: scale, precision: precision)
  }

  private static func time(
    _ reader: inout ThriftReader, _ field: ThriftReader.FieldHeader
  ) throws(LakeError) -> ParquetLogicalType? {
    let id = field.id
    var isAdjusted = false
    var unit: ParquetTimeUnit?
    try reader.structure(field) { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: isAdjusted = try reader.bool(field)
      case 2:
        try reader.structure(field) { (reader, field) throws(LakeError) in
          unit = ParquetTimeUnit(rawValue: field.id)
          try reader.skip(field)
        }
      default: try reader.skip(field)
      }
    }
    guard let unit else { throw LakeError.parquetDamage("a time has no unit") }
    return id == 7
      ? .time(isAdjustedToUTC: isAdjusted, unit: unit)
      : .timestamp(isAdjustedToUTC: isAdjusted, unit: unit)
  }

  private static func integer(
    _ reader: inout ThriftReader, _ field: ThriftReader.FieldHeader
  ) throws(LakeError) -> ParquetLogicalType {
    var (width, isSigned) = (0, true)
    try reader.structure(field) { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: width = try reader.int(field)
      case 2: isSigned = try reader.bool(field)
      default: try reader.skip(field)
      }
    }
    return .integer(bitWidth: width, isSigned: isSigned)
  }
}

extension ParquetRowGroupMetadata {
  fileprivate init(_ reader: inout ThriftReader) throws(LakeError) {
    try reader.structure { (reader, field) throws(LakeError) in
      switch field.id {
      case 1:
        try reader.list(field, of: .structure) { (reader) throws(LakeError) in
          columns.append(try ParquetChunkMetadata(&reader))
        }
      case 2: totalByteSize = try reader.int(field)
      case 3: rowCount = try reader.count(field)
      case 4:
        try reader.list(field, of: .structure) { (reader) throws(LakeError) in
          sortingColumns.append(try ParquetSortingColumn(&reader))
        }
      case 5: fileOffset = try reader.int(field)
      case 6: totalCompressedSize = try reader.int(field)
      default: try reader.skip(field)
      }
    }
  }
}

extension ParquetSortingColumn {
  fileprivate init(_ reader: inout ThriftReader) throws(LakeError) {
    try reader.structure { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: leaf = try reader.int(field)
      case 2: isDescending = try reader.bool(field)
      case 3: putsNullsFirst = try reader.bool(field)
      default: try reader.skip(field)
      }
    }
  }
}

extension ParquetChunkMetadata {
  fileprivate init(_ reader: inout ThriftReader) throws(LakeError) {
    var hasMetadata = false
    // Of the offset index and of the column index: place and length.
    var indexPlaces: [Int?] = [nil, nil, nil, nil]
    try reader.structure { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: filePath = try reader.text(field)
      case 3:
        hasMetadata = true
        try readMetadata(&reader, field)
      case 4: indexPlaces[0] = try reader.int(field)
      case 5: indexPlaces[1] = try reader.int(field)
      case 6: indexPlaces[2] = try reader.int(field)
      case 7: indexPlaces[3] = try reader.int(field)
      case 8, 9:
        isEncrypted = true
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
    guard hasMetadata || isEncrypted else {
      throw LakeError.parquetDamage("a column of a row group has no metadata")
    }
    if let offset = indexPlaces[0], let length = indexPlaces[1] {
      offsetIndex = ParquetFilePart(offset: offset, length: length)
    }
    if let offset = indexPlaces[2], let length = indexPlaces[3] {
      columnIndex = ParquetFilePart(offset: offset, length: length)
    }
  }

  private mutating func readMetadata(
    _ reader: inout ThriftReader, _ field: ThriftReader.FieldHeader
  ) throws(LakeError) {
    try reader.structure(field) { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: type = try reader.known(field, "type")
      case 2:
        try reader.list(field, of: .int32) { (reader) throws(LakeError) in
          // Not for reading: what a page is encoded in is said by its header.
          if let known = ParquetEncoding(rawValue: try reader.int()) {
            encodings.append(known)
          } else {
            hasUnknownEncodings = true
          }
        }
      case 3:
        try reader.list(field, of: .binary) { (reader) throws(LakeError) in
          path.append(try reader.text())
        }
      case 4: codec = ParquetCodec(rawValue: try reader.int(field))
      case 5: valueCount = try reader.count(field)
      case 6: totalUncompressedSize = try reader.int(field)
      case 7: totalCompressedSize = try reader.count(field)
      case 9: dataPageOffset = try reader.int(field)
      case 11: dictionaryPageOffset = try reader.int(field)
      case 12: statistics = try ParquetStatistics(&reader, field)
      case 14: bloomFilterOffset = try reader.int(field)
      // Some writers had something else in this place.
      case 15 where field.kind == .int32: bloomFilterLength = try reader.int(field)
      default: try reader.skip(field)
      }
    }
  }
}

extension ParquetStatistics {
  fileprivate init(
    _ reader: inout ThriftReader, _ field: ThriftReader.FieldHeader
  ) throws(LakeError) {
    try reader.structure(field) { (reader, field) throws(LakeError) in
      switch field.id {
      case 1: legacyMaximum = try reader.binary(field)
      case 2: legacyMinimum = try reader.binary(field)
      case 3: nullCount = try reader.int(field)
      case 5: maximum = try reader.binary(field)
      case 6: minimum = try reader.binary(field)
      case 7: isMaximumExact = try reader.bool(field)
      case 8: isMinimumExact = try reader.bool(field)
      default: try reader.skip(field)
      }
    }
  }
}

extension ParquetPageHeader {
  init(_ reader: inout ThriftReader) throws(LakeError) {
    // Zeros would be headers that say nothing.
    var required = 0b1110
    try reader.structure { (reader, field) throws(LakeError) in
      if (1...3).contains(field.id) { required &= ~(1 << field.id) }
      switch field.id {
      case 1: type = try reader.known(field, "type of pages")
      case 2: uncompressedSize = try reader.pageCount(field)
      case 3: compressedSize = try reader.pageCount(field)
      case 4: checksum = UInt32(truncatingIfNeeded: try reader.int(field))
      case 5, 7:
        try reader.structure(field) { (reader, field) throws(LakeError) in
          try read(&reader, field)
        }
      case 8:
        try reader.structure(field) { (reader, field) throws(LakeError) in
          try readV2(&reader, field)
        }
      default: try reader.skip(field)
      }
    }
    guard required == 0 else {
      throw LakeError.parquetDamage("the header of a page does not say its type and sizes")
    }
  }

  private mutating func read(
    _ reader: inout ThriftReader, _ field: ThriftReader.FieldHeader
  ) throws(LakeError) {
    // A dictionary's third field is no encoding, but whether it is sorted.
    switch (field.id, field.kind) {
    case (1, _): valueCount = try reader.pageCount(field)
    case (2, _): encoding = try reader.known(field, "encoding")
    case (3, .int32): definitionEncoding = try reader.known(field, "encoding")
    case (4, .int32): repetitionEncoding = try reader.known(field, "encoding")
    default: try reader.skip(field)
    }
  }

  private mutating func readV2(
    _ reader: inout ThriftReader, _ field: ThriftReader.FieldHeader
  ) throws(LakeError) {
    switch field.id {
    case 1: valueCount = try reader.pageCount(field)
    case 2: nullCount = try reader.pageCount(field)
    case 3: rowCount = try reader.pageCount(field)
    case 4: encoding = try reader.known(field, "encoding")
    case 5: definitionBytes = try reader.pageCount(field)
    case 6: repetitionBytes = try reader.pageCount(field)
    case 7: isCompressed = try reader.bool(field)
    default: try reader.skip(field)
    }
  }
}

extension LakeError {
  /// Bytes that are not what Parquet says.
  static func parquetDamage(_ reason: String) -> LakeError { LakeError(.corruptData, reason) }
}
