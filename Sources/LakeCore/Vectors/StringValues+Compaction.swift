extension Kernels {
  /// The vector for an operator that keeps it: where its strings use less than a quarter of the
  /// bytes that their owners hold, they are copied, so that a few names do not keep pages alive.
  /// Dictionaries with more values than the vector has rows become flat first.
  package func compacted(_ vector: ColumnVector) throws(LakeError) -> ColumnVector {
    switch vector.form {
    case .flat(let flat):
      return ColumnVector(type: vector.type, flat: try compacted(flat))
    case .constant(let one):
      return ColumnVector(type: vector.type, constant: try compacted(one), count: vector.count)
    case .dictionary(let column):
      if column.dictionary.values.count <= column.count { return vector }
      return ColumnVector(
        type: vector.type, flat: try compacted(try vector.flattened(self)))
    }
  }

  private func compacted(_ flat: FlatColumn) throws(LakeError) -> FlatColumn {
    let values: FlatColumn.Values
    switch flat.values {
    case .fixed, .none: return flat
    case .strings(let strings):
      values = .strings(try compacted(strings, count: flat.count))
    case .list(let lists):
      let (start, end) = (lists.pointer[0], lists.pointer[flat.count])
      if start == 0, Int(end) == lists.child.count {
        values = .list(ListValues(offsets: lists.offsets, child: try compacted(lists.child)))
        break
      }
      let offsets = try buffer(of: UInt32.self, count: flat.count + 1)
      let (from, to) = (lists.pointer, offsets.pointer(as: UInt32.self))
      for index in 0...flat.count { to[index] = from[index] - start }
      let child = try compacted(try slice(lists.child, from: start, to: end))
      values = .list(ListValues(offsets: offsets, child: child))
    case .row(let children):
      var kept: [ColumnVector] = []
      for child in children { kept.append(try compacted(child)) }
      values = .row(kept)
    }
    return FlatColumn(count: flat.count, validity: flat.validity, values: values)
  }

  private func compacted(_ strings: StringValues, count: Int) throws(LakeError) -> StringValues {
    let from = strings.pointer
    var used = 0
    for row in 0..<count where !from[row].isInline {
      // No overflow: fewer than 2^31 rows of fewer than 2^32 bytes.
      used &+= from[row].count
    }
    let held = strings.owners.reduce(0) { $0 + $1.byteCount }
    if used > held / 4 || (used == 0 && held == 0) { return strings }
    let views = try buffer(of: StringView.self, count: count)
    let to = views.pointer(as: StringView.self)
    var arena = StringArena(tracker: tracker)
    for row in 0..<count { to[row] = try arena.append(from[row]) }
    return StringValues(views: views, owners: arena.owners)
  }
}
