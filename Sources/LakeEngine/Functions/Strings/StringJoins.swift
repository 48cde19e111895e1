import LakeCore

/// Texts put together, and parts of them replaced.
extension ScalarFunctions {
  static let stringJoins: [FunctionDefinition] = [
    concatenation(["||"], signatures: ["text || text", "array || array", "array || element"]),
    concatenation(
      ["concat"],
      signatures: ["concat(varchar, …) → varchar", "concat(varbinary, …) → varbinary"]
        + ["concat(array, …) → array"]),
    FunctionDefinition(
      names: ["concat_ws"],
      signatures: [
        "concat_ws(varchar, varchar, …) → varchar", "concat_ws(varchar, array(varchar)) → varchar",
      ],
      description: "Texts with a separator, the first argument, between them; nulls are left out",
      match: joinMatch),
    FunctionDefinition(
      "replace", description: "The text with every occurrence of another replaced, or removed",
      overloads: [
        Overload([.varchar, .varchar, .varchar], .varchar) { try replace($0) },
        Overload([.varchar, .varchar], .varchar) { try replace($0) },
      ]),
    FunctionDefinition(
      "translate",
      description: "The text with characters replaced by those at the same place of a third text",
      overloads: [
        Overload([.varchar, .varchar, .varchar], .varchar) { try translate($0) }
      ]),
  ]

  private static func concatenation(
    _ names: [String], signatures: [String]
  ) -> FunctionDefinition {
    FunctionDefinition(
      names: names, signatures: signatures, description: "The arguments one behind the other"
    ) { arguments in
      guard !arguments.isEmpty else { return nil }
      for type in [DataType.varchar, .varbinary]
      where arguments.allSatisfy({ TypeCoercion.canCoerce($0, to: type) }) {
        return .init(
          function: .strict(names[0], type) { try concatenate($0) },
          parameters: arguments.map { _ in type }, result: type)
      }
      return arrayConcatenation(names[0], arguments)
    }
  }

  private static func concatenate(_ call: FunctionCall) throws -> CheckedVector {
    let inputs = try call.arguments.indices.map { try call.strings($0) }
    return try call.texts { row, out in
      for input in inputs { out.append(input[row]) }
      return .text
    }
  }

  @Sendable
  private static func joinMatch(_ arguments: [DataType]) -> FunctionDefinition.Match? {
    guard arguments.count >= 2, TypeCoercion.canCoerce(arguments[0], to: .varchar) else {
      return nil
    }
    let list = DataType.array(.varchar)
    if arguments.count == 2, case .array = arguments[1],
      TypeCoercion.canCoerce(arguments[1], to: list)
    {
      return .init(
        function: .lenient("concat_ws", .varchar) { try joinList($0) },
        parameters: [.varchar, list], result: .varchar)
    }
    guard arguments.allSatisfy({ TypeCoercion.canCoerce($0, to: .varchar) }) else { return nil }
    return .init(
      function: .lenient("concat_ws", .varchar) { try join($0) },
      parameters: arguments.map { _ in .varchar }, result: .varchar)
  }

  /// Null where the separator is.
  private static func join(_ call: FunctionCall) throws -> CheckedVector {
    let inputs = try call.arguments.indices.map { try call.strings($0) }
    return try call.alone(0).texts { row, out in
      var isFirst = true
      for input in inputs.dropFirst() where !input.isNull(row) {
        if !isFirst { out.append(inputs[0][row]) }
        isFirst = false
        out.append(input[row])
      }
      return .text
    }
  }

  private static func joinList(_ call: FunctionCall) throws -> CheckedVector {
    let separators = try call.strings(0)
    let lists = try ListInput(call.arguments[1], call.kernels)
    let texts = try Input<StringView>(lists.child, call.kernels)
    return try call.alone(0).texts { row, out in
      var isFirst = true
      for index in lists.range(row) where !texts.isNull(index) {
        if !isFirst { out.append(separators[row]) }
        isFirst = false
        out.append(texts[index])
      }
      return .text
    }
  }

  private static func replace(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, parts) = (try call.strings(0), try call.strings(1))
    let others = call.arguments.count > 2 ? try call.strings(2) : nil
    return try call.texts { row, out in
      let other = others?[row] ?? StringView()
      texts[row].withBytes { raw in
        parts[row].withBytes { part in
          append(ByteRun(raw), replacing: ByteRun(part), by: other, to: &out)
        }
      }
      return .text
    }
  }

  /// An empty part stands before every character and at the end, as in Trino.
  private static func append(
    _ text: ByteRun, replacing part: ByteRun, by other: StringView, to out: inout ByteScratch
  ) {
    var place = 0
    while true {
      if part.count == 0 {
        out.append(other)
        if place >= text.count { return }
        let next = text.next(after: place)
        out.append(text.slice(place, next - place))
        place = next
        continue
      }
      guard let hit = text.find(part, from: place) else { break }
      out.append(text.slice(place, hit - place))
      out.append(other)
      place = hit + part.count
    }
    out.append(text.slice(place, text.count - place))
  }

  private static func translate(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, from, to) = (try call.strings(0), try call.strings(1), try call.strings(2))
    return try call.texts { row, out in
      let source = from[row].withBytes { Array(ByteRun($0).scalars) }
      let target = to[row].withBytes { Array(ByteRun($0).scalars) }
      for scalar in texts[row].withBytes({ ByteRun($0).scalars }) {
        guard let index = source.firstIndex(of: scalar) else {
          out.append(scalar)
          continue
        }
        if index < target.count { out.append(target[index]) }
      }
      return .text
    }
  }
}

extension FunctionCall {
  /// The call as if it had one argument: for functions that look at the nulls of others themselves.
  func alone(_ index: Int) -> FunctionCall {
    FunctionCall(
      name: name, arguments: [arguments[index]], rowCount: rowCount, context: context,
      result: result)
  }
}
