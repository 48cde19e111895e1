import LakeCore

/// A function that takes lambdas.
package struct HigherOrderFunction: Sendable {
  package enum Argument: Sendable {
    case value(BoundExpression)
    case lambda(BoundLambda)
    /// A lambda that is not bound yet.
    case pending

    package var value: BoundExpression? { if case .value(let value) = self { value } else { nil } }
    package var lambda: BoundLambda? { if case .lambda(let lambda) = self { lambda } else { nil } }
    var type: DataType? { value?.type }
  }

  package let names: [String]
  package let signatures: [String]
  let description: String
  /// The types of the parameters of the lambda at a place, if it has so many; nil where none stands
  /// there.
  package let parameterTypes:
    @Sendable (_ place: Int, _ count: Int, _ arguments: [Argument]) -> [DataType]?
  /// What the call means: the parameters are those of the arguments that are no lambdas.
  let match: @Sendable (_ arguments: [Argument]) -> FunctionDefinition.Match?
  /// The type that the second argument must have for the lambda behind it to give it back.
  let widened: @Sendable (_ arguments: [Argument]) -> DataType?

  init(
    _ names: String..., signatures: [String], description: String,
    parameterTypes: @escaping @Sendable (Int, Int, [Argument]) -> [DataType]?,
    widened: @escaping @Sendable ([Argument]) -> DataType? = { _ in nil },
    match: @escaping @Sendable ([Argument]) -> FunctionDefinition.Match?
  ) {
    self.names = names
    self.signatures = signatures
    self.description = description
    self.parameterTypes = parameterTypes
    self.widened = widened
    self.match = match
  }
}

package enum HigherOrderFunctions {
  package static func named(_ name: String) -> HigherOrderFunction? { byName[name.lowercased()] }

  package static var names: [String] { all.map { $0.names[0] } }

  package static var catalogue: [(name: String, signature: String, description: String)] {
    all.flatMap { function in
      function.names.flatMap { name in
        function.signatures.map { (name, $0, function.description) }
      }
    }
  }

  private static let all: [HigherOrderFunction] = arrays + reductions + maps

  private static let byName: [String: HigherOrderFunction] = {
    var result: [String: HigherOrderFunction] = [:]
    for function in all {
      for name in function.names { result[name] = function }
    }
    return result
  }()
}

extension ScalarFunction {
  /// A function of values and lambdas. The body gets the lambdas with what they captured, which
  /// stands behind the values among the arguments.
  static func higherOrder(
    _ name: String, _ lambdas: [BoundLambda], values: Int, result: DataType,
    _ body: @escaping @Sendable (FunctionCall, [LambdaCall], [BoundLambda]) throws -> CheckedVector
  ) -> ScalarFunction {
    ScalarFunction(
      name, isDeterministic: lambdas.allSatisfy { $0.body.isDeterministic }, isStrict: false,
      lambdas: lambdas.map(\.text)
    ) { arguments, rowCount, context in
      var place = values
      let calls = lambdas.map { lambda in
        let captured = Array(arguments[place..<(place + lambda.captures.count)])
        place += lambda.captures.count
        return LambdaCall(lambda, captured, context)
      }
      let call = FunctionCall(
        name: name, arguments: Array(arguments[..<values]), rowCount: rowCount, context: context,
        result: result)
      return try body(call, calls, lambdas)
    }
  }
}
