import LakeCore

/// Whether a file of another program can stand among those that we write for a table: whether all
/// readers of tables read it, and all read the same. What is beyond that is a reason to write its
/// rows anew, and no fault of the file.
extension ParquetFile {
  /// Why a column is not as we would have written it; nil where it is. `type` is that of the column
  /// in files of the table.
  package func strangeness(ofColumn column: Int, as type: DataType) throws(LakeError) -> String? {
    let name = schema.fields[column].name
    let ours = try SchemaWriting(Schema([Field(name, type)]), hasFieldIDs: false).nodes[0]
    if let reason = ParquetFile.difference(nodes[column], ours) { return reason }
    for leaf in nodes[column].leaves {
      for group in rowGroups where group.rowCount > 0 {
        let chunk = group.metadata.columns[leaf.index]
        if let reason = chunk.strangeness ?? group.doubt(about: leaf) { return reason }
      }
    }
    return nil
  }

  private static func difference(_ found: ColumnNode, _ ours: ColumnNode) -> String? {
    switch (found.kind, ours.kind) {
    case (.leaf(let leaf), .leaf(let wanted)): return leaf.difference(from: wanted)
    case (.list(let element, _), .list(let wanted, _)):
      if case .row(let entries) = element.kind, case .map = ours.type, entries.count == 2,
        entries[0].isNullable
      {
        return "the keys of its maps may be null"
      }
      return difference(element, wanted)
    case (.row(let members), .row(let wanted)) where members.count == wanted.count:
      return zip(members, wanted).lazy.compactMap { difference($0, $1) }.first
    default: return "it is \(found.type)"
    }
  }
}

extension LeafColumn {
  fileprivate func difference(from ours: LeafColumn) -> String? {
    switch conversion {
    case .int96: return "its times are INT96"
    case .divide: return "its times are nanoseconds"
    case .milliseconds: return "its times are milliseconds"
    case .float16: return "its numbers are of 16 bits"
    case .nothing: return "it has no type"
    case .none, .narrow, .widen, .widenUnsigned, .bigEndian, .uuid: break
    }
    if isUnsigned { return "its numbers have no sign" }
    if type != ours.type { return "it is \(type)" }
    if isEnumeration { return "its text is an enumeration" }
    if physical != ours.physical, !isDecimalOfBytes { return "its values lie as \(physical)" }
    if path != ours.path { return "its lists or maps are written in an older way" }
    return nil
  }

  /// Decimals of few digits may lie as bytes too: all readers know both.
  private var isDecimalOfBytes: Bool {
    if case .decimal = type { physical == .fixed } else { false }
  }
}

extension ParquetChunkMetadata {
  /// What Spark 3.5 and Athena would not read.
  fileprivate var strangeness: String? {
    switch codec {
    case .uncompressed, .snappy, .gzip, .zstd: break
    case .lzo, .brotli, .lz4, .lz4Raw, nil:
      return "it is compressed by \(codec.map(\.specificationName) ?? "a method that is not known")"
    }
    if hasUnknownEncodings { return "its encoding is not known" }
    for encoding in encodings {
      switch encoding {
      case .plain, .plainDictionary, .rle, .bitPacked, .rleDictionary, .deltaBinaryPacked: break
      case .deltaLengthByteArray, .deltaByteArray, .byteStreamSplit:
        return "it is encoded as \(encoding.specificationName)"
      }
    }
    return nil
  }
}

extension ParquetRowGroup {
  /// Why values may lie outside their type, where they are kept in a wider one.
  fileprivate func doubt(about leaf: LeafColumn) -> String? {
    let range: ClosedRange<Int128>
    switch leaf.type {
    case .tinyint: range = Int128(Int8.min)...Int128(Int8.max)
    case .smallint: range = Int128(Int16.min)...Int128(Int16.max)
    case .decimal(let precision, _):
      let limit = Int128(DecimalText.powerOfTen(precision)) - 1
      range = -limit...limit
    default: return nil
    }
    let chunk = metadata.columns[leaf.index]
    guard let statistics = chunk.statistics else { return "nothing shows the range of its values" }
    if statistics.nullCount == chunk.valueCount { return nil }
    let bounds = StatisticsValue.bounds(statistics, leaf: leaf, hasTypeOrder: hasTypeOrder)
    guard let low = bounds.minimum?.wholeNumber, let high = bounds.maximum?.wholeNumber else {
      return "nothing shows the range of its values"
    }
    return range.contains(low) && range.contains(high) ? nil : "it holds values outside its type"
  }
}

extension Value {
  fileprivate var wholeNumber: Int128? {
    switch self {
    case .int(let int): Int128(int)
    case .int128(let wide): wide
    default: nil
    }
  }
}

// MARK: - What the footer proves

extension ParquetFile {
  /// What the footer proves of a column: values that are its least and its greatest, and how many
  /// are null. Nil is what it does not prove: of numbers with a fraction one could be NaN, of which
  /// footers do not speak; text may have been cut, unless the footer denies that.
  package func proof(
    ofColumn column: Int
  ) -> (minimum: Value?, maximum: Value?, nullCount: Int?) {
    var (low, high): (Value?, Value?) = (nil, nil)
    var nulls: Int? = 0
    var hasBounds = true
    for group in rowGroups where group.rowCount > 0 {
      let known = group.statistics(column: column)
      let groupNulls = nodes[column].isNullable ? known.nullCount : 0
      nulls = nulls.flatMap { sum in groupNulls.map { sum + $0 } }
      if groupNulls == group.rowCount { continue }
      guard hasBounds, isExact(column, group), let least = known.minimum,
        let greatest = known.maximum
      else {
        hasBounds = false
        continue
      }
      let type = schema.fields[column].type
      low = low.map { ValueOrder.isAscending($0, least, type: type) ? $0 : least } ?? least
      high =
        high.map { ValueOrder.isAscending(greatest, $0, type: type) ? $0 : greatest } ?? greatest
    }
    return hasBounds ? (low, high, nulls) : (nil, nil, nulls)
  }

  private func isExact(_ column: Int, _ group: ParquetRowGroup) -> Bool {
    guard case .leaf(let leaf) = nodes[column].kind,
      let statistics = group.metadata.columns[leaf.index].statistics
    else { return false }
    let flags = (statistics.isMinimumExact, statistics.isMaximumExact)
    switch leaf.type.physical {
    case .float32, .float64: return false
    case .string: return flags == (true, true)
    default: return flags.0 != false && flags.1 != false
    }
  }

  /// Whether the program that wrote the file counted days before 1582, and moments before 1900, by
  /// the calendar of then, as Spark did before its version 3 and does on request.
  package var hasOldCalendar: Bool {
    keyValueMetadata.contains { key, value in
      key == "org.apache.spark.legacyDateTime"
        || key == "org.apache.spark.version" && (value.hasPrefix("2.") || value.hasPrefix("1."))
    }
  }

  /// Whether a part of the file is encrypted, or lies elsewhere.
  package var isPartial: Bool {
    rowGroups.contains { $0.metadata.columns.contains { $0.isEncrypted || $0.filePath != nil } }
  }
}
