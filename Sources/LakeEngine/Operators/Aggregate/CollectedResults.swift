import LakeCore

/// What is made of the values that an aggregate has kept.
enum CollectedResults {
  /// map_agg: of a key that comes several times, the first value.
  static func map(
    _ rows: CollectedRows, _ type: DataType, _ kernels: Kernels
  ) throws -> ColumnVector {
    let keys = try ElementKeys(rows.columns[0], kernels)
    var seen = ElementSet()
    let kept = rows.groups.map { group -> [UInt32] in
      seen.removeAll()
      return group.filter { seen.insert(keys, Int($0)) }
    }
    return try lists(kept, type, kernels) { order in
      let members = try rows.columns.map { try kernels.gather($0, order) }
      return ColumnVector(
        type: type.listElement,
        flat: FlatColumn(count: order.count, validity: nil, values: .row(members)))
    }
  }

  /// multimap_agg: all values of each key.
  static func multimap(
    _ rows: CollectedRows, _ type: DataType, _ kernels: Kernels
  ) throws -> ColumnVector {
    let keys = try ElementKeys(rows.columns[0], kernels)
    var seen = ElementSet()
    var members: [[UInt32]] = []
    let kept = rows.groups.map { group -> [UInt32] in
      seen.removeAll()
      let base = members.count
      var firsts: [UInt32] = []
      for row in group {
        if let number = seen.find(keys, Int(row)) {
          members[base + number].append(row)
        } else if seen.insert(keys, Int(row)) {
          firsts.append(row)
          members.append([row])
        }
      }
      return firsts
    }
    guard case .map(_, let value) = type else { return try .nulls(type: type, count: kept.count) }
    let values = try lists(members, value, kernels) { try kernels.gather(rows.columns[1], $0) }
    return try lists(kept, type, kernels) { order in
      let parts = [try kernels.gather(rows.columns[0], order), values]
      return ColumnVector(
        type: type.listElement,
        flat: FlatColumn(count: order.count, validity: nil, values: .row(parts)))
    }
  }

  /// set_agg: different values, in the order of their first appearance.
  static func set(
    _ rows: CollectedRows, _ type: DataType, _ kernels: Kernels
  ) throws -> ColumnVector {
    let keys = try ElementKeys(rows.columns[0], kernels)
    var seen = ElementSet()
    let kept = rows.groups.map { group -> [UInt32] in
      seen.removeAll()
      return group.filter { seen.insert(keys, Int($0)) }
    }
    return try lists(kept, type, kernels) { try kernels.gather(rows.columns[0], $0) }
  }

  /// listagg: texts with a separator between them.
  static func text(
    _ rows: CollectedRows, _ type: DataType, _ kernels: Kernels
  ) throws -> ColumnVector {
    let texts = try Input<StringView>(rows.columns[0], kernels)
    let separators = rows.columns.count > 1 ? try Input<StringView>(rows.columns[1], kernels) : nil
    let views = try Buffer(byteCount: rows.groups.count * 16, tracker: kernels.tracker)
    let valid = try RawArray<UInt8>(
      count: (rows.groups.count + 63) / 64 * 64, tracker: kernels.tracker)
    var (arena, scratch) = (StringArena(tracker: kernels.tracker), ByteScratch())
    defer { scratch.deallocate() }
    for (group, members) in rows.groups.enumerated() {
      scratch.clear()
      for (index, row) in members.enumerated() {
        if index > 0, let separators, !separators.isNull(Int(row)) {
          scratch.append(separators[Int(row)])
        }
        scratch.append(texts[Int(row)])
      }
      if scratch.isTooLong {
        throw LakeError(
          .limitExceeded,
          "listagg would give a text of more than \(ByteScratch.byteCountMax >> 20) MB")
      }
      valid.pointer[group] = members.isEmpty ? 0 : 1
      views.pointer(as: StringView.self)[group] = try arena.append(
        scratch.base, count: scratch.count)
    }
    let validity = try Bitmap.packing(
      valid.pointer, count: rows.groups.count, tracker: kernels.tracker)
    return ColumnVector(
      type: type,
      flat: FlatColumn(
        count: rows.groups.count, validity: validity,
        values: .strings(StringValues(views: views, owners: arena.owners))))
  }

  /// min, max, min_by and max_by of so many values. The last argument is the number, the one before
  /// it what is ordered by.
  static func best(
    isMaximum: Bool
  ) -> (CollectedRows, DataType, Kernels) throws -> ColumnVector {
    { rows, type, kernels in
      let numbers = try Input<Int64>(rows.columns[rows.columns.count - 1], kernels)
      let order = try ElementOrder(rows.columns[rows.columns.count - 2], kernels)
      let kept = try rows.groups.map { group -> [UInt32] in
        guard let first = group.first else { return [] }
        let number = numbers[Int(first)]
        guard number > 0, number <= 10_000, !numbers.isNull(Int(first)) else {
          throw LakeError(.invalidInput, "the number of values is 1 to 10,000, not \(number)")
        }
        let sorted = order.sorted(group.map { Int($0) }, isDescending: isMaximum)
        return sorted.prefix(Int(number)).map { UInt32(truncatingIfNeeded: $0) }
      }
      return try lists(kept, type, kernels) { try kernels.gather(rows.columns[0], $0) }
    }
  }

  /// Lists of some rows for each group, null where a group has none; `gather` makes their elements.
  static func lists(
    _ groups: [[UInt32]], _ type: DataType, _ kernels: Kernels,
    _ gather: ([UInt32]) throws -> ColumnVector
  ) throws -> ColumnVector {
    let offsets = try Buffer(byteCount: (groups.count + 1) * 4, tracker: kernels.tracker)
    let valid = try RawArray<UInt8>(
      count: (groups.count + 63) / 64 * 64, tracker: kernels.tracker)
    let offset = offsets.pointer(as: UInt32.self)
    offset[0] = 0
    for (index, group) in groups.enumerated() {
      // Safe: there are fewer than 2^32 rows, and each stands in one group.
      offset[index + 1] = offset[index] &+ UInt32(truncatingIfNeeded: group.count)
      valid.pointer[index] = group.isEmpty ? 0 : 1
    }
    let child = try gather(groups.flatMap { $0 })
    let validity = try Bitmap.packing(valid.pointer, count: groups.count, tracker: kernels.tracker)
    return ColumnVector(
      type: type,
      flat: FlatColumn(
        count: groups.count, validity: validity,
        values: .list(ListValues(offsets: offsets, child: child))))
  }
}
