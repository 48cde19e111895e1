import LakeCore

/// Patterns of regular expressions by row: one for all rows as a rule, compiled once for all
/// batches.
final class PatternInput {
  private let patterns: Input<StringView>
  private let cache: RegexCache
  private var last: (pattern: String, view: StringView, matcher: RegexMatcher?)?

  init(_ call: FunctionCall, _ index: Int, _ cache: RegexCache) throws {
    patterns = try call.strings(index)
    self.cache = cache
  }

  deinit { giveBack() }

  /// The matcher of a row's pattern; nil where that is no pattern.
  func matcher(_ row: Int) -> RegexMatcher? {
    let view = patterns[row]
    if let last, patterns.isConstant || last.view == view { return last.matcher }
    giveBack()
    last = (view.text, view, try? cache.borrow(view.text))
    return last?.matcher
  }

  private func giveBack() {
    if let last, let matcher = last.matcher { cache.giveBack(matcher, last.pattern) }
    last = nil
  }

  /// What is wrong with a row: its pattern, or else what is given.
  static func failure(
    _ call: FunctionCall, _ index: Int,
    otherwise: @escaping @Sendable (Int) -> LakeError = { _ in
      LakeError(.internal, "a pattern that has failed and is none")
    }
  ) -> @Sendable (Int) -> LakeError {
    let patterns = call.arguments[index]
    return { row in
      guard case .string(let pattern) = patterns.value(at: row) else { return otherwise(row) }
      do throws(LakeError) {
        _ = try Regex(pattern)
      } catch {
        return error
      }
      return otherwise(row)
    }
  }
}

extension FunctionDefinition {
  /// A way to call a function of patterns.
  struct PatternOverload: Sendable {
    let parameters: [DataType]
    let result: DataType
    let body: @Sendable (FunctionCall, RegexCache) throws -> CheckedVector

    init(
      _ parameters: [DataType], _ result: DataType,
      _ body: @escaping @Sendable (FunctionCall, RegexCache) throws -> CheckedVector
    ) {
      (self.parameters, self.result, self.body) = (parameters, result, body)
    }
  }

  /// A function whose patterns are kept for as long as the call in a statement lives.
  init(patterns names: String..., description: String, overloads: [PatternOverload]) {
    let definition = { @Sendable (cache: RegexCache) in
      FunctionDefinition(
        names: names, description: description,
        overloads: overloads.map { overload in
          Overload(overload.parameters, overload.result) { try overload.body($0, cache) }
        })
    }
    self.init(
      names: names, signatures: definition(RegexCache()).signatures, description: description
    ) { definition(RegexCache()).match($0) }
  }
}
