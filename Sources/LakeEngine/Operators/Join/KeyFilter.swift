import LakeCore

/// What the rows of a join's table have as one of their keys, in short: enough for a scan of the
/// other side to pass over rows, pages and files that match none of them.
///
/// It may say yes to a value that no row has, and never no to one that a row has. The join looks
/// every row up all the same.
package struct KeyFilter: Sendable {
  let type: DataType
  /// Bounds of the values, or all of them where they are few, for whoever knows bounds only.
  private let outline: Outline
  private let marks: KeyMarks

  private enum Outline: Sendable {
    case values([Value])
    case range(Value, Value)
    case unknown
  }

  /// So many values are asked for one by one, of each file, row group and page.
  private static let valuesMax = 128

  /// `keys` is a column of keys in normal form. Rows whose key is null may be among them.
  init(_ keys: KeyVector, _ type: DataType, _ kernels: Kernels) throws(LakeError) {
    self.type = type
    marks = try KeyMarks(hashesOf: keys, kernels)
    outline = KeyFilter.outline(keys, type)
  }

  /// Whether values of a type can be told apart here.
  static func knows(_ type: DataType) -> Bool {
    switch KeyForm(type) {
    case .word, .wide: type != .boolean
    case .string: !type.isNested
    case .none: false
    }
  }

  private static func outline(_ keys: KeyVector, _ type: DataType) -> Outline {
    switch (keys.form, type.physical) {
    case (.word, .int8), (.word, .int16), (.word, .int32), (.word, .int64):
      return outline(keys.count, keys.words, { Int64(bitPattern: $0) }) { .int($0) }
    case (.string, .string) where type == .varchar:
      return outline(keys.count, keys.views, { $0 }) { view in
        .string(view.withBytes { String(decoding: $0, as: UTF8.self) })
      }
    default: return .unknown
    }
  }

  private static func outline<Stored, Ordered: Comparable>(
    _ count: Int, _ values: UnsafeMutablePointer<Stored>, _ ordered: (Stored) -> Ordered,
    _ value: (Ordered) -> Value
  ) -> Outline {
    if count <= valuesMax {
      return .values(Array(Set((0..<count).map { value(ordered(values[$0])) })))
    }
    var (least, greatest) = (ordered(values[0]), ordered(values[0]))
    for row in 1..<count {
      let next = ordered(values[row])
      if next < least { least = next }
      if greatest < next { greatest = next }
    }
    return .range(value(least), value(greatest))
  }

  /// A condition that holds for every value that may be among the keys; nil where none is known.
  func condition(on column: BoundExpression) -> BoundExpression? {
    switch outline {
    case .values(let values) where values.isEmpty: return .literal(.bool(false), .boolean)
    case .values(let values):
      return BoundExpression(.isIn(column, values.map { .literal($0, type) }), .boolean)
    case .range(let least, let greatest):
      return BoundExpression.all(of: [
        BoundExpression(.compare(.greaterOrEqual, column, .literal(least, type)), .boolean),
        BoundExpression(.compare(.lessOrEqual, column, .literal(greatest, type)), .boolean),
      ])
    case .unknown: return nil
    }
  }

  /// Writes down the rows of a batch whose value may be among the keys, and counts them.
  func keep(
    _ vector: ColumnVector, of batch: Batch, into rows: UnsafeMutablePointer<UInt32>,
    hashes: UnsafeMutablePointer<UInt64>, _ kernels: Kernels
  ) throws(LakeError) -> Int {
    try kernels.hash(vector, into: hashes)
    return marks.keep(batch, hashes, into: rows)
  }
}

/// Hashes that were seen, three bits of one word each: of sixteen bits a hash, about one in a
/// hundred of those that were not seen looks as if it was. Few hashes have more bits, since a page
/// is read for every row that looks like a match.
private struct KeyMarks: Sendable {
  private let words: Buffer
  /// How far the upper bits of a hash move down to number a word.
  private let shift: UInt64
  /// There are at least 2^10 words: eight kilobytes, for which every cache has room.
  private static let leastBits: UInt64 = 10

  init(hashesOf keys: KeyVector, _ kernels: Kernels) throws(LakeError) {
    var bits = KeyMarks.leastBits
    while (1 &<< Int(bits)) < keys.count / 4 { bits += 1 }
    shift = 64 - bits
    let size = (1 &<< Int(bits)) * 8
    words = try Buffer(byteCount: size, tracker: kernels.tracker)
    words.base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    let hashes = try Buffer(byteCount: keys.count * 8, tracker: kernels.tracker)
    let hash = hashes.pointer(as: UInt64.self)
    try kernels.hash(keys.asVector, into: hash)
    let target = words.pointer(as: UInt64.self)
    for row in 0..<keys.count {
      target[Int(truncatingIfNeeded: hash[row] &>> shift)] |= KeyMarks.bits(hash[row])
    }
  }

  @inline(__always)
  private static func bits(_ hash: UInt64) -> UInt64 {
    let (a, b, c) = (hash & 63, (hash &>> 6) & 63, (hash &>> 12) & 63)
    return (1 &<< a) | (1 &<< b) | (1 &<< c)
  }

  func keep(
    _ batch: Batch, _ hashes: UnsafeMutablePointer<UInt64>,
    into rows: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let (known, shift) = (words.pointer(as: UInt64.self), shift)
    var kept = 0
    func look(_ row: Int) {
      let hash = hashes[row]
      let wanted = KeyMarks.bits(hash)
      rows[kept] = UInt32(truncatingIfNeeded: row)
      kept &+= known[Int(truncatingIfNeeded: hash &>> shift)] & wanted == wanted ? 1 : 0
    }
    if let selection = batch.selection {
      let selected = selection.pointer
      for place in 0..<selection.count { look(Int(selected[place])) }
    } else {
      for row in 0..<batch.rowCount { look(row) }
    }
    return kept
  }
}

extension KeyVector {
  /// The normal form as a vector, whose hashes are those of the values that it was made from.
  fileprivate var asVector: ColumnVector {
    let (type, content): (DataType, FlatColumn.Values) =
      switch form {
      case .word, .none: (.bigint, .fixed(values))
      case .wide: (.uuid, .fixed(values))
      case .string: (.varchar, .strings(StringValues(views: values, owners: owners)))
      }
    return ColumnVector(
      type: type, flat: FlatColumn(count: count, validity: nil, values: content))
  }
}
