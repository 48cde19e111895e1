import LakeCore

extension ParquetFileMetadata {
  func write(to out: inout ThriftWriter) throws(LakeError) {
    out.begin()
    try out.field(1, int32: version)
    try out.field(2, list: .structure, count: schema.count)
    for element in schema { try element.write(to: &out) }
    try out.field(3, int64: rowCount)
    try out.field(4, list: .structure, count: rowGroups.count)
    for (index, group) in rowGroups.enumerated() { try group.write(to: &out, ordinal: index) }
    if !keyValueMetadata.isEmpty {
      try out.field(5, list: .structure, count: keyValueMetadata.count)
      for (key, value) in keyValueMetadata {
        out.begin()
        try out.field(1, text: key)
        try out.field(2, text: value)
        try out.end()
      }
    }
    if let createdBy { try out.field(6, text: createdBy) }
    let leafCount = schema.count { $0.type != nil }
    try out.field(7, list: .structure, count: leafCount)
    for _ in 0..<leafCount {
      out.begin()
      try out.field(empty: 1)
      try out.end()
    }
    try out.end()
  }
}

extension ParquetSchemaElement {
  func write(to out: inout ThriftWriter) throws(LakeError) {
    out.begin()
    if let type { try out.field(1, int32: type.rawValue) }
    if let typeLength { try out.field(2, int32: typeLength) }
    if let repetition { try out.field(3, int32: repetition.rawValue) }
    try out.field(4, text: name)
    if let childCount { try out.field(5, int32: childCount) }
    if let convertedType { try out.field(6, int32: convertedType.rawValue) }
    if let scale { try out.field(7, int32: scale) }
    if let precision { try out.field(8, int32: precision) }
    if let fieldID { try out.field(9, int32: fieldID) }
    if let logicalType {
      try out.field(structure: 10)
      try logicalType.write(to: &out)
      try out.end()
    }
    try out.end()
  }
}

extension ParquetLogicalType {
  func write(to out: inout ThriftWriter) throws(LakeError) {
    switch self {
    case .string: try out.field(empty: 1)
    case .map: try out.field(empty: 2)
    case .list: try out.field(empty: 3)
    case .enumeration: try out.field(empty: 4)
    case .decimal(let scale, let precision):
      try out.field(structure: 5)
      try out.field(1, int32: scale)
      try out.field(2, int32: precision)
      try out.end()
    case .date: try out.field(empty: 6)
    case .time(let isAdjusted, let unit): try write(7, isAdjusted, unit, to: &out)
    case .timestamp(let isAdjusted, let unit): try write(8, isAdjusted, unit, to: &out)
    case .integer(let bitWidth, let isSigned):
      try out.field(structure: 10)
      try out.field(1, byte: Int8(truncatingIfNeeded: bitWidth))
      try out.field(2, bool: isSigned)
      try out.end()
    case .unknown: try out.field(empty: 11)
    case .json: try out.field(empty: 12)
    case .bson: try out.field(empty: 13)
    case .uuid: try out.field(empty: 14)
    case .float16: try out.field(empty: 15)
    case .other(let number): try out.field(empty: number)
    }
  }

  private func write(
    _ id: Int, _ isAdjusted: Bool, _ unit: ParquetTimeUnit, to out: inout ThriftWriter
  ) throws(LakeError) {
    try out.field(structure: id)
    try out.field(1, bool: isAdjusted)
    try out.field(structure: 2)
    try out.field(empty: unit.rawValue)
    try out.end()
    try out.end()
  }
}

extension ParquetRowGroupMetadata {
  func write(to out: inout ThriftWriter, ordinal: Int) throws(LakeError) {
    out.begin()
    try out.field(1, list: .structure, count: columns.count)
    for column in columns { try column.write(to: &out) }
    try out.field(2, int64: totalByteSize)
    try out.field(3, int64: rowCount)
    if !sortingColumns.isEmpty {
      try out.field(4, list: .structure, count: sortingColumns.count)
      for sorting in sortingColumns { try sorting.write(to: &out) }
    }
    if let fileOffset { try out.field(5, int64: fileOffset) }
    if let totalCompressedSize { try out.field(6, int64: totalCompressedSize) }
    // Sixteen bits; files with more row groups do without.
    if ordinal <= Int(Int16.max) { try out.field(7, int16: ordinal) }
    try out.end()
  }
}

extension ParquetSortingColumn {
  func write(to out: inout ThriftWriter) throws(LakeError) {
    out.begin()
    try out.field(1, int32: leaf)
    try out.field(2, bool: isDescending)
    try out.field(3, bool: putsNullsFirst)
    try out.end()
  }
}

extension ParquetChunkMetadata {
  func write(to out: inout ThriftWriter) throws(LakeError) {
    out.begin()
    // The field is required and deprecated; 0 says that the metadata is here and nowhere else.
    try out.field(2, int64: 0)
    try out.field(structure: 3)
    try out.field(1, int32: type.rawValue)
    try out.field(2, list: .int32, count: encodings.count)
    for encoding in encodings { try out.append(encoding.rawValue) }
    try out.field(3, list: .binary, count: path.count)
    for name in path { try out.append(name) }
    try out.field(4, int32: (codec ?? .uncompressed).rawValue)
    try out.field(5, int64: valueCount)
    try out.field(6, int64: totalUncompressedSize)
    try out.field(7, int64: totalCompressedSize)
    try out.field(9, int64: dataPageOffset)
    if let dictionaryPageOffset { try out.field(11, int64: dictionaryPageOffset) }
    if let statistics {
      try out.field(structure: 12)
      try statistics.write(to: &out)
      try out.end()
    }
    if let bloomFilterOffset { try out.field(14, int64: bloomFilterOffset) }
    if let bloomFilterLength { try out.field(15, int32: bloomFilterLength) }
    try out.end()
    if let offsetIndex {
      try out.field(4, int64: offsetIndex.offset)
      try out.field(5, int32: offsetIndex.length)
    }
    if let columnIndex {
      try out.field(6, int64: columnIndex.offset)
      try out.field(7, int32: columnIndex.length)
    }
    try out.end()
  }
}

extension ParquetStatistics {
  func write(to out: inout ThriftWriter) throws(LakeError) {
    if let nullCount { try out.field(3, int64: nullCount) }
    if let maximum { try out.field(5, bytes: maximum) }
    if let minimum { try out.field(6, bytes: minimum) }
    if let isMaximumExact { try out.field(7, bool: isMaximumExact) }
    if let isMinimumExact { try out.field(8, bool: isMinimumExact) }
  }
}

extension ParquetPageHeader {
  /// The header of a dictionary page or of a data page of version 1.
  func write(to out: inout ThriftWriter) throws(LakeError) {
    out.begin()
    try out.field(1, int32: type.rawValue)
    try out.field(2, int32: uncompressedSize)
    try out.field(3, int32: compressedSize)
    if let checksum { try out.field(4, int32: Int(Int32(bitPattern: checksum))) }
    if type == .dictionary {
      try out.field(structure: 7)
      try out.field(1, int32: valueCount)
      try out.field(2, int32: ParquetEncoding.plain.rawValue)
    } else {
      try out.field(structure: 5)
      try out.field(1, int32: valueCount)
      try out.field(2, int32: encoding.rawValue)
      try out.field(3, int32: definitionEncoding.rawValue)
      try out.field(4, int32: repetitionEncoding.rawValue)
    }
    try out.end()
    try out.end()
  }
}
