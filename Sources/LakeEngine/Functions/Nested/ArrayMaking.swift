import LakeCore

/// Arrays made of other arrays, of ranges, of repetitions.
extension ScalarFunctions {
  static let arrayMaking: [FunctionDefinition] = [
    .list(
      "flatten", signatures: ["flatten(array(array(T))) → array(T)"],
      description: "The elements of all arrays in an array",
      shape: { arguments in
        guard arguments.count == 1, let inner = ListShape.element(arguments[0]),
          ListShape.element(inner) != nil
        else { return nil }
        return (arguments, inner)
      },
      body: { call in
        let outer = try ListInput(call.arguments[0], call.kernels)
        let inner = try ListInput(
          ColumnVector(type: outer.child.type, flat: outer.child.flattened(call.kernels)),
          call.kernels)
        return try call.lists(of: inner.child) { row, maker in
          for list in outer.range(row) {
            for index in inner.range(list) { maker.append(index) }
          }
        }
      }),
    .list(
      "array_repeat", signatures: ["array_repeat(T, bigint) → array(T)"],
      description: "An array of a value, that many times", isLenient: true,
      shape: { arguments in
        guard arguments.count == 2 else { return nil }
        return ([arguments[0], .bigint], .array(arguments[0]))
      }, body: { try repeatedElement($0) }),
    sequence("sequence", "generate_series"),
    .list(
      "array_append", signatures: ["array_append(array(T), T) → array(T)"],
      description: "The array with an element behind it", isLenient: true,
      shape: { withElementAdded($0) }, body: { try added($0, atEnd: true) }),
    .list(
      "array_prepend", signatures: ["array_prepend(array(T), T) → array(T)"],
      description: "The array with an element before it", isLenient: true,
      shape: { withElementAdded($0) }, body: { try added($0, atEnd: false) }),
    .list(
      "array_compact", signatures: ["array_compact(array(T)) → array(T)"],
      description: "The elements that are not null", shape: { ListShape.same($0) },
      body: { call in
        let lists = try ListInput(call.arguments[0], call.kernels)
        let validity = try lists.child.rowValidity(call.kernels)
        return try call.lists(of: lists.child) { row, maker in
          for index in lists.range(row) where validity.map({ $0[index] }) ?? true {
            maker.append(index)
          }
        }
      }),
    .list(
      "zip", "arrays_zip", signatures: ["zip(array(T), array(U), …) → array(row(T, U, …))"],
      description:
        "Rows of the elements of several arrays side by side; shorter ones go on with nulls",
      shape: { arguments in
        let elements = arguments.compactMap { ListShape.element($0) }
        guard elements.count == arguments.count, elements.count > 1 else { return nil }
        let fields = elements.enumerated().map { Field("field\($0)", $1) }
        return (arguments, .array(.row(fields)))
      },
      body: { call in
        let zipped = try ZippedElements(call)
        let rows = ColumnVector(
          type: call.result.listElement,
          flat: FlatColumn(
            count: zipped.elements.rows.count, validity: nil, values: .row(zipped.columns)))
        let lists = ListValues(offsets: try zipped.elements.offsets(call.tracker), child: rows)
        return CheckedVector(call.vector(.list(lists), try call.validity()))
      }),
    .list(
      "ngrams", signatures: ["ngrams(array(T), bigint) → array(array(T))"],
      description: "All runs of so many neighbouring elements",
      shape: { arguments in
        guard arguments.count == 2, ListShape.element(arguments[0]) != nil else { return nil }
        return ([arguments[0], .bigint], .array(arguments[0]))
      }, body: { try ngrams($0) }),
    .list(
      "combinations", signatures: ["combinations(array(T), bigint) → array(array(T))"],
      description: "All choices of so many elements, of 5 at most",
      shape: { arguments in
        guard arguments.count == 2, ListShape.element(arguments[0]) != nil else { return nil }
        return ([arguments[0], .bigint], .array(arguments[0]))
      }, body: { try combinations($0) }),
  ]

  static let listElementsMax: Int64 = 1_000_000

  private static func withElementAdded(
    _ arguments: [DataType]
  ) -> (parameters: [DataType], result: DataType)? {
    guard arguments.count == 2, let (array, element) = ListShape.withElement(arguments) else {
      return nil
    }
    return ([array, element], array)
  }

  private static func added(_ call: FunctionCall, atEnd: Bool) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let all = try call.kernels.concatenate([lists.child, call.arguments[1]])
    let base = lists.child.count
    return try call.alone(0).lists(of: all) { row, maker in
      if !atEnd { maker.append(base + row) }
      for index in lists.range(row) { maker.append(index) }
      if atEnd { maker.append(base + row) }
    }
  }

  private static func repeatedElement(_ call: FunctionCall) throws -> CheckedVector {
    let counts = try call.input(1, as: Int64.self)
    let error = call.failure("an array has at most \(listElementsMax) elements")
    return try call.alone(1).checkedLists(of: call.arguments[0], error: error) { row, maker in
      guard counts[row] <= listElementsMax else { return false }
      for _ in 0..<max(0, counts[row]) { maker.append(row) }
      return true
    }
  }

  private static func ngrams(_ call: FunctionCall) throws -> CheckedVector {
    try nested(call, error: "the length of a run is 1 or more") { range, size, maker in
      guard size > 0 else { return false }
      let width = Int(clamping: size)
      if range.count <= width {
        for index in range { maker.append(index) }
        try maker.endRow()
        return true
      }
      for start in range.lowerBound...(range.upperBound - width) {
        for index in start..<(start + width) { maker.append(index) }
        try maker.endRow()
      }
      return true
    }
  }

  private static func combinations(_ call: FunctionCall) throws -> CheckedVector {
    try nested(call, error: "choices have 0 to 5 elements, and there are 100,000 at most") {
      range, size, maker in
      guard (0...5).contains(size) else { return false }
      if Int(size) > range.count { return true }
      var chosen = Array(0..<Int(size))
      var total = 0
      while true {
        total += 1
        if total > 100_000 { return false }
        for index in chosen { maker.append(range.lowerBound + index) }
        try maker.endRow()
        // The last place that can move on does, and those behind it follow.
        var place = chosen.count - 1
        while place >= 0, chosen[place] == range.count - chosen.count + place { place -= 1 }
        if place < 0 { return true }
        chosen[place] += 1
        for next in chosen.indices where next > place { chosen[next] = chosen[next - 1] + 1 }
      }
    }
  }

  /// Arrays of arrays: the body ends an inner one with `endRow`.
  private static func nested(
    _ call: FunctionCall, error: String,
    _ body: (Range<Int>, Int64, inout ListMaker) throws -> Bool
  ) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let sizes = try call.input(1, as: Int64.self)
    let validity = try call.validity()
    let answered = try call.buffer(of: UInt8.self)
    let answer = answered.pointer(as: UInt8.self)
    var (inner, outer) = (ListMaker(), ListMaker())
    for row in 0..<call.rowCount {
      let isValid = validity.map { $0[row] } ?? true
      let before = inner.rowCount
      let hasAnswer = isValid ? try body(lists.range(row), sizes[row], &inner) : true
      answer[row] = hasAnswer ? 1 : 0
      if hasAnswer { for list in before..<inner.rowCount { outer.append(list) } }
      try outer.endRow()
    }
    let (offsets, child) = try inner.parts(call, of: lists.child)
    let parts = ColumnVector(
      type: call.arguments[0].type,
      flat: FlatColumn(
        count: inner.rowCount, validity: nil,
        values: .list(ListValues(offsets: offsets, child: child))))
    let (ends, all) = try outer.parts(call, of: parts)
    return try call.withFailures(
      .list(ListValues(offsets: ends, child: all)), answered, call.failure(error))
  }
}
