import LakeCore

/// A function by its name: how it is found, and what SHOW FUNCTIONS says about it.
struct FunctionDefinition: Sendable {
  /// What a call was resolved to.
  struct Match: Sendable {
    var function: ScalarFunction
    /// What the arguments have to become, one for each.
    var parameters: [DataType]
    var result: DataType
  }

  /// In small letters; the first is the one that SQL uses.
  let names: [String]
  /// One for each way to call it.
  let signatures: [String]
  let description: String
  /// Nil where the types do not fit.
  let match: @Sendable (_ arguments: [DataType]) -> Match?
}

typealias FunctionBody = @Sendable (FunctionCall) throws -> CheckedVector

extension ScalarFunction {
  /// A function that is null where an argument is, as a body.
  static func strict(
    _ name: String, _ result: DataType, _ body: @escaping FunctionBody
  ) -> ScalarFunction {
    ScalarFunction(name) { arguments, rowCount, context in
      let isNull = arguments.contains { $0.isConstantNull }
      if isNull { return CheckedVector(try .nulls(type: result, count: rowCount)) }
      return try body(
        FunctionCall(
          name: name, arguments: arguments, rowCount: rowCount, context: context, result: result))
    }
  }

  /// A function that looks at nulls itself.
  static func lenient(
    _ name: String, _ result: DataType, isDeterministic: Bool = true, _ body: @escaping FunctionBody
  ) -> ScalarFunction {
    ScalarFunction(name, isDeterministic: isDeterministic, isStrict: false) {
      arguments, rowCount, context in
      try body(
        FunctionCall(
          name: name, arguments: arguments, rowCount: rowCount, context: context, result: result))
    }
  }
}

/// A way to call a function whose types are fixed.
struct Overload: Sendable {
  let parameters: [DataType]
  /// The last parameter may come any number of times, at least once.
  let isVariadic: Bool
  let result: DataType
  let body: FunctionBody

  init(
    _ parameters: [DataType], _ result: DataType, isVariadic: Bool = false,
    _ body: @escaping FunctionBody
  ) {
    self.parameters = parameters
    self.isVariadic = isVariadic
    self.result = result
    self.body = body
  }

  /// What the arguments have to become, and how many of them have to change; nil where they cannot.
  fileprivate func fit(_ arguments: [DataType]) -> (parameters: [DataType], changes: Int)? {
    var expected = parameters
    if isVariadic, let last = parameters.last, arguments.count > parameters.count {
      expected += Array(repeating: last, count: arguments.count - parameters.count)
    }
    guard expected.count == arguments.count else { return nil }
    var changes = 0
    for (argument, parameter) in zip(arguments, expected) where argument != parameter {
      guard TypeCoercion.canCoerce(argument, to: parameter) else { return nil }
      changes += 1
    }
    return (expected, changes)
  }

  fileprivate func signature(of name: String) -> String {
    var shown = parameters.map { $0.spelled(.trino) }
    if isVariadic { shown.append("…") }
    return "\(name)(\(shown.joined(separator: ", "))) → \(result.spelled(.trino))"
  }
}

extension FunctionDefinition {
  /// A function with fixed types. Of several ways to call it, the one that needs the fewest
  /// implicit casts is meant; of equal ones, the first.
  init(_ names: String..., description: String, overloads: [Overload]) {
    self.init(names: names, description: description, overloads: overloads)
  }

  init(names: [String], description: String, overloads: [Overload]) {
    self.names = names
    self.description = description
    let name = names[0]
    signatures = overloads.map { $0.signature(of: name) }
    match = { arguments in
      var best: (overload: Overload, parameters: [DataType], changes: Int)?
      for overload in overloads {
        guard let fit = overload.fit(arguments) else { continue }
        if let best, best.changes <= fit.changes { continue }
        best = (overload, fit.parameters, fit.changes)
      }
      return best.map {
        Match(
          function: .strict(name, $0.overload.result, $0.overload.body), parameters: $0.parameters,
          result: $0.overload.result)
      }
    }
  }
}
