import LakeCore

/// `text LIKE pattern`, `text LIKE pattern ESCAPE character`.
extension ScalarFunctions {
  static let like = FunctionDefinition(
    "like", description: "Whether a text has the form of a pattern",
    overloads: [
      Overload([.varchar, .varchar], .boolean) { try matchLike($0) },
      Overload([.varchar, .varchar, .varchar], .boolean) { try matchLike($0) },
    ])

  private static func matchLike(_ call: FunctionCall) throws -> CheckedVector {
    let (texts, patterns) = (try call.strings(0), try call.strings(1))
    let escapes = call.arguments.count > 2 ? try call.strings(2) : nil
    guard patterns.isConstant, escapes?.isConstant ?? true,
      let pattern = compile(patterns[0], escapes?[0])
    else { return try matchEach(call, texts, patterns, escapes) }
    switch pattern.simple {
    case .equal(let bytes)?:
      return try test(call, texts, bytes) { $0.count == $1.count && $0.matches($1, at: 0) }
    case .prefix(let bytes)?: return try test(call, texts, bytes) { $0.matches($1, at: 0) }
    case .suffix(let bytes)?: return try test(call, texts, bytes) { $0.isSuffix($1) }
    case .contains(let bytes)?: return try test(call, texts, bytes) { $0.find($1) != nil }
    case nil:
      return try call.values(UInt8.self) { row in
        texts[row].withBytes { pattern.matches(ByteRun($0)) } ? 1 : 0
      }
    }
  }

  @inline(__always)
  private static func test(
    _ call: FunctionCall, _ texts: Input<StringView>, _ bytes: [UInt8],
    _ body: (ByteRun, ByteRun) -> Bool
  ) throws -> CheckedVector {
    try bytes.withUnsafeBytes { raw in
      let needle = ByteRun(raw)
      return try call.values(UInt8.self) { row in
        texts[row].withBytes { body(ByteRun($0), needle) } ? 1 : 0
      }
    }
  }

  /// Nil where the pattern or the escape is none.
  private static func compile(_ pattern: StringView, _ escape: StringView?) -> LikePattern? {
    var character: [UInt8]?
    if let escape {
      let isOne = escape.withBytes { ByteRun($0).scalarCount == 1 }
      guard isOne else { return nil }
      character = escape.withBytes { Array($0) }
    }
    return pattern.withBytes { try? LikePattern(ByteRun($0), escape: character) }
  }

  /// A pattern for every row; the same twice is compiled once.
  private static func matchEach(
    _ call: FunctionCall, _ texts: Input<StringView>, _ patterns: Input<StringView>,
    _ escapes: Input<StringView>?
  ) throws -> CheckedVector {
    var known: (pattern: StringView, escape: StringView?, compiled: LikePattern?)?
    let error = call.failure(
      "the pattern or its escape is wrong",
      hint: "An escape is one character, and stands before '%', '_' or itself.")
    return try call.checked(UInt8.self, error: error) { row in
      let (pattern, escape) = (patterns[row], escapes?[row])
      let isKnown = known.map { $0.pattern == pattern && same($0.escape, escape) } ?? false
      if !isKnown { known = (pattern, escape, compile(pattern, escape)) }
      guard let compiled = known?.compiled else { return nil }
      return texts[row].withBytes { compiled.matches(ByteRun($0)) } ? 1 : 0
    }
  }

  private static func same(_ a: StringView?, _ b: StringView?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return a == b
  }
}
