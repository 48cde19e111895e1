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
      names: ["random", "rand"], signatures: ["random() → double"],
      description: "A random number from 0 to below 1; tables made with it are never up to date"
    ) { arguments in
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
}
