import LakeCore

/// Encodes one leaf of a row group: decides between dictionary, differences and plain values by
/// their sizes, and makes the pages.
///
/// Every decision is one on values: vectors of another form, cut into other batches, give the same
/// bytes.
struct ChunkEncoder {
  let options: ParquetWriteOptions
  let libraries: CodecLibraries
  let tracker: MemoryTracker?

  func encode(_ input: LeafInput) throws(LakeError) -> EncodedChunk {
    if let encoding = options.encodings[input.leaf.name] {
      return try encode(input, as: encoding.parquet)
    }
    return switch input.leaf.type.physical {
    case .boolean: try encodeBooleans(input)
    case .int8: try encode(input, as: Int8.self)
    case .int16: try encode(input, as: Int16.self)
    case .int32: try encode(input, as: Int32.self)
    case .int64: try encode(input, as: Int64.self)
    case .float32: try encode(input, as: Float.self)
    case .float64: try encode(input, as: Double.self)
    case .int128: try encodeWide(input)
    case .string, .none: try encodeText(input)
    case .list, .row: throw LakeError(.internal, "a leaf of a nested type")
    }
  }

  /// In the encoding that was asked for, without a dictionary.
  private func encode(
    _ input: LeafInput, as encoding: ParquetEncoding
  ) throws(LakeError) -> EncodedChunk {
    switch input.leaf.type.physical {
    case .boolean: try encodeBooleans(input)
    case .int8: try write(input, as: encoding, Int8.self)
    case .int16: try write(input, as: encoding, Int16.self)
    case .int32: try write(input, as: encoding, Int32.self)
    case .int64: try write(input, as: encoding, Int64.self)
    case .float32: try write(input, as: encoding, Float.self)
    case .float64: try write(input, as: encoding, Double.self)
    case .int128:
      try write(input, as: encoding, Int128.self) { .wide($0) }
    case .string, .none:
      try write(input, as: encoding, StringView.self) { .text($0) }
    case .list, .row: throw LakeError(.internal, "a leaf of a nested type")
    }
  }

  private func write<S: LeafSource>(
    _ input: LeafInput, as encoding: ParquetEncoding, _ type: S.Type
  ) throws(LakeError) -> EncodedChunk where S.Key == UInt64 {
    try write(input, as: encoding, type) { .words($0) }
  }

  private func write<S: LeafSource>(
    _ input: LeafInput, as encoding: ParquetEncoding, _ type: S.Type,
    _ values: (UnsafePointer<S.Key>) -> LeafValues
  ) throws(LakeError) -> EncodedChunk {
    let dense = try Buffer(
      byteCount: input.valueCount * MemoryLayout<S.Key>.stride, tracker: tracker)
    let keys = dense.pointer(as: S.Key.self)
    try input.collect(type, into: keys)
    return try withExtendedLifetime(dense) { () throws(LakeError) in
      try write(input, values(keys), as: encoding)
    }
  }

  private func encodeBooleans(_ input: LeafInput) throws(LakeError) -> EncodedChunk {
    let buffer = try Buffer(byteCount: input.valueCount, tracker: tracker)
    let bytes = buffer.pointer(as: UInt8.self)
    try input.collectBooleans(into: bytes)
    return try write(input, .booleans(bytes), as: .plain)
  }

  private func encode<S: LeafSource>(
    _ input: LeafInput, as type: S.Type
  ) throws(LakeError) -> EncodedChunk where S.Key == UInt64 {
    let width = input.leaf.physical.width ?? 8
    var table = DictionaryTable<UInt64>()
    // Its keys are used through a pointer until the end.
    defer { withExtendedLifetime(table) {} }
    let codes = try Buffer(byteCount: input.valueCount * 4, tracker: tracker)
    let code = codes.pointer(as: UInt32.self)
    let hasDictionary = try input.encode(type, by: &table, into: code)
    var sizes = EncodedSizes(input, width: width, hasDictionary ? table.count : nil)
    let isInteger = type != Float.self && type != Double.self
    if isInteger ? sizes.dictionaryIsClearlyBest : sizes.dictionaryIsBest {
      return try dictionary(input, .words(table.keys), code, count: table.count)
    }
    let dense = try Buffer(byteCount: input.valueCount * 8, tracker: tracker)
    let words = dense.pointer(as: UInt64.self)
    if hasDictionary {
      for index in 0..<input.valueCount { words[index] = table.keys[Int(code[index])] }
    } else {
      try input.collect(type, into: words)
    }
    guard isInteger else { return try write(input, .words(words), as: .plain) }
    let signed = UnsafeRawPointer(words).assumingMemoryBound(to: Int64.self)
    sizes.delta =
      width == 4
      ? DeltaEncoder.byteCount(signed, count: input.valueCount, as: Int32.self)
      : DeltaEncoder.byteCount(signed, count: input.valueCount, as: Int64.self)
    if sizes.dictionaryIsBest {
      return try dictionary(input, .words(table.keys), code, count: table.count)
    }
    if sizes.deltaIsBest { return try write(input, .words(words), as: .deltaBinaryPacked) }
    return try write(input, .words(words), as: .plain)
  }

  private func encodeWide(_ input: LeafInput) throws(LakeError) -> EncodedChunk {
    var table = DictionaryTable<UInt128>()
    // Its keys are used through a pointer until the end.
    defer { withExtendedLifetime(table) {} }
    let codes = try Buffer(byteCount: input.valueCount * 4, tracker: tracker)
    let code = codes.pointer(as: UInt32.self)
    let hasDictionary = try input.encode(Int128.self, by: &table, into: code)
    let width = input.leaf.typeLength
    if EncodedSizes(input, width: width, hasDictionary ? table.count : nil).dictionaryIsBest {
      return try dictionary(input, .wide(table.keys), code, count: table.count)
    }
    let dense = try Buffer(byteCount: input.valueCount * 16, tracker: tracker)
    let wide = dense.pointer(as: UInt128.self)
    try input.collect(Int128.self, into: wide)
    return try write(input, .wide(wide), as: .plain)
  }

  private func encodeText(_ input: LeafInput) throws(LakeError) -> EncodedChunk {
    var table = DictionaryTable<StringView>()
    // Its keys are used through a pointer until the end.
    defer { withExtendedLifetime(table) {} }
    let codes = try Buffer(byteCount: input.valueCount * 4, tracker: tracker)
    let code = codes.pointer(as: UInt32.self)
    if try input.encode(StringView.self, by: &table, into: code) {
      var total = 0
      for index in 0..<input.valueCount { total &+= table.keys[Int(code[index])].count &+ 4 }
      let bits = BitPacking.width(forCount: table.count)
      let size = table.textBytes + table.count * 4 + input.valueCount * bits / 8
      if size < total || input.valueCount == 0 {
        return try dictionary(input, .text(table.keys), code, count: table.count)
      }
    }
    let dense = try Buffer(byteCount: input.valueCount * 16, tracker: tracker)
    let views = dense.pointer(as: StringView.self)
    try input.collect(StringView.self, into: views)
    return try write(input, .text(views), as: .plain)
  }
}

/// What a chunk's values would take, before compression.
private struct EncodedSizes {
  let plain: Int
  /// Nil where there is no dictionary.
  let dictionary: Int?
  let valueCount: Int
  var delta = Int.max

  init(_ input: LeafInput, width: Int, _ dictionaryCount: Int?) {
    let count = input.valueCount
    valueCount = count
    plain = count * width
    dictionary = dictionaryCount.map {
      $0 * width + count * BitPacking.width(forCount: $0) / 8
    }
  }

  var dictionaryIsBest: Bool { dictionary.map { $0 <= plain && $0 <= delta } ?? false }

  /// So good that differences need not be looked at: a byte for a value.
  var dictionaryIsClearlyBest: Bool {
    dictionaryIsBest && (dictionary ?? .max) <= valueCount
  }

  var deltaIsBest: Bool { delta < plain }
}

extension ChunkEncoder {
  private func dictionary(
    _ input: LeafInput, _ values: LeafValues, _ codes: UnsafePointer<UInt32>, count: Int
  ) throws(LakeError) -> EncodedChunk {
    let pages = try pageWriter(input)
    var page = try ByteSink(capacity: options.pageBytes, tracker: tracker)
    try PlainEncoder.encode(values, count: count, leaf: input.leaf, into: &page)
    try pages.appendDictionary(page, valueCount: count)
    let dataOffset = pages.out.count
    let type = input.leaf.type
    var bounds = try DictionaryBounds(values, count: count, type: type, tracker: tracker)
    // Width 0 is right for a single value, but not known to all readers.
    let width = max(BitPacking.width(forCount: count), 1)
    for part in PagePlan(input, bits: width, text: nil, options: options).pages {
      page.removeAll()
      try pages.appendLevels(input, slots: part.slots, to: &page)
      try page.append(UInt8(width))
      let codes = codes + part.values.lowerBound
      try HybridEncoder.encode(codes, count: part.values.count, width: width, into: &page)
      let known = bounds.next(codes, count: part.values.count)
      try pages.append(page, part, .rleDictionary, known)
    }
    let statistics = LeafStatistics(values, count: count, type: type)
    var filter: ParquetBloomFilter?
    if hasFilter(input.leaf) {
      filter = ParquetBloomFilter(values, count: count, distinctCount: count, leaf: input.leaf)
    }
    return try finish(
      input, pages, [.plain, .rle, .rleDictionary], dataOffset: dataOffset, statistics, filter)
  }

  private func write(
    _ input: LeafInput, _ values: LeafValues, as encoding: ParquetEncoding
  ) throws(LakeError) -> EncodedChunk {
    let leaf = input.leaf
    let pages = try pageWriter(input)
    var page = try ByteSink(capacity: options.pageBytes, tracker: tracker)
    // Pages are cut by what the values take plainly: a page is at most that.
    let plan = PagePlan(
      input, bits: values.plainBits(leaf), text: values.views, options: options)
    for part in plan.pages {
      page.removeAll()
      try pages.appendLevels(input, slots: part.slots, to: &page)
      let count = part.values.count
      let partValues = values.dropFirst(part.values.lowerBound)
      try ValueEncoder.encode(partValues, count: count, leaf: leaf, as: encoding, into: &page)
      let known = LeafStatistics(partValues, count: count, type: leaf.type)
      try pages.append(page, part, encoding, known)
    }
    let statistics = LeafStatistics(values, count: input.valueCount, type: leaf.type)
    let encodings = encoding == .plain ? [.plain, .rle] : [.rle, encoding]
    var filter: ParquetBloomFilter?
    if hasFilter(leaf) {
      filter = ParquetBloomFilter(
        values, count: input.valueCount, distinctCount: input.valueCount, leaf: leaf)
    }
    return try finish(input, pages, encodings, dataOffset: nil, statistics, filter)
  }

  private func hasFilter(_ leaf: LeafColumn) -> Bool { options.bloomFilters.contains(leaf.name) }

  private func pageWriter(_ input: LeafInput) throws(LakeError) -> PageWriter {
    try PageWriter(input.leaf, options: options, libraries: libraries, tracker: tracker)
  }

  /// `dataOffset` is where the data pages begin, if there is a dictionary page before them.
  private func finish(
    _ input: LeafInput, _ pages: PageWriter, _ encodings: [ParquetEncoding], dataOffset: Int?,
    _ statistics: LeafStatistics, _ filter: ParquetBloomFilter?
  ) throws(LakeError) -> EncodedChunk {
    let leaf = input.leaf
    var metadata = ParquetChunkMetadata()
    metadata.type = leaf.physical
    metadata.encodings = encodings
    metadata.path = leaf.path
    metadata.codec = options.codec.parquet
    metadata.valueCount = input.slotCount
    metadata.totalUncompressedSize = pages.uncompressedSize
    metadata.totalCompressedSize = pages.out.count
    metadata.dataPageOffset = dataOffset ?? 0
    metadata.dictionaryPageOffset = dataOffset.map { _ in 0 }
    var bounds = ParquetStatistics()
    bounds.nullCount = input.nullCount
    if let minimum = statistics.minimum {
      bounds.minimum = StatisticsValue.bytes(minimum, leaf: leaf, isMinimum: true)
      bounds.isMinimumExact = statistics.isMinimumExact
    }
    if let maximum = statistics.maximum {
      bounds.maximum = StatisticsValue.bytes(maximum, leaf: leaf, isMinimum: false)
      bounds.isMaximumExact = statistics.isMaximumExact
    }
    metadata.statistics = bounds
    return EncodedChunk(
      bytes: try pages.takeBytes(), metadata: metadata, statistics: statistics,
      topNullCount: input.topNullCount, pages: pages.locations, columnIndex: pages.columnIndex,
      filter: filter)
  }
}
