import LakeCore

/// What belongs to no family.
extension ScalarFunctions {
  static let miscellaneous: [FunctionDefinition] = [
    FunctionDefinition(
      names: ["typeof"], signatures: ["typeof(x) → varchar"], description: "The name of the type"
    ) { arguments in
      guard arguments.count == 1 else { return nil }
      let name = arguments[0].spelled(.trino)
      let function = ScalarFunction.lenient("typeof", .varchar) { call in
        CheckedVector(try .constant(.varchar, .string(name), count: call.rowCount))
      }
      return .init(function: function, parameters: arguments, result: .varchar)
    },
    FunctionDefinition(
      names: ["random", "rand"],
      signatures: ["random() → double", "random(n) → bigint", "random(m, n) → bigint"],
      description: "A random number from 0 to below 1, from 0 to below n, or from m to below n; "
        + "tables made with it are never up to date"
    ) { arguments in
      if (1...2).contains(arguments.count) { return randomInteger(arguments) }
      guard arguments.isEmpty else { return nil }
      let function = ScalarFunction.lenient("random", .double, isDeterministic: false) { call in
        var source = SystemRandomNumberGenerator()
        return try call.values(Double.self) { _ in Double.random(in: 0..<1, using: &source) }
      }
      return .init(function: function, parameters: [], result: .double)
    },
    FunctionDefinition(
      names: ["uuid"], signatures: ["uuid() → uuid"],
      description: "A random identifier; tables made with it are never up to date"
    ) { arguments in
      guard arguments.isEmpty else { return nil }
      let function = ScalarFunction.lenient("uuid", .uuid, isDeterministic: false) { call in
        var source = SystemRandomNumberGenerator()
        // Version 4 and variant 1 of RFC 9562; all other bits are random.
        let (version, variant) = (UInt128(4) &<< 76, UInt128(2) &<< 62)
        let mask = ~(UInt128(15) &<< 76 | UInt128(3) &<< 62)
        return try call.values(Int128.self) { _ in
          let bits = UInt128(source.next()) &<< 64 | UInt128(source.next())
          return Int128(bitPattern: bits & mask | version | variant)
        }
      }
      return .init(function: function, parameters: [], result: .uuid)
    },
  ]

  private static func randomInteger(_ arguments: [DataType]) -> FunctionDefinition.Match? {
    guard arguments.allSatisfy({ TypeCoercion.canCoerce($0, to: .bigint) }) else { return nil }
    let function = ScalarFunction.lenient("random", .bigint, isDeterministic: false) { call in
      let bounds = try call.arguments.indices.map { try call.input($0, as: Int64.self) }
      var source = SystemRandomNumberGenerator()
      let error = call.failure("the bounds of a random number are turned round")
      return try call.checked(Int64.self, error: error) { row in
        let low = bounds.count == 2 ? bounds[0][row] : 0
        let high = bounds[bounds.count - 1][row]
        return low < high ? Int64.random(in: low..<high, using: &source) : nil
      }
    }
    return .init(
      function: function, parameters: arguments.map { _ in .bigint }, result: .bigint)
  }
}
