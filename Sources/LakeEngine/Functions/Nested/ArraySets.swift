import LakeCore

/// Arrays as sets: elements that are equal count once, and nulls equal each other.
extension ScalarFunctions {
  static let arraySets: [FunctionDefinition] = [
    .list(
      "array_distinct", "list_distinct", signatures: ["array_distinct(array(T)) → array(T)"],
      description: "The elements, each once, in the order of their first appearance",
      shape: { ListShape.same($0) }, body: { try distinct($0) }),
    setFunction("array_union", "The elements of both arrays, each once", combine: .union),
    setFunction(
      "array_intersect", "The elements that both arrays have, each once", combine: .intersect),
    setFunction(
      "array_except", "The elements of the first array that the second lacks", combine: .except),
    .list(
      "arrays_overlap",
      signatures: ["arrays_overlap(array(T), array(T)) → boolean"],
      description:
        "Whether two arrays have an element in common; null where only a null may be one",
      shape: { arguments in
        guard arguments.count == 2, let type = ListShape.common(arguments) else { return nil }
        return ([type, type], .boolean)
      }, body: { try overlap($0) }),
    .list(
      "array_remove", signatures: ["array_remove(array(T), T) → array(T)"],
      description: "The elements that do not equal a value",
      shape: { arguments in
        guard arguments.count == 2, let (array, element) = ListShape.withElement(arguments) else {
          return nil
        }
        return ([array, element], array)
      }, body: { try remove($0) }),
    .list(
      "array_position", "list_position", signatures: ["array_position(array(T), T) → bigint"],
      description: "The place of the first element that equals a value, or 0",
      shape: { arguments in
        guard arguments.count == 2, let (array, element) = ListShape.withElement(arguments) else {
          return nil
        }
        return ([array, element], .bigint)
      }, body: { try place($0) }),
    .list(
      "array_frequency", signatures: ["array_frequency(array(T)) → map(T, integer)"],
      description: "How often each element that is not null stands in an array",
      shape: { arguments in
        guard arguments.count == 1, let element = ListShape.element(arguments[0]) else {
          return nil
        }
        return (arguments, .map(key: element, value: .integer))
      }, body: { try frequency($0) }),
  ]

  private enum SetCombination { case union, intersect, except }

  private static func setFunction(
    _ name: String, _ description: String, combine: SetCombination
  ) -> FunctionDefinition {
    .list(
      name, signatures: ["\(name)(array(T), array(T)) → array(T)"], description: description,
      shape: { arguments in
        guard arguments.count == 2, let type = ListShape.common(arguments) else { return nil }
        return ([type, type], type)
      }, body: { try combined($0, combine) })
  }

  private static func distinct(_ call: FunctionCall) throws -> CheckedVector {
    let (lists, keys) = try call.listKeys()
    var seen = ElementSet()
    return try call.lists(of: lists.child) { row, maker in
      seen.removeAll()
      for index in lists.range(row) where seen.insert(keys, index) { maker.append(index) }
    }
  }

  private static func combined(
    _ call: FunctionCall, _ how: SetCombination
  ) throws -> CheckedVector {
    let kernels = call.kernels
    let (a, b) = (
      try ListInput(call.arguments[0], kernels), try ListInput(call.arguments[1], kernels)
    )
    let all = try kernels.concatenate([a.child, b.child])
    let keys = try ElementKeys(all, kernels)
    let base = a.child.count
    var (seen, other) = (ElementSet(), ElementSet())
    return try call.lists(of: all) { row, maker in
      seen.removeAll()
      other.removeAll()
      let second = b.range(row).map { $0 + base }
      if how != .union { for index in second { _ = other.insert(keys, index) } }
      for index in a.range(row) {
        let isWanted = how == .union || (other.find(keys, index) != nil) == (how == .intersect)
        if isWanted, seen.insert(keys, index) { maker.append(index) }
      }
      guard how == .union else { return }
      for index in second where seen.insert(keys, index) { maker.append(index) }
    }
  }

  private static func overlap(_ call: FunctionCall) throws -> CheckedVector {
    let kernels = call.kernels
    let (a, b) = (
      try ListInput(call.arguments[0], kernels), try ListInput(call.arguments[1], kernels)
    )
    let all = try kernels.concatenate([a.child, b.child])
    let keys = try ElementKeys(all, kernels)
    let base = a.child.count
    var other = ElementSet()
    return try call.optional(UInt8.self) { row in
      other.removeAll()
      let second = b.range(row).map { $0 + base }
      for index in second where !keys.isNull(index) { _ = other.insert(keys, index) }
      let found = a.range(row).contains { !keys.isNull($0) && other.find(keys, $0) != nil }
      if found { return 1 }
      let hasNull = (Array(a.range(row)) + second).contains { keys.isNull($0) }
      return hasNull && !a.range(row).isEmpty && !second.isEmpty ? nil : 0
    }
  }

  private static func remove(_ call: FunctionCall) throws -> CheckedVector {
    let (lists, keys) = try call.listKeys()
    let wanted = try ElementKeys(
      ColumnVector(
        type: call.arguments[1].type, flat: call.arguments[1].flattened(call.kernels)), call.kernels
    )
    return try call.lists(of: lists.child) { row, maker in
      for index in lists.range(row) where !keys.areEqual(index, wanted, row) { maker.append(index) }
    }
  }

  private static func place(_ call: FunctionCall) throws -> CheckedVector {
    let (lists, keys) = try call.listKeys()
    let wanted = try ElementKeys(call.arguments[1], call.kernels)
    return try call.values(Int64.self) { row in
      let range = lists.range(row)
      let found = range.first { !keys.isNull($0) && keys.areEqual($0, wanted, row) }
      return found.map { Int64($0 - range.lowerBound + 1) } ?? 0
    }
  }

  private static func frequency(_ call: FunctionCall) throws -> CheckedVector {
    let (lists, keys) = try call.listKeys()
    var (maker, counts) = (ListMaker(), [Int32]())
    let validity = try call.validity()
    var seen = ElementSet()
    for row in 0..<call.rowCount {
      seen.removeAll()
      let base = counts.count
      for index in lists.range(row) where !keys.isNull(index) {
        if let number = seen.find(keys, index) {
          counts[base + number] += 1
        } else if seen.insert(keys, index) {
          maker.append(index)
          counts.append(1)
        }
      }
      try maker.endRow()
    }
    let (offsets, elements) = try maker.parts(call, of: lists.child)
    let values = try call.kernels.numbers(.integer, counts.count) { counts[$0] }
    return CheckedVector(
      call.mapVector(offsets: offsets, keys: elements, values: values, validity: validity))
  }
}

extension FunctionCall {
  /// The lists of the first argument, and their elements in normal form.
  func listKeys() throws -> (ListInput, ElementKeys) {
    let lists = try ListInput(arguments[0], kernels)
    return (lists, try ElementKeys(lists.child, kernels))
  }

  func mapVector(
    offsets: Buffer, keys: ColumnVector, values: ColumnVector, validity: Bitmap?
  ) -> ColumnVector {
    let entries = ColumnVector(
      type: result.listElement,
      flat: FlatColumn(count: keys.count, validity: nil, values: .row([keys, values])))
    return vector(.list(ListValues(offsets: offsets, child: entries)), validity)
  }
}
