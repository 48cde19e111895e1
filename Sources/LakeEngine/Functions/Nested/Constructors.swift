import LakeCore

/// Arrays, rows and maps made of values, and taken apart.
extension ScalarFunctions {
  static let constructors: [FunctionDefinition] = [
    FunctionDefinition(
      names: ["array"], signatures: ["ARRAY[x, …] → array(type of x)"],
      description: "An array of the arguments", match: arrayMatch),
    FunctionDefinition(
      names: ["row"], signatures: ["ROW(x, …) → row"],
      description: "A row of the arguments, its members named field0, field1, …", match: rowMatch),
    FunctionDefinition(
      names: ["map"], signatures: ["map(array(K), array(V)) → map(K, V)"],
      description: "A map of keys and values", match: mapMatch),
    FunctionDefinition(
      names: ["map_keys"], signatures: ["map_keys(map(K, V)) → array(K)"],
      description: "The keys of a map", match: { partMatch("map_keys", $0, isKey: true) }),
    FunctionDefinition(
      names: ["map_values"], signatures: ["map_values(map(K, V)) → array(V)"],
      description: "The values of a map", match: { partMatch("map_values", $0, isKey: false) }),
    FunctionDefinition(
      names: ["array_join"],
      signatures: [
        "array_join(array, varchar) → varchar", "array_join(array, varchar, varchar) → varchar",
      ],
      description: "The elements as text with a separator between; nulls are left out or replaced",
      match: joinMatch),
    FunctionDefinition(
      "split", description: "The pieces of a text between delimiters",
      overloads: [
        Overload([.varchar, .varchar], .array(.varchar)) { try split($0) },
        Overload([.varchar, .varchar, .bigint], .array(.varchar)) { try split($0) },
      ]),
  ]

  @Sendable
  private static func arrayMatch(_ arguments: [DataType]) -> FunctionDefinition.Match? {
    var element = DataType.unseen
    for argument in arguments {
      guard let common = TypeCoercion.common(element, argument) else { return nil }
      element = common
    }
    let type = DataType.array(element)
    let function = ScalarFunction.lenient("array", type) { call in
      let (count, rows) = (call.arguments.count, call.rowCount)
      if count == 0 { return CheckedVector(try .constant(type, .list([]), count: rows)) }
      var maker = ListMaker()
      for row in 0..<rows {
        for index in 0..<count { maker.append(index * rows + row) }
        try maker.endRow()
      }
      let all = try call.kernels.concatenate(call.arguments)
      return CheckedVector(try maker.vector(call, of: all, validity: nil))
    }
    return .init(function: function, parameters: arguments.map { _ in element }, result: type)
  }

  @Sendable
  private static func rowMatch(_ arguments: [DataType]) -> FunctionDefinition.Match? {
    guard !arguments.isEmpty else { return nil }
    let type = DataType.row(arguments.enumerated().map { Field("field\($0)", $1) })
    let function = ScalarFunction.lenient("row", type) { call in
      CheckedVector(call.vector(.row(call.arguments), nil))
    }
    return .init(function: function, parameters: arguments, result: type)
  }

  @Sendable
  private static func mapMatch(_ arguments: [DataType]) -> FunctionDefinition.Match? {
    if arguments.isEmpty {
      let type = DataType.map(key: .unseen, value: .unseen)
      let function = ScalarFunction.lenient("map", type) { call in
        CheckedVector(try .constant(type, .list([]), count: call.rowCount))
      }
      return .init(function: function, parameters: [], result: type)
    }
    guard arguments.count == 2, case .array(let key) = arguments[0],
      case .array(let value) = arguments[1]
    else { return nil }
    let type = DataType.map(key: key, value: value)
    let function = ScalarFunction.strict("map", type) { try makeMap($0) }
    return .init(function: function, parameters: arguments, result: type)
  }

  /// Keys are not null and differ; there are as many values.
  private static func makeMap(_ call: FunctionCall) throws -> CheckedVector {
    let kernels = call.kernels
    let keys = try ListInput(call.arguments[0], kernels)
    let values = try ListInput(call.arguments[1], kernels)
    let answered = try call.buffer(of: UInt8.self)
    let answer = answered.pointer(as: UInt8.self)
    let validity = try call.validity()
    var (keyRows, valueRows) = (ListMaker(), ListMaker())
    for row in 0..<call.rowCount {
      let isValid = validity.map { Bitmap.bit($0.words, row) } ?? true
      let isMap = isValid && areKeys(keys, row, count: values.range(row).count)
      answer[row] = isMap ? 1 : 0
      if isMap {
        for (key, value) in zip(keys.range(row), values.range(row)) {
          keyRows.append(key)
          valueRows.append(value)
        }
      }
      try keyRows.endRow()
      try valueRows.endRow()
    }
    let (offsets, keyChild) = try keyRows.parts(call, of: keys.child)
    let (_, valueChild) = try valueRows.parts(call, of: values.child)
    let entries = ColumnVector(
      type: call.result.listElement,
      flat: FlatColumn(count: keyChild.count, validity: nil, values: .row([keyChild, valueChild])))
    let error = call.failure(
      "the keys of a map are not null, differ from each other, and are as many as its values")
    return try call.withFailures(
      .list(ListValues(offsets: offsets, child: entries)), answered, error)
  }

  private static func areKeys(_ keys: ListInput, _ row: Int, count: Int) -> Bool {
    guard keys.range(row).count == count else { return false }
    var seen: Set<Value> = []
    return keys.range(row).allSatisfy { index in
      let key = keys.child.value(at: index)
      return !key.isNull && seen.insert(key).inserted
    }
  }

  private static func partMatch(
    _ name: String, _ arguments: [DataType], isKey: Bool
  ) -> FunctionDefinition.Match? {
    guard arguments.count == 1, case .map(let key, let value) = arguments[0] else { return nil }
    let type = DataType.array(isKey ? key : value)
    let function = ScalarFunction.strict(name, type) { call in
      let flat = try call.arguments[0].flattened(call.kernels)
      guard case .list(let lists) = flat.values else {
        throw LakeError(.internal, "a map that is no list")
      }
      let (keys, values) = try call.entries(lists.child)
      let part = ListValues(offsets: lists.offsets, child: isKey ? keys : values)
      return CheckedVector(call.vector(.list(part), flat.validity))
    }
    return .init(function: function, parameters: arguments, result: type)
  }

  @Sendable
  private static func joinMatch(_ arguments: [DataType]) -> FunctionDefinition.Match? {
    guard arguments.count == 2 || arguments.count == 3, case .array(let element) = arguments[0],
      element == .unseen || element.canCast(to: .varchar),
      arguments.dropFirst().allSatisfy({ TypeCoercion.canCoerce($0, to: .varchar) })
    else { return nil }
    let function = ScalarFunction.strict("array_join", .varchar) { try joinElements($0) }
    // The elements are made text by a cast of the whole array.
    return .init(
      function: function,
      parameters: [.array(.varchar)] + arguments.dropFirst().map { _ in .varchar },
      result: .varchar)
  }

  private static func joinElements(_ call: FunctionCall) throws -> CheckedVector {
    let lists = try ListInput(call.arguments[0], call.kernels)
    let texts = try Input<StringView>(lists.child, call.kernels)
    let separators = try call.strings(1)
    let others = call.arguments.count > 2 ? try call.strings(2) : nil
    return try call.texts { row, out in
      var isFirst = true
      for index in lists.range(row) {
        let isNull = texts.isNull(index)
        if isNull, others == nil { continue }
        if !isFirst { out.append(separators[row]) }
        isFirst = false
        out.append(isNull ? others?[row] ?? StringView() : texts[index])
      }
      return .text
    }
  }

  /// With a limit, the last piece is all that is left.
  private static func split(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, delimiters) = (try call.strings(0), try call.strings(1))
    let limits = call.arguments.count > 2 ? try call.input(2, as: Int64.self) : nil
    let error = call.failure("the delimiter must not be empty, and the limit 1 or more")
    let validity = try call.validity()
    let offsets = try Buffer(byteCount: (call.rowCount + 1) * 4, tracker: call.tracker)
    let (answered, offset) = (try call.buffer(of: UInt8.self), offsets.pointer(as: UInt32.self))
    let answer = answered.pointer(as: UInt8.self)
    var pieces = try GrowableBuffer(tracker: call.tracker)
    var total = 0
    offset[0] = 0
    for row in 0..<call.rowCount {
      let isValid = validity.map { Bitmap.bit($0.words, row) } ?? true
      let limit = limits?[row] ?? .max
      answer[row] = isValid && delimiters[row].count > 0 && limit > 0 ? 1 : 0
      if answer[row] == 1 {
        total += try append(texts[row], between: delimiters[row], limit, to: &pieces)
      }
      guard let end = UInt32(exactly: total) else {
        throw LakeError(.limitExceeded, "the lists of one batch have more than 2^32 elements")
      }
      offset[row + 1] = end
    }
    let strings = StringValues(
      views: try pieces.take(), owners: texts.column.strings?.owners ?? [])
    let child = ColumnVector(
      type: .varchar, flat: FlatColumn(count: total, validity: nil, values: .strings(strings)))
    return try call.withFailures(
      .list(ListValues(offsets: offsets, child: child)), answered, error)
  }

  private static func append(
    _ view: StringView, between delimiter: StringView, _ limit: Int64,
    to pieces: inout GrowableBuffer
  ) throws -> Int {
    let ranges = view.withBytes { raw in
      delimiter.withBytes { part -> [Range<Int>] in
        let (text, part) = (ByteRun(raw), ByteRun(part))
        var (ranges, start): ([Range<Int>], Int) = ([], 0)
        while Int64(ranges.count) < limit - 1, let end = text.find(part, from: start) {
          ranges.append(start..<end)
          start = end + part.count
        }
        return ranges + [start..<text.count]
      }
    }
    for range in ranges { try pieces.append(view.slice(range.lowerBound, range.count)) }
    return ranges.count
  }
}
