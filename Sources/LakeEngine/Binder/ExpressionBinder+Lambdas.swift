import LakeCore
import LakeSQL

/// Calls with lambdas. A body is bound over columns that do not exist yet, one for each parameter;
/// the columns of the row that it looks at besides become arguments of the call.
extension ExpressionBinder {
  func bindHigherOrder(
    _ name: String, _ call: LakeSQL.FunctionCall, _ origin: Origin
  ) throws -> BoundExpression {
    guard let function = HigherOrderFunctions.named(name) else {
      throw binder.error(
        "\(name) takes no lambda", origin,
        hint: "Functions that do: \(HigherOrderFunctions.names.joined(separator: ", ")).")
    }
    if call.isDistinct || call.filter != nil || !call.orderBy.isEmpty || call.over != nil {
      throw binder.error("'\(name)' is no aggregate: it takes no DISTINCT or FILTER", origin)
    }
    var arguments: [HigherOrderFunction.Argument] = []
    for argument in call.arguments {
      if case .lambda = argument.kind {
        arguments.append(.pending)
      } else {
        arguments.append(.value(try bind(argument)))
      }
    }
    for (index, argument) in call.arguments.enumerated() {
      guard case .lambda(let names, let body) = argument.kind else { continue }
      guard let types = function.parameterTypes(index, names.count, arguments) else {
        throw wrongCall(function, arguments, origin)
      }
      arguments[index] = .lambda(try bindLambda(names, types, body))
      // A state that starts as an integer may become a double on the way.
      if let wider = function.widened(arguments), let first = arguments[1].value {
        arguments[1] = .value(coerced(first, to: wider))
        guard let types = function.parameterTypes(index, names.count, arguments) else { continue }
        arguments[index] = .lambda(try bindLambda(names, types, body))
      }
    }
    guard let match = function.match(arguments) else {
      throw wrongCall(function, arguments, origin)
    }
    let values = zip(arguments.compactMap(\.value), match.parameters).map { coerced($0, to: $1) }
    let captures = arguments.compactMap(\.lambda).flatMap(\.captures)
    return BoundExpression(
      .call(match.function, values + captures), match.result,
      place: binder.source.place(of: origin))
  }

  private func wrongCall(
    _ function: HigherOrderFunction, _ arguments: [HigherOrderFunction.Argument], _ origin: Origin
  ) -> LakeError {
    let given = arguments.map { argument in
      switch argument {
      case .value(let value): value.type.description
      case .lambda(let lambda): "lambda → \(lambda.body.type)"
      case .pending: "lambda"
      }
    }
    let name = function.names[0]
    return binder.error(
      "\(name)(\(given.joined(separator: ", "))) is not how \(name) is called", origin,
      hint: "Call it as \(function.signatures.joined(separator: ", or as ")).")
  }

  private func bindLambda(
    _ names: [Identifier], _ types: [DataType], _ body: Expression
  ) throws -> BoundLambda {
    var inner = self
    let first = lambdaParameters.count
    for (index, (name, type)) in zip(names, types).enumerated() {
      let repeated = names[..<index].first { $0.text.lowercased() == name.text.lowercased() }
      if repeated != nil {
        throw binder.error("two parameters have the name '\(name.text)'", name.origin)
      }
      inner.lambdaParameters.append(
        (name.text, .column(Placeholders.lambdaParameter(first + index), type)))
    }
    let bound = try inner.bind(body)
    var captures: [BoundExpression] = []
    let placed = bound.mapColumns { index, column in
      let own = index - Placeholders.lambdaParameter(first)
      if own >= 0, own < names.count {
        return BoundExpression(.column(own), column.type, place: column.place)
      }
      let known = captures.firstIndex { $0.columnIndex == index }
      if known == nil { captures.append(column) }
      return BoundExpression(
        .column(names.count + (known ?? captures.count - 1)), column.type, place: column.place)
    }
    return BoundLambda(parameters: names.map(\.text), body: placed, captures: captures)
  }

  /// The parameter that a name means, and the member of it.
  func lambdaParameter(_ parts: [String], _ origin: Origin) throws -> BoundExpression? {
    let found = lambdaParameters.last { $0.name.lowercased() == parts[0].lowercased() }
    guard let found else { return nil }
    return try members(parts[1...], of: found.column, origin)
  }

  func refuseInLambda(_ what: String, _ origin: Origin) throws {
    if lambdaParameters.isEmpty { return }
    throw binder.notSupported("\(what) inside of a lambda", origin)
  }
}

extension LakeSQL.FunctionCall {
  var hasLambda: Bool {
    arguments.contains { if case .lambda = $0.kind { true } else { false } }
  }
}
