import LakeCore

/// The functions of single rows that there are, operators included.
package enum ScalarFunctions {
  /// What a name and the types of arguments stand for.
  package enum Resolution: Sendable {
    /// The arguments have to be cast to the parameters, which are as many.
    case found(function: ScalarFunction, parameters: [DataType], result: DataType)
    /// There is such a function, called in one of these ways.
    case wrongArguments(expected: [String])
    case unknown(suggestion: String?)
  }

  /// Finds a function by its name, whatever its case. Operators go by their signs: `+`, `-`, `*`,
  /// `/`, `%`, `||`, `[]`; the sign of a number by `negate`, LIKE by `like`.
  package static func resolve(_ name: String, _ arguments: [DataType]) -> Resolution {
    let name = name.lowercased()
    guard let definition = definitions[name] else {
      let known = definitions.keys.filter { !operators.contains($0) }.sorted()
      return .unknown(suggestion: Suggestion.nearest(to: name, among: known))
    }
    guard let match = definition.match(arguments) else {
      return .wrongArguments(expected: definition.signatures)
    }
    return .found(
      function: match.function, parameters: match.parameters, result: match.result)
  }

  /// All functions by name, one entry for each way to call one.
  package static var catalogue: [(name: String, signature: String, description: String)] {
    let calls = all.flatMap { definition in
      definition.names.filter { !operators.contains($0) }.flatMap { name in
        definition.signatures.map {
          (name: name, signature: $0, description: definition.description)
        }
      }
    }
    return (calls + Desugar.catalogue + HigherOrderFunctions.catalogue)
      .sorted { ($0.name, $0.signature) < ($1.name, $1.signature) }
  }

  /// What is written as a sign or a word of the grammar, and not as a call.
  private static let operators: Set = ["+", "-", "*", "/", "%", "||", "[]", "negate", "like"]

  /// What the functions are about, and which they are.
  private static let families: [(title: String, functions: [FunctionDefinition])] = [
    ("Operators", arithmetic + [like]),
    (
      "Text",
      stringCases + stringPieces + stringPlaces + stringJoins + stringCodes + stringDistances
        + formatting + urlParts
    ),
    ("Regular expressions", regexFunctions), ("Bytes and digests", binary + digests),
    ("Numbers", math + moreMath + rounding + extremes),
    (
      "Dates and times",
      timeFields + timeUnits + timeConversions + timeMaking + javaFormats + timeZoneFunctions
    ),
    (
      "Arrays", elements + arraySets + arrayOrders + arrayMaking + arrayNumbers
    ),
    ("Maps and rows", mapFunctions + constructors), ("JSON", json), ("Other", miscellaneous),
  ]

  private static let all: [FunctionDefinition] = families.flatMap(\.functions)

  /// The families in order, each with its functions: all their names, and how they are called.
  package static var pages:
    [(title: String, functions: [(names: [String], signatures: [String], description: String)])]
  {
    families.map { title, functions in
      (title, functions.map { ($0.names, $0.signatures, $0.description) })
    }
  }

  private static let definitions: [String: FunctionDefinition] = {
    var byName: [String: FunctionDefinition] = [:]
    for definition in all {
      for name in definition.names { byName[name] = definition }
    }
    return byName
  }()
}
