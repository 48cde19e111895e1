/// Some rows of a vector, by number. Whoever makes it holds the numbers while it is used.
package struct PickedRows {
  let vector: ColumnVector
  let rows: UnsafePointer<UInt32>
  let count: Int

  package init(_ vector: ColumnVector, rows: UnsafePointer<UInt32>, count: Int) {
    self.vector = vector
    self.rows = rows
    self.count = count
  }
}

/// Rows picked by number: the way from a selection to a dense batch, and how everything nested is
/// taken apart.
extension Kernels {
  /// The rows of a selection. Constants stay constants and dictionaries stay dictionaries.
  package func gather(
    _ vector: ColumnVector, _ selection: Selection
  ) throws(LakeError) -> ColumnVector {
    try gather(vector, rows: UnsafePointer(selection.pointer), count: selection.count)
  }

  /// Row `i` of the answer is row `rows[i]` of the vector; rows may repeat and come in any order.
  package func gather(
    _ vector: ColumnVector, rows: UnsafePointer<UInt32>, count: Int
  ) throws(LakeError) -> ColumnVector {
    assert(Kernels.areRows(rows, count: count, of: vector.count))
    switch vector.form {
    case .constant(let one):
      return ColumnVector(type: vector.type, constant: one, count: count)
    case .dictionary(let column):
      return ColumnVector(
        type: vector.type, dictionary: try gather(column, rows: rows, count: count))
    case .flat(let flat):
      return ColumnVector(
        type: vector.type, flat: try gather(flat, type: vector.type, rows: rows, count: count))
    }
  }

  /// Rows of several vectors of one type, those of one behind those of the other.
  package func gather(_ pieces: [PickedRows]) throws(LakeError) -> ColumnVector {
    if pieces.count > 1, let first = pieces.first {
      if let values = try gatherFlat(pieces, first.vector.type.physical) {
        let count = pieces.reduce(0) { $0 + $1.count }
        let flat = FlatColumn(count: count, validity: nil, values: values)
        return ColumnVector(type: first.vector.type, flat: flat)
      }
    }
    var gathered: [ColumnVector] = []
    for piece in pieces {
      gathered.append(try gather(piece.vector, rows: piece.rows, count: piece.count))
    }
    return try concatenate(gathered)
  }

  /// The usual case in one go: flat values without nulls, eight bytes or a string each. Nil for
  /// all others.
  private func gatherFlat(
    _ pieces: [PickedRows], _ physical: PhysicalType
  ) throws(LakeError) -> FlatColumn.Values? {
    var sources: [Buffer] = []
    var owners: [Buffer] = []
    for piece in pieces {
      guard case .flat(let flat) = piece.vector.form, flat.validity == nil else { return nil }
      switch flat.values {
      case .fixed(let buffer) where physical.byteWidth == 8: sources.append(buffer)
      case .strings(let strings):
        sources.append(strings.views)
        owners += strings.owners
      default: return nil
      }
    }
    return physical == .string
      ? .strings(
        StringValues(views: try gatherFixed(StringView.self, sources, pieces), owners: owners))
      : .fixed(try gatherFixed(UInt64.self, sources, pieces))
  }

  private func gatherFixed<T: BitwiseCopyable>(
    _ type: T.Type, _ sources: [Buffer], _ pieces: [PickedRows]
  ) throws(LakeError) -> Buffer {
    let target = try buffer(of: type, count: pieces.reduce(0) { $0 + $1.count })
    var to = target.pointer(as: type)
    for (source, piece) in zip(sources, pieces) {
      let (from, rows) = (source.pointer(as: type), piece.rows)
      for index in 0..<piece.count { to[index] = from[Int(rows[index])] }
      to += piece.count
    }
    return target
  }

  func gather(
    _ flat: FlatColumn, type: DataType, rows: UnsafePointer<UInt32>, count: Int
  ) throws(LakeError) -> FlatColumn {
    let validity = try flat.validity.gathered(rows, count: count, tracker: tracker)
    let values = try gather(flat.values, type: type, rows: rows, count: count)
    return FlatColumn(count: count, validity: validity, values: values)
  }

  private func gather(
    _ column: DictionaryColumn, rows: UnsafePointer<UInt32>, count: Int
  ) throws(LakeError) -> DictionaryColumn {
    DictionaryColumn(
      count: count, validity: try column.validity.gathered(rows, count: count, tracker: tracker),
      indices: try gatherFixed(UInt32.self, column.indices, rows, count),
      dictionary: column.dictionary)
  }

  private func gather(
    _ values: FlatColumn.Values, type: DataType, rows: UnsafePointer<UInt32>, count: Int
  ) throws(LakeError) -> FlatColumn.Values {
    switch values {
    case .none: return .none
    case .fixed(let buffer):
      return .fixed(try gather(buffer, width: type.physical.byteWidth, rows: rows, count: count))
    case .strings(let strings):
      let views = try gatherFixed(StringView.self, strings.views, rows, count)
      return .strings(StringValues(views: views, owners: strings.owners))
    case .list(let lists): return .list(try gather(lists, rows: rows, count: count))
    case .row(let children):
      var gathered: [ColumnVector] = []
      for child in children { gathered.append(try gather(child, rows: rows, count: count)) }
      return .row(gathered)
    }
  }

  private func gather(
    _ buffer: Buffer, width: Int, rows: UnsafePointer<UInt32>, count: Int
  ) throws(LakeError) -> Buffer {
    switch width {
    case 1: return try gatherFixed(UInt8.self, buffer, rows, count)
    case 2: return try gatherFixed(UInt16.self, buffer, rows, count)
    case 4: return try gatherFixed(UInt32.self, buffer, rows, count)
    case 8: return try gatherFixed(UInt64.self, buffer, rows, count)
    default: return try gatherFixed(UInt128.self, buffer, rows, count)
    }
  }

  private func gatherFixed<T: BitwiseCopyable>(
    _ type: T.Type, _ source: Buffer, _ rows: UnsafePointer<UInt32>, _ count: Int
  ) throws(LakeError) -> Buffer {
    let target = try buffer(of: type, count: count)
    let (from, to) = (source.pointer(as: type), target.pointer(as: type))
    for index in 0..<count {
      to[index] = from[Int(rows[index])]
    }
    return target
  }

  /// Lists: new offsets from the lengths, then one gather of all elements that they name.
  private func gather(
    _ lists: ListValues, rows: UnsafePointer<UInt32>, count: Int
  ) throws(LakeError) -> ListValues {
    let offsets = try buffer(of: UInt32.self, count: count + 1)
    let (from, to) = (lists.pointer, offsets.pointer(as: UInt32.self))
    var total = 0
    for index in 0..<count {
      to[index] = UInt32(truncatingIfNeeded: total)
      let row = Int(rows[index])
      // No overflow: at most 2^63 / 2^32 rows fit into memory.
      total &+= Int(from[row &+ 1] &- from[row])
    }
    guard total <= Int(UInt32.max) else { throw LakeError.listsTooLong }
    to[count] = UInt32(truncatingIfNeeded: total)

    let elements = try buffer(of: UInt32.self, count: total)
    let element = elements.pointer(as: UInt32.self)
    var filled = 0
    for index in 0..<count {
      let row = Int(rows[index])
      for child in from[row]..<from[row &+ 1] {
        element[filled] = child
        filled &+= 1
      }
    }
    let child = try gather(lists.child, rows: UnsafePointer(element), count: total)
    return ListValues(offsets: offsets, child: child)
  }

  static func areRows(_ rows: UnsafePointer<UInt32>, count: Int, of limit: Int) -> Bool {
    for index in 0..<count where Int(rows[index]) >= limit { return false }
    return true
  }
}

extension Optional<Bitmap> {
  /// The bits of some rows; nil stands for all ones, before and after.
  func gathered(
    _ rows: UnsafePointer<UInt32>, count: Int, tracker: MemoryTracker?
  ) throws(LakeError) -> Bitmap? {
    guard let bitmap = self else { return nil }
    let gathered = try bitmap.gathered(rows, count: count, tracker: tracker)
    return gathered.zeroCount == 0 ? nil : gathered
  }
}

extension Kernels {
  /// A dictionary column as flat values.
  func gatherFromDictionary(
    _ column: DictionaryColumn, type: DataType, rows: UnsafePointer<UInt32>
  ) throws(LakeError) -> FlatColumn {
    let values = column.dictionary.values
    guard values.count > 0 else {
      // Every row is null, and no index is looked at.
      return try FlatColumn.nulls(type: type, count: column.count, tracker: tracker)
    }
    let flat = try gather(values, type: type, rows: rows, count: column.count)
    guard case .list(let lists) = flat.values, let validity = column.validity else {
      return FlatColumn(count: column.count, validity: column.validity, values: flat.values)
    }
    let emptied = try emptyingNullRows(lists, count: column.count, validity: validity)
    return FlatColumn(count: column.count, validity: validity, values: .list(emptied))
  }

  /// A constant's one row `count` times.
  func repeated(_ one: FlatColumn, type: DataType, count: Int) throws(LakeError) -> FlatColumn {
    let rows = try buffer(of: UInt32.self, count: count)
    rows.base.initializeMemory(as: UInt8.self, repeating: 0, count: count * 4)
    return try gather(
      one, type: type, rows: UnsafePointer(rows.pointer(as: UInt32.self)), count: count)
  }

  /// The lists with empty ranges on null rows, as the form of lists asks for.
  func emptyingNullRows(
    _ lists: ListValues, count: Int, validity: Bitmap
  ) throws(LakeError) -> ListValues {
    let rows = try buffer(of: UInt32.self, count: lists.child.count)
    let offsets = try buffer(of: UInt32.self, count: count + 1)
    let (from, to) = (lists.pointer, offsets.pointer(as: UInt32.self))
    let kept = rows.pointer(as: UInt32.self)
    var total = 0
    for row in 0..<count {
      to[row] = UInt32(truncatingIfNeeded: total)
      if !Bitmap.bit(validity.words, row) { continue }
      for child in from[row]..<from[row &+ 1] {
        kept[total] = child
        total &+= 1
      }
    }
    to[count] = UInt32(truncatingIfNeeded: total)
    let child = try gather(lists.child, rows: UnsafePointer(kept), count: total)
    return ListValues(offsets: offsets, child: child)
  }
}
