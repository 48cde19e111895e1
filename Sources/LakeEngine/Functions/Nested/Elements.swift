import LakeCore

/// Elements of arrays and values of maps.
extension ScalarFunctions {
  static let elements: [FunctionDefinition] = [
    FunctionDefinition(
      names: ["[]"], signatures: ["array[bigint]", "map[key]"],
      description: "The element at a place, counted from 1, or the value of a key; an error where "
        + "there is none", match: { elementMatch("[]", $0, isStrict: true) }),
    FunctionDefinition(
      names: ["element_at"],
      signatures: ["element_at(array(T), bigint) → T", "element_at(map(K, V), K) → V"],
      description: "The element at a place, from the end where it is negative, or the value of a "
        + "key; null where there is none",
      match: { elementMatch("element_at", $0, isStrict: false) }),
    FunctionDefinition(
      names: ["cardinality", "size"],
      signatures: ["cardinality(array) → bigint", "cardinality(map) → bigint"],
      description: "How many elements or entries there are"
    ) { arguments in
      guard arguments.count == 1, arguments[0].physical == .list else { return nil }
      let function = ScalarFunction.strict("cardinality", .bigint) { call in
        let lists = try ListInput(call.arguments[0], call.kernels)
        return try call.values(Int64.self) { Int64(lists.range($0).count) }
      }
      return .init(function: function, parameters: arguments, result: .bigint)
    },
    FunctionDefinition(
      names: ["contains", "array_contains"],
      signatures: ["contains(array(T), T) → boolean", "contains(varchar, varchar) → boolean"],
      description: "Whether an array has an element, or a text a part", match: containsMatch),
  ]

  private static func elementMatch(
    _ name: String, _ arguments: [DataType], isStrict: Bool
  ) -> FunctionDefinition.Match? {
    guard arguments.count == 2 else { return nil }
    switch arguments[0] {
    case .array(let element):
      guard TypeCoercion.canCoerce(arguments[1], to: .bigint) else { return nil }
      let function = ScalarFunction.strict(name, element) { call in
        isStrict ? try subscripted(call) : try elementAt(call)
      }
      return .init(function: function, parameters: [arguments[0], .bigint], result: element)
    case .map(let key, let value):
      guard TypeCoercion.canCoerce(arguments[1], to: key) else { return nil }
      let function = ScalarFunction.strict(name, value) { try valueOfKey($0, isStrict) }
      return .init(function: function, parameters: [arguments[0], key], result: value)
    default: return nil
    }
  }

  private static func elementAt(_ call: FunctionCall) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let places = try call.input(1, as: Int64.self)
    let picked = try call.pick(from: lists.child) { row in
      let (range, place) = (lists.range(row), places[row])
      if place > 0, place <= Int64(range.count) { return range.lowerBound + Int(place) - 1 }
      if place < 0, place >= -Int64(range.count) { return range.upperBound + Int(place) }
      return nil
    }
    let error: @Sendable (Int) -> LakeError = { _ in
      LakeError(.invalidInput, "arrays are counted from 1: there is no element 0")
    }
    let refused = try call.checked(UInt8.self, error: error) { places[$0] == 0 ? nil : 1 }
    return CheckedVector(picked, failures: refused.failures)
  }

  private static func subscripted(_ call: FunctionCall) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let places = try call.input(1, as: Int64.self)
    let picked = try call.pick(from: lists.child) { row in
      let (range, place) = (lists.range(row), places[row])
      return place > 0 && place <= Int64(range.count) ? range.lowerBound + Int(place) - 1 : nil
    }
    let (arrays, numbers) = (call.arguments[0], call.arguments[1])
    let error: @Sendable (Int) -> LakeError = { row in
      guard case .list(let elements) = arrays.value(at: row),
        case .int(let place) = numbers.value(at: row)
      else { return LakeError(.invalidInput, "there is no such element") }
      return outOfRange(place, elements.count)
    }
    let refused = try call.checked(UInt8.self, error: error) { row in
      places[row] > 0 && places[row] <= Int64(lists.range(row).count) ? 1 : nil
    }
    return CheckedVector(picked, failures: refused.failures)
  }

  private static func outOfRange(_ place: Int64, _ count: Int) -> LakeError {
    let hint = "element_at(array, \(place)) gives null instead."
    if place == 0 {
      return LakeError(
        .invalidInput, "arrays are counted from 1: there is no element 0",
        hint: "The first element is array[1].")
    }
    if place < 0 {
      return LakeError(
        .invalidInput, "the element \(place) of an array was asked for",
        hint: "element_at(array, \(place)) counts from the end.")
    }
    let size = count == 1 ? "1 element" : "\(count) elements"
    return LakeError(
      .invalidInput, "the element \(place) of an array of \(size) was asked for", hint: hint)
  }

  private static func valueOfKey(_ call: FunctionCall, _ isStrict: Bool) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let (keys, values) = try call.entries(lists.child)
    let matches = try call.matches(lists, keys, with: call.arguments[1])
    let places = try call.firstMatches(lists, matches)
    let place = places.pointer(as: Int32.self)
    let picked = try call.pick(from: values) { row in
      place[row] < 0 ? nil : lists.range(row).lowerBound + Int(place[row])
    }
    guard isStrict else { return CheckedVector(picked) }
    let wanted = call.arguments[1]
    let error: @Sendable (Int) -> LakeError = { row in
      LakeError(
        .invalidInput, "the map has no key \(wanted.shown(row))",
        hint: "element_at(map, key) gives null instead.")
    }
    let refused = try call.checked(UInt8.self, error: error) { place[$0] < 0 ? nil : 1 }
    return CheckedVector(picked, failures: refused.failures)
  }

  @Sendable
  private static func containsMatch(_ arguments: [DataType]) -> FunctionDefinition.Match? {
    guard arguments.count == 2 else { return nil }
    if case .array(let element) = arguments[0] {
      guard let common = TypeCoercion.common(element, arguments[1]) else { return nil }
      let function = ScalarFunction.strict("contains", .boolean) { try contains($0) }
      return .init(function: function, parameters: [.array(common), common], result: .boolean)
    }
    guard arguments.allSatisfy({ TypeCoercion.canCoerce($0, to: .varchar) }) else { return nil }
    let test = tests { $0.find($1) != nil }
    return .init(
      function: .strict("contains", .boolean, test.body), parameters: [.varchar, .varchar],
      result: .boolean)
  }

  /// Null where no element is equal but one is null.
  private static func contains(_ call: FunctionCall) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let answers = try call.matches(lists, lists.child, with: call.arguments[1])
    let flat = try answers.flattened(call.kernels)
    guard let bytes = flat.fixed?.pointer(as: UInt8.self) else {
      return CheckedVector(try .constant(.boolean, .bool(false), count: call.rowCount))
    }
    let starts = call.starts(lists)
    return try call.optional(UInt8.self) { row in
      var (found, isUnknown) = (false, false)
      for index in starts[row]..<starts[row + 1] {
        if flat.isNull(index) { isUnknown = true } else if bytes[index] != 0 { found = true }
      }
      return found ? 1 : isUnknown ? nil : 0
    }
  }
}

extension FunctionCall {
  /// Rows of a vector of elements, one for each row of the call; null where `place` gives none.
  func pick(from source: ColumnVector, _ place: (Int) -> Int?) throws -> ColumnVector {
    let (rows, found) = (try buffer(of: UInt32.self), try buffer(of: UInt8.self))
    let (row, isFound) = (rows.pointer(as: UInt32.self), found.pointer(as: UInt8.self))
    let outer = try validity()
    for index in 0..<rowCount {
      let isValid = outer.map { Bitmap.bit($0.words, index) } ?? true
      let place = isValid ? place(index) : nil
      row[index] = UInt32(truncatingIfNeeded: place ?? 0)
      isFound[index] = place == nil ? 0 : 1
    }
    if source.count == 0 || rowCount == 0 { return try .nulls(type: result, count: rowCount) }
    let picked = try kernels.gather(source, rows: UnsafePointer(row), count: rowCount)
      .flattened(kernels)
    let present = try Bitmap.packing(isFound, count: rowCount, tracker: tracker)
    let validity = try Bitmap.intersection(picked.validity, present, tracker: tracker)
    return ColumnVector(type: result, flat: try kernels.withValidity(validity, picked))
  }

  /// The keys and the values of the entries of maps.
  func entries(_ child: ColumnVector) throws -> (keys: ColumnVector, values: ColumnVector) {
    guard case .row(let members) = try child.flattened(kernels).values, members.count == 2 else {
      throw LakeError(.internal, "\(child.type) is no entry of a map")
    }
    return (members[0], members[1])
  }

  /// For each element of each row's list, in order, whether it equals the row's value.
  func matches(
    _ lists: ListInput, _ elements: ColumnVector, with wanted: ColumnVector
  ) throws -> ColumnVector {
    var (places, rows): ([UInt32], [UInt32]) = ([], [])
    for row in 0..<rowCount {
      for place in lists.range(row) {
        places.append(UInt32(truncatingIfNeeded: place))
        rows.append(UInt32(truncatingIfNeeded: row))
      }
    }
    return try places.withUnsafeBufferPointer { place in
      try rows.withUnsafeBufferPointer { row in
        guard let first = place.baseAddress, let second = row.baseAddress, !place.isEmpty else {
          return try .nulls(type: .boolean, count: 0)
        }
        let left = try kernels.gather(elements, rows: first, count: place.count)
        let right = try kernels.gather(wanted, rows: second, count: row.count)
        return try kernels.compare(.equal, left, right).vector
      }
    }
  }

  /// The place in each row's list of the first true among `matches`, or −1: 32 bits a row.
  func firstMatches(_ lists: ListInput, _ matches: ColumnVector) throws -> Buffer {
    let target = try buffer(of: Int32.self)
    let out = target.pointer(as: Int32.self)
    let flat = try matches.flattened(kernels)
    let bytes = flat.fixed?.pointer(as: UInt8.self)
    let starts = starts(lists)
    for row in 0..<rowCount {
      let first = (starts[row]..<starts[row + 1]).first { index in
        !flat.isNull(index) && (bytes?[index] ?? 0) != 0
      }
      out[row] = first.map { Int32(truncatingIfNeeded: $0 - starts[row]) } ?? -1
    }
    return target
  }

  /// Where the elements of each row begin when those of all rows stand one after the other; one
  /// more than there are rows.
  func starts(_ lists: ListInput) -> [Int] {
    var starts = [0]
    starts.reserveCapacity(rowCount + 1)
    var total = 0
    for row in 0..<rowCount {
      total += lists.range(row).count
      starts.append(total)
    }
    return starts
  }
}
