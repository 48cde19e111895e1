/// Arrays, maps and rows, member by member.
extension Kernels {
  func castNested(
    _ flat: FlatColumn, from source: DataType, to target: DataType
  ) throws(LakeError) -> Outcome {
    switch flat.values {
    case .list(let lists):
      if case .map(_, _) = target { return try castMaps(lists, flat, to: target) }
      let members = try castInside(lists.child, to: target.listElement)
      return try castLists(lists, flat, members, to: target)
    case .row(let children):
      return try castRows(children, flat, from: source.rowFields, to: target)
    case .fixed, .strings, .none:
      throw LakeError(.internal, "\(source) is not nested")
    }
  }

  /// A list with a member that failed has failed.
  private func castLists(
    _ lists: ListValues, _ flat: FlatColumn, _ members: Outcome, to target: DataType
  ) throws(LakeError) -> Outcome {
    let values = ListValues(offsets: lists.offsets, child: members.vector)
    guard let failures = members.failed else {
      return Outcome(made(.list(values), flat.count, flat.validity, target))
    }
    let answered = try Buffer(booleans: flat.count, tracker: tracker)
    let (answer, offsets) = (answered.pointer(as: UInt8.self), lists.pointer)
    for row in 0..<flat.count {
      answer[row] = 1
      for member in offsets[row]..<offsets[row + 1] where failures[Int(member)] {
        answer[row] = 0
      }
    }
    return try failing(.list(values), answered, flat, target)
  }

  /// As `nullingFailures`; the lists of rows that failed are emptied.
  private func failing(
    _ values: FlatColumn.Values, _ answered: Buffer, _ flat: FlatColumn, _ type: DataType
  ) throws(LakeError) -> Outcome {
    var outcome = try nullingFailures(values, answered, flat, type)
    let made = try outcome.vector.flattened(self)
    outcome.vector = ColumnVector(type: type, flat: try withValidity(made.validity, made))
    return outcome
  }

  /// Two keys may become one; such a map has failed.
  private func castMaps(
    _ lists: ListValues, _ flat: FlatColumn, to target: DataType
  ) throws(LakeError) -> Outcome {
    let members = try castInside(lists.child, to: target.listElement)
    let cast = try castLists(lists, flat, members, to: target)
    let result = try cast.vector.flattened(self)
    guard case .list(let entries) = result.values, let (keys, _) = try self.entries(entries)
    else { return cast }
    let answered = try Buffer(booleans: flat.count, tracker: tracker)
    let answer = answered.pointer(as: UInt8.self)
    let hashes = try hashes(of: keys)
    let hash = hashes.pointer(as: UInt64.self)
    var all = true
    for row in 0..<flat.count {
      let range = entries.pointer[row]..<entries.pointer[row + 1]
      let sorted = range.sorted { hash[Int($0)] < hash[Int($1)] }
      let hasDouble = hasDoubles(sorted, keys, hash)
      answer[row] = hasDouble ? 0 : 1
      all = all && !hasDouble
    }
    if all { return cast }
    var outcome = try failing(result.values, answered, result, target)
    outcome.failed = try Bitmap.union(outcome.failed, cast.failed, tracker: tracker)
    return outcome
  }

  /// Whether two of the rows, which are sorted by hash, hold one key.
  private func hasDoubles(
    _ rows: [UInt32], _ keys: ColumnVector, _ hash: UnsafeMutablePointer<UInt64>
  ) -> Bool {
    for (index, row) in rows.enumerated() {
      for other in rows[(index + 1)...] {
        if hash[Int(row)] != hash[Int(other)] { break }
        if keys.value(at: Int(row)) == keys.value(at: Int(other)) { return true }
      }
    }
    return false
  }

  private func castRows(
    _ children: [ColumnVector], _ flat: FlatColumn, from fields: [Field], to target: DataType
  ) throws(LakeError) -> Outcome {
    guard let sources = DataType.sources(of: target.rowFields, in: fields) else {
      throw LakeError(.internal, "no cast to \(target)")
    }
    var members: [ColumnVector] = []
    var failed: Bitmap?
    for (source, field) in zip(sources, target.rowFields) {
      guard let source else {
        members.append(try .nulls(type: field.type, count: flat.count))
        continue
      }
      let member = try castInside(children[source], to: field.type)
      members.append(member.vector)
      failed = try Bitmap.union(failed, member.failed, tracker: tracker)
    }
    guard let anyFailed = failed else {
      return Outcome(made(.row(members), flat.count, flat.validity, target))
    }
    let raised = try Bitmap.intersection(anyFailed, flat.validity, tracker: tracker)
    let validity = try Bitmap.subtracting(anyFailed, from: flat.validity, tracker: tracker)
    return Outcome(made(.row(members), flat.count, validity, target), failed: raised)
  }
}

extension DataType {
  /// For each field of a target row, where its values come from (nil: they are null). By name, with
  /// the rules of `Schema`, if every source field has a place; else by position, if there are as
  /// many on both sides and no name fits. Nil: neither, and something would be lost.
  static func sources(of target: [Field], in source: [Field]) -> [Int?]? {
    let schema = Schema(source)
    let named = target.map { schema.index(of: $0.name) }
    let used = Set(named.compactMap { $0 })
    if used.count == source.count, named.compactMap({ $0 }).count == used.count { return named }
    if used.isEmpty, source.count == target.count { return Array(source.indices) }
    return nil
  }
}
