import LakeCore

/// Maps made of maps, of entries and of text.
extension ScalarFunctions {
  static let mapFunctions: [FunctionDefinition] = [
    .list(
      "map_entries", signatures: ["map_entries(map(K, V)) → array(row(K, V))"],
      description: "The entries of a map as rows",
      shape: { arguments in
        guard arguments.count == 1, case .map(let key, let value) = arguments[0] else { return nil }
        return (arguments, .array(.row([Field("key", key), Field("value", value)])))
      },
      body: { call in
        let flat = try call.arguments[0].flattened(call.kernels)
        guard case .list(let lists) = flat.values else {
          throw LakeError(.internal, "a map that is no list")
        }
        let rows = ColumnVector(
          type: call.result.listElement, flat: try lists.child.flattened(call.kernels))
        return CheckedVector(
          call.vector(.list(ListValues(offsets: lists.offsets, child: rows)), flat.validity))
      }),
    .list(
      "map_from_entries", signatures: ["map_from_entries(array(row(K, V))) → map(K, V)"],
      description: "A map of rows of two members",
      shape: { arguments in
        guard arguments.count == 1, case .row(let fields)? = ListShape.element(arguments[0]),
          fields.count == 2
        else { return nil }
        return (arguments, .map(key: fields[0].type, value: fields[1].type))
      }, body: { try fromEntries($0) }),
    .list(
      "map_concat", signatures: ["map_concat(map(K, V), …) → map(K, V)"],
      description: "The entries of all maps; of a key that stands in several, the last",
      shape: { arguments in
        guard var type = arguments.first, arguments.count > 1 else { return nil }
        for argument in arguments.dropFirst() {
          guard let both = TypeCoercion.common(type, argument) else { return nil }
          type = both
        }
        guard case .map = type else { return nil }
        return (arguments.map { _ in type }, type)
      }, body: { try concatenatedMaps($0) }),
    .list(
      "map_contains_key", signatures: ["map_contains_key(map(K, V), K) → boolean"],
      description: "Whether a map has a key",
      shape: { arguments in
        guard arguments.count == 2, case .map(let key, _) = arguments[0] else { return nil }
        return ([arguments[0], key], .boolean)
      },
      body: { call in
        let lists = try ListInput(call.arguments[0], call.kernels)
        let (keys, _) = try call.entries(lists.child)
        let (known, wanted) = (
          try ElementKeys(keys, call.kernels), try ElementKeys(call.arguments[1], call.kernels)
        )
        return try call.values(UInt8.self) { row in
          lists.range(row).contains { known.areEqual($0, wanted, row) } ? 1 : 0
        }
      }),
    FunctionDefinition(
      "split_to_map", "str_to_map",
      description: "A map of the pieces of a text: the delimiter of entries, then that of key and "
        + "value",
      overloads: [
        Overload([.varchar, .varchar, .varchar], .map(key: .varchar, value: .varchar)) {
          try splitToMap($0)
        }
      ]),
  ]

  private static func fromEntries(_ call: FunctionCall) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let rows = try lists.child.flattened(call.kernels)
    guard case .row(let members) = rows.values else {
      throw LakeError(.internal, "entries that are no rows")
    }
    // An entry that is null has no key.
    var keys = try members[0].flattened(call.kernels)
    if let outer = rows.validity {
      let validity = try Bitmap.intersection(outer, keys.validity, tracker: call.tracker)
      keys = try call.kernels.withValidity(validity, keys)
    }
    let entries = [ColumnVector(type: members[0].type, flat: keys), members[1]]
    var maker = ListMaker()
    for row in 0..<call.rowCount {
      for index in lists.range(row) { maker.append(index) }
      try maker.endRow()
    }
    let source = ColumnVector(
      type: call.result.listElement,
      flat: FlatColumn(count: rows.count, validity: nil, values: .row(entries)))
    let maps = try maker.vector(call, of: source, validity: try call.validity())
    return try MapKeys.checked(maps, call)
  }

  private static func concatenatedMaps(_ call: FunctionCall) throws -> CheckedVector {
    let kernels = call.kernels
    let lists = try call.arguments.map { try ListInput($0, kernels) }
    let all = try kernels.concatenate(lists.map(\.child))
    let (keys, _) = try call.entries(all)
    let form = try ElementKeys(keys, kernels)
    var bases = [0]
    for list in lists { bases.append(bases[bases.count - 1] + list.child.count) }
    var seen = ElementSet()
    return try call.lists(of: all) { row, maker in
      seen.removeAll()
      var chosen: [Int] = []
      for (list, base) in zip(lists, bases) {
        for index in list.range(row).map({ $0 + base }) {
          if let number = seen.find(form, index) {
            chosen[number] = index
          } else if seen.insert(form, index) {
            chosen.append(index)
          }
        }
      }
      for index in chosen { maker.append(index) }
    }
  }

  private static func splitToMap(_ call: FunctionCall) throws -> CheckedVector {
    let texts = try call.strings(0)
    let (entries, pairs) = (try call.strings(1), try call.strings(2))
    let offsets = try Buffer(byteCount: (call.rowCount + 1) * 4, tracker: call.tracker)
    let answered = try call.buffer(of: UInt8.self)
    let (answer, offset) = (answered.pointer(as: UInt8.self), offsets.pointer(as: UInt32.self))
    let (keys, values) = (try ColumnBuilder(.varchar), try ColumnBuilder(.varchar))
    let validity = try call.validity()
    offset[0] = 0
    for row in 0..<call.rowCount {
      answer[row] = 1
      if validity.map({ $0[row] }) ?? true {
        let map = splitEntries(texts[row].text, entries[row].text, pairs[row].text)
        if map == nil { answer[row] = 0 }
        for (key, value) in map ?? [] {
          try keys.append(.string(key))
          try values.append(.string(value))
        }
      }
      offset[row + 1] = UInt32(truncatingIfNeeded: keys.count)
    }
    let parts = FlatColumn(
      count: keys.count, validity: nil, values: .row([try keys.finish(), try values.finish()]))
    let child = ColumnVector(type: call.result.listElement, flat: parts)
    let error = call.failure("an entry is a key, a delimiter and a value, and each key stands once")
    return try call.withFailures(
      .list(ListValues(offsets: offsets, child: child)), answered, error)
  }

  /// Nil where an entry has no key and value, or a key stands twice.
  private static func splitEntries(
    _ text: String, _ between: String, _ inside: String
  ) -> [(String, String)]? {
    if text.isEmpty { return [] }
    guard !between.isEmpty, !inside.isEmpty, between != inside else { return nil }
    var (result, seen): ([(String, String)], Set<String>) = ([], [])
    for entry in text.split(separator: between, omittingEmptySubsequences: false) {
      if entry.isEmpty { continue }
      let parts = entry.split(separator: inside, maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, seen.insert(String(parts[0])).inserted else { return nil }
      result.append((String(parts[0]), String(parts[1])))
    }
    return result
  }
}
