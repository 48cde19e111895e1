/// From a condition to the rows that it holds for.
extension Kernels {
  /// The rows of `selection` (nil: all rows) for which a boolean vector is true. Null is not true.
  package func filter(
    _ condition: ColumnVector, within selection: Selection? = nil
  ) throws(LakeError) -> Selection {
    switch condition.form {
    case .constant(let one):
      let holds = one.nullCount == 0 && (one.fixed?.pointer(as: UInt8.self)[0] ?? 0) != 0
      return try all(holds ? condition.count : 0, within: selection)
    case .dictionary:
      return try filter(try condition.asFlat(self), within: selection)
    case .flat(let flat):
      guard let bytes = flat.fixed?.pointer(as: UInt8.self) else {
        return try all(0, within: selection)
      }
      guard let selection else {
        return try filter(bytes, validity: flat.validity, count: flat.count)
      }
      return try filter(bytes, validity: flat.validity, within: selection)
    }
  }

  /// The first `count` rows, or the selection itself unless `count` is 0.
  private func all(_ count: Int, within selection: Selection?) throws(LakeError) -> Selection {
    if let selection, count > 0 { return selection }
    let rows = try buffer(of: UInt32.self, count: count)
    let out = rows.pointer(as: UInt32.self)
    for row in 0..<count { out[row] = UInt32(truncatingIfNeeded: row) }
    return Selection(rows: rows, count: count)
  }

  /// Every row number is written, and kept by moving on where the condition holds: no branch that
  /// could be mispredicted.
  private func filter(
    _ bytes: UnsafePointer<UInt8>, validity: Bitmap?, count: Int
  ) throws(LakeError) -> Selection {
    let rows = try buffer(of: UInt32.self, count: count)
    let out = rows.pointer(as: UInt32.self)
    var kept = 0
    guard let words = validity?.words else {
      for row in 0..<count {
        out[kept] = UInt32(truncatingIfNeeded: row)
        kept &+= Int(bytes[row])
      }
      return Selection(rows: rows, count: kept)
    }
    var start = 0
    while start < count {
      let end = min(start &+ 64, count)
      var word = words[start &>> 6]
      for row in start..<end {
        out[kept] = UInt32(truncatingIfNeeded: row)
        kept &+= Int(bytes[row] & UInt8(truncatingIfNeeded: word & 1))
        word &>>= 1
      }
      start = end
    }
    return Selection(rows: rows, count: kept)
  }

  private func filter(
    _ bytes: UnsafePointer<UInt8>, validity: Bitmap?, within selection: Selection
  ) throws(LakeError) -> Selection {
    let rows = try buffer(of: UInt32.self, count: selection.count)
    let (from, out) = (selection.pointer, rows.pointer(as: UInt32.self))
    var kept = 0
    guard let words = validity?.words else {
      for index in 0..<selection.count {
        let row = from[index]
        out[kept] = row
        kept &+= Int(bytes[Int(row)])
      }
      return Selection(rows: rows, count: kept)
    }
    for index in 0..<selection.count {
      let row = from[index]
      let valid = UInt8(truncatingIfNeeded: words[Int(row) &>> 6] &>> UInt64(row & 63) & 1)
      out[kept] = row
      kept &+= Int(bytes[Int(row)] & valid)
    }
    return Selection(rows: rows, count: kept)
  }
}

extension Batch {
  /// The batch with the rows for which a condition over it is true; its columns are shared.
  package func filtered(
    by condition: ColumnVector, _ kernels: Kernels = Kernels()
  ) throws(LakeError) -> Batch {
    precondition(condition.count == rowCount)
    let kept = try kernels.filter(condition, within: selection)
    if kept.count == selectedCount { return self }
    return Batch(columns: columns, rowCount: rowCount, selection: kept)
  }

  /// The same rows without a selection: the rows that do not belong are left behind.
  package func compacted(_ kernels: Kernels = Kernels()) throws(LakeError) -> Batch {
    guard let selection else { return self }
    var dense: [ColumnVector] = []
    for column in columns { dense.append(try kernels.gather(column, selection)) }
    return Batch(columns: dense, rowCount: selection.count)
  }
}
