import LakeCore

/// Reads a block that `SpillEncoder` has written. The vectors point into the block; nothing is
/// copied.
struct SpillDecoder {
  private let block: Buffer
  private var word = 1
  private var wordEnd = 2
  private var offset = 0

  /// Takes a block that was read back. A disk that has lost or changed bytes is found out here.
  init(_ block: Buffer) throws(LakeError) {
    self.block = block
    let header = block.pointer(as: UInt64.self)
    guard block.byteCount >= SpillEncoder.headerBytes,
      header[0] == SpillEncoder.checksum(block)
    else { throw SpillDecoder.damaged }
    let count = Int(truncatingIfNeeded: header[1])
    guard count >= 2, count <= block.byteCount / 8 - 2 else { throw SpillDecoder.damaged }
    word = 2
    wordEnd = 2 + count
    offset = SpillEncoder.aligned(wordEnd * 8)
  }

  static var damaged: LakeError {
    LakeError(
      .corruptData, "rows that were put on disk for want of memory were not read back as written",
      hint: "Check the disk, or raise --memory-limit.")
  }

  /// The rows. The types are those of the batch that was written.
  mutating func batch(_ types: [DataType]) throws(LakeError) -> Batch {
    let rowCount = try next()
    guard try next() == types.count else { throw SpillDecoder.damaged }
    var columns: [ColumnVector] = []
    for type in types { columns.append(try vector(type)) }
    return Batch(columns: columns, rowCount: rowCount)
  }

  private mutating func next() throws(LakeError) -> Int {
    guard word < wordEnd else { throw SpillDecoder.damaged }
    defer { word += 1 }
    return Int(truncatingIfNeeded: block.pointer(as: UInt64.self)[word])
  }

  private mutating func section(_ byteCount: Int) throws(LakeError) -> Buffer {
    guard byteCount >= 0, offset <= block.byteCount, byteCount <= block.byteCount - offset else {
      throw SpillDecoder.damaged
    }
    defer { offset += SpillEncoder.aligned(byteCount) }
    return Buffer(part: offset, byteCount: byteCount, of: block)
  }

  private mutating func validity(_ count: Int) throws(LakeError) -> Bitmap? {
    guard try next() == 1 else { return nil }
    return Bitmap(buffer: try section(Bitmap.wordCount(for: count) * 8), count: count)
  }

  private mutating func vector(_ type: DataType) throws(LakeError) -> ColumnVector {
    switch try next() {
    case 0: return ColumnVector(type: type, flat: try flat(type))
    case 1:
      let count = try next()
      return ColumnVector(type: type, constant: try flat(type), count: count)
    default:
      let count = try next()
      let validity = try validity(count)
      let indices = try section(count * 4)
      let dictionary = VectorDictionary(values: try flat(type))
      return ColumnVector(
        type: type,
        dictionary: DictionaryColumn(
          count: count, validity: validity, indices: indices, dictionary: dictionary))
    }
  }

  private mutating func flat(_ type: DataType) throws(LakeError) -> FlatColumn {
    let count = try next()
    let validity = try validity(count)
    let values: FlatColumn.Values
    switch type.physical {
    case .none: values = .none
    case .string: values = .strings(try strings(count))
    case .list:
      let offsets = try section((count + 1) * 4)
      values = .list(ListValues(offsets: offsets, child: try vector(type.listElement)))
    case .row:
      var children: [ColumnVector] = []
      for field in type.rowFields { children.append(try vector(field.type)) }
      values = .row(children)
    default: values = .fixed(try section(count * type.physical.byteWidth))
    }
    return FlatColumn(count: count, validity: validity, values: values)
  }

  /// Puts pointers in place of the offsets of long strings.
  private mutating func strings(_ count: Int) throws(LakeError) -> StringValues {
    let longBytes = try next()
    let views = try section(count * 16)
    if longBytes == 0 { return StringValues(views: views, owners: []) }
    let heap = try section(longBytes)
    let view = views.pointer(as: StringView.self)
    let base = UInt64(UInt(bitPattern: heap.base))
    for row in 0..<count where !view[row].isInline {
      // No overflow: an offset in the heap, as the checksum says.
      view[row].tail &+= base
    }
    return StringValues(views: views, owners: [heap])
  }
}
