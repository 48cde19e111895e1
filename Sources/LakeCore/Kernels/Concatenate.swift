import Glibc

/// Vectors of one type, one after the other.
extension Kernels {
  /// All rows in order. Vectors over one dictionary stay a dictionary over it, equal constants
  /// stay a constant; everything else becomes flat.
  package func concatenate(_ vectors: [ColumnVector]) throws(LakeError) -> ColumnVector {
    guard let first = vectors.first else {
      throw LakeError(.internal, "no vectors to concatenate")
    }
    for vector in vectors where vector.type != first.type {
      throw LakeError(
        .internal, "vectors of \(first.type) and \(vector.type) cannot be concatenated")
    }
    if vectors.count == 1 { return first }
    var count = 0
    for vector in vectors { count += vector.count }
    guard count <= Int(UInt32.max) else {
      throw LakeError(.limitExceeded, "\(count) rows are more than one vector can have")
    }
    if let shared = try concatenateDictionaries(vectors, count: count) { return shared }
    if let constant = try concatenateConstants(vectors, count: count) { return constant }
    var columns: [FlatColumn] = []
    for vector in vectors { columns.append(try vector.flattened(self)) }
    let flat = try concatenate(columns, type: first.type, count: count)
    return ColumnVector(type: first.type, flat: flat)
  }

  private func concatenateDictionaries(
    _ vectors: [ColumnVector], count: Int
  ) throws(LakeError) -> ColumnVector? {
    guard case .dictionary(let first) = vectors[0].form else { return nil }
    var validities: [(Bitmap?, Int)] = []
    var buffers: [(Buffer, Int)] = []
    for vector in vectors {
      guard case .dictionary(let column) = vector.form, column.dictionary === first.dictionary
      else { return nil }
      validities.append((column.validity, column.count))
      buffers.append((column.indices, column.count))
    }
    let column = DictionaryColumn(
      count: count, validity: try concatenate(validities, count: count),
      indices: try concatenate(buffers, width: 4, count: count), dictionary: first.dictionary)
    return ColumnVector(type: vectors[0].type, dictionary: column)
  }

  private func concatenateConstants(
    _ vectors: [ColumnVector], count: Int
  ) throws(LakeError) -> ColumnVector? {
    guard case .constant(let first) = vectors[0].form else { return nil }
    let value = vectors[0].value(at: 0, of: first)
    for vector in vectors.dropFirst() {
      guard case .constant(let one) = vector.form,
        vector.value(at: 0, of: one).isIdentical(to: value)
      else { return nil }
    }
    return ColumnVector(type: vectors[0].type, constant: first, count: count)
  }

  private func concatenate(
    _ columns: [FlatColumn], type: DataType, count: Int
  ) throws(LakeError) -> FlatColumn {
    let validity = try concatenate(columns.map { ($0.validity, $0.count) }, count: count)
    let values: FlatColumn.Values
    switch type.physical {
    case .none: values = .none
    case .string: values = .strings(try concatenateStrings(columns, count: count))
    case .list: values = .list(try concatenateLists(columns, count: count))
    case .row:
      var children: [ColumnVector] = []
      for index in type.rowFields.indices {
        children.append(try concatenate(columns.compactMap { $0.child(index) }))
      }
      values = .row(children)
    default:
      let buffers = columns.compactMap { column in column.fixed.map { ($0, column.count) } }
      values = .fixed(
        try concatenate(buffers, width: type.physical.byteWidth, count: count))
    }
    return FlatColumn(count: count, validity: validity, values: values)
  }

  private func concatenate(
    _ parts: [(Buffer, Int)], width: Int, count: Int
  ) throws(LakeError) -> Buffer {
    let target = try Buffer(byteCount: count * width, tracker: tracker)
    var offset = 0
    for (buffer, rows) in parts {
      memcpy(target.base + offset, buffer.base, rows * width)
      offset += rows * width
    }
    return target
  }

  private func concatenate(
    _ parts: [(Bitmap?, Int)], count: Int
  ) throws(LakeError) -> Bitmap? {
    if parts.allSatisfy({ $0.0 == nil }) { return nil }
    let target = try Buffer(wordsFor: count, tracker: tracker)
    let out = target.pointer(as: UInt64.self)
    for index in 0..<Bitmap.wordCount(for: count) { out[index] = 0 }
    var row = 0
    for (bitmap, rows) in parts {
      for word in 0..<Bitmap.wordCount(for: rows) {
        let bits = bitmap?.words[word] ?? Bitmap.liveMask(word: word, count: rows)
        let at = row + word * 64
        let shift = UInt64(at & 63)
        out[at >> 6] |= bits &<< shift
        // Bits past the rows are 0, so the next word is only touched where it exists.
        let carried = shift == 0 ? 0 : bits &>> (64 &- shift)
        if carried != 0 { out[at >> 6 + 1] |= carried }
      }
      row += rows
    }
    return Bitmap(buffer: target, count: count)
  }

  private func concatenateStrings(
    _ columns: [FlatColumn], count: Int
  ) throws(LakeError) -> StringValues {
    let parts = columns.compactMap { column in column.strings.map { ($0, column.count) } }
    var owners: [Buffer] = []
    var known: Set<ObjectIdentifier> = []
    for (strings, _) in parts {
      for owner in strings.owners where known.insert(ObjectIdentifier(owner)).inserted {
        owners.append(owner)
      }
    }
    let views = try concatenate(parts.map { ($0.views, $1) }, width: 16, count: count)
    return StringValues(views: views, owners: owners)
  }

  private func concatenateLists(
    _ columns: [FlatColumn], count: Int
  ) throws(LakeError) -> ListValues {
    let offsets = try buffer(of: UInt32.self, count: count + 1)
    let out = offsets.pointer(as: UInt32.self)
    var children: [ColumnVector] = []
    var (row, total) = (0, 0)
    for column in columns {
      guard case .list(let lists) = column.values else { continue }
      let from = lists.pointer
      let (start, end) = (from[0], from[column.count])
      guard total + Int(end - start) <= Int(UInt32.max) else { throw LakeError.listsTooLong }
      let shift = UInt32(truncatingIfNeeded: total)
      for index in 0..<column.count {
        // No overflow: at most `total`, tested above.
        out[row &+ index] = from[index] &- start &+ shift
      }
      children.append(try slice(lists.child, from: start, to: end))
      row += column.count
      total += Int(end - start)
    }
    out[count] = UInt32(truncatingIfNeeded: total)
    return ListValues(offsets: offsets, child: try concatenate(children))
  }

  /// The rows `start ..< end`.
  func slice(_ vector: ColumnVector, from start: UInt32, to end: UInt32) throws(LakeError)
    -> ColumnVector
  {
    if start == 0, Int(end) == vector.count { return vector }
    let rows = try buffer(of: UInt32.self, count: Int(end - start))
    let out = rows.pointer(as: UInt32.self)
    for (index, row) in (start..<end).enumerated() { out[index] = row }
    return try gather(vector, rows: UnsafePointer(out), count: Int(end - start))
  }
}

extension FlatColumn {
  /// A member of a row column.
  func child(_ index: Int) -> ColumnVector? {
    if case .row(let children) = values { children[index] } else { nil }
  }
}

extension ColumnVector {
  /// The value of a row of one of this vector's own columns.
  func value(at row: Int, of column: FlatColumn) -> Value {
    column.isNull(row) ? .null : column.value(at: row, type: type)
  }
}
