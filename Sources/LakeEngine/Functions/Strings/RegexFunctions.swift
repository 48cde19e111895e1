import LakeCore

/// Functions of regular expressions.
extension ScalarFunctions {
  static let regexFunctions: [FunctionDefinition] = [
    FunctionDefinition(
      patterns: "regexp_like", "regexp_matches", "rlike",
      description: "Whether a pattern matches anywhere in a text",
      overloads: [.init([.varchar, .varchar], .boolean) { try matches($0, $1) }]),
    FunctionDefinition(
      patterns: "regexp_extract", "regexp_substr",
      description: "The first match of a pattern, or a group of it; null where there is none",
      overloads: [
        .init([.varchar, .varchar], .varchar) { try extract($0, $1) },
        .init([.varchar, .varchar, .bigint], .varchar) { try extract($0, $1) },
      ]),
    FunctionDefinition(
      patterns: "regexp_extract_all",
      description: "All matches of a pattern, or a group of each",
      overloads: [
        .init([.varchar, .varchar], .array(.varchar)) { try extractAll($0, $1) },
        .init([.varchar, .varchar, .bigint], .array(.varchar)) { try extractAll($0, $1) },
      ]),
    FunctionDefinition(
      patterns: "regexp_replace",
      description:
        "The text with all matches replaced, or removed; $1 and ${name} stand for groups",
      overloads: [
        .init([.varchar, .varchar], .varchar) { try RegexReplacement.replace($0, $1) },
        .init([.varchar, .varchar, .varchar], .varchar) { try RegexReplacement.replace($0, $1) },
      ]),
    FunctionDefinition(
      patterns: "regexp_count", description: "How many matches of a pattern there are",
      overloads: [.init([.varchar, .varchar], .bigint) { try count($0, $1) }]),
    FunctionDefinition(
      patterns: "regexp_split", "regexp_split_to_array",
      description: "The pieces of a text between the matches of a pattern",
      overloads: [.init([.varchar, .varchar], .array(.varchar)) { try split($0, $1) }]),
    FunctionDefinition(
      patterns: "regexp_position", "regexp_instr",
      description: "The place of the first match, or of one of a number, from a place on; else −1",
      overloads: [
        .init([.varchar, .varchar], .bigint) { try position($0, $1) },
        .init([.varchar, .varchar, .bigint], .bigint) { try position($0, $1) },
        .init([.varchar, .varchar, .bigint, .bigint], .bigint) { try position($0, $1) },
      ]),
  ]

  private static func matches(_ call: FunctionCall, _ cache: RegexCache) throws -> CheckedVector {
    let (texts, patterns) = (try call.strings(0), try PatternInput(call, 1, cache))
    let error = PatternInput.failure(call, 1)
    return try call.checked(UInt8.self, error: error) { row in
      guard let matcher = patterns.matcher(row) else { return nil }
      return texts[row].withBytes { matcher.matches(ByteRun($0)) } ? 1 : 0
    }
  }

  private static func noGroup(_ call: FunctionCall) -> @Sendable (Int) -> LakeError {
    PatternInput.failure(
      call, 1,
      otherwise: call.failure(
        "the pattern has no group of this number",
        hint: "Groups are counted from 1 by their '('; 0 is the whole match."))
  }

  private static func group(_ groups: Input<Int64>?, _ row: Int, _ regex: Regex) -> Int? {
    guard let groups else { return 0 }
    return groups[row] >= 0 && groups[row] <= Int64(regex.groupCount) ? Int(groups[row]) : nil
  }

  /// The part of a match that is asked for; nil where it took no part.
  private static func part(
    _ matcher: RegexMatcher, _ text: ByteRun, _ match: Range<Int>, _ group: Int
  ) -> Range<Int>? {
    if group == 0 { return match }
    let places = matcher.groups(text, match)
    let (begin, end) = (places[2 * group], places[2 * group + 1])
    return begin < 0 || end < begin ? nil : begin..<end
  }

  private static func extract(_ call: FunctionCall, _ cache: RegexCache) throws -> CheckedVector {
    let (texts, patterns) = (try call.strings(0), try PatternInput(call, 1, cache))
    let groups = call.arguments.count > 2 ? try call.input(2, as: Int64.self) : nil
    let pieces = try call.pieces(of: texts) { row in
      guard let matcher = patterns.matcher(row), let group = group(groups, row, matcher.regex)
      else { return nil }
      let view = texts[row]
      let range = view.withBytes { raw -> Range<Int>? in
        let text = ByteRun(raw)
        return matcher.find(text).flatMap { part(matcher, text, $0, group) }
      }
      return range.map { view.slice($0.lowerBound, $0.count) }
    }
    let refused = try call.checked(UInt8.self, error: noGroup(call)) { row in
      patterns.matcher(row).flatMap { group(groups, row, $0.regex) } == nil ? nil : 1
    }
    return CheckedVector(pieces.vector, failures: refused.failures)
  }

  private static func extractAll(
    _ call: FunctionCall, _ cache: RegexCache
  ) throws -> CheckedVector {
    let (texts, patterns) = (try call.strings(0), try PatternInput(call, 1, cache))
    let groups = call.arguments.count > 2 ? try call.input(2, as: Int64.self) : nil
    return try call.pieceLists(of: texts, error: noGroup(call)) { row, lists in
      guard let matcher = patterns.matcher(row), let group = group(groups, row, matcher.regex)
      else { return false }
      let view = texts[row]
      try view.withBytes { raw in
        let text = ByteRun(raw)
        try matcher.forEachMatch(text) { match in
          let range = part(matcher, text, match, group)
          try lists.append(range.map { view.slice($0.lowerBound, $0.count) })
          return true
        }
      }
      return true
    }
  }

  private static func count(_ call: FunctionCall, _ cache: RegexCache) throws -> CheckedVector {
    let (texts, patterns) = (try call.strings(0), try PatternInput(call, 1, cache))
    return try call.checked(Int64.self, error: PatternInput.failure(call, 1)) { row in
      guard let matcher = patterns.matcher(row) else { return nil }
      var total: Int64 = 0
      texts[row].withBytes { raw in
        matcher.forEachMatch(ByteRun(raw)) { _ in
          total += 1
          return true
        }
      }
      return total
    }
  }

  private static func split(_ call: FunctionCall, _ cache: RegexCache) throws -> CheckedVector {
    let (texts, patterns) = (try call.strings(0), try PatternInput(call, 1, cache))
    let error = PatternInput.failure(call, 1)
    return try call.pieceLists(of: texts, error: error) { row, lists in
      guard let matcher = patterns.matcher(row) else { return false }
      let view = texts[row]
      var start = 0
      try view.withBytes { raw in
        try matcher.forEachMatch(ByteRun(raw)) { match in
          try lists.append(view.slice(start, match.lowerBound - start))
          start = match.upperBound
          return true
        }
      }
      try lists.append(view.slice(start, view.count - start))
      return true
    }
  }

  private static func position(_ call: FunctionCall, _ cache: RegexCache) throws -> CheckedVector {
    let (texts, patterns) = (try call.strings(0), try PatternInput(call, 1, cache))
    let count = call.arguments.count
    let starts = count > 2 ? try call.input(2, as: Int64.self) : nil
    let numbers = count > 3 ? try call.input(3, as: Int64.self) : nil
    let error = PatternInput.failure(
      call, 1, otherwise: call.failure("places and numbers of matches begin with 1"))
    return try call.checked(Int64.self, error: error) { row in
      let (start, number) = (starts?[row] ?? 1, numbers?[row] ?? 1)
      guard let matcher = patterns.matcher(row), start > 0, number > 0 else { return nil }
      return texts[row].withBytes { raw in
        let text = ByteRun(raw)
        if start > Int64(text.count) + 1 { return -1 }
        var (from, left) = (text.advance(0, by: Int(start) - 1), number)
        while let match = matcher.find(text, from: from) {
          left -= 1
          if left == 0 {
            return Int64(ByteRun(text.start, count: match.lowerBound).scalarCount) + 1
          }
          if match.isEmpty, match.upperBound >= text.count { break }
          from = match.isEmpty ? text.next(after: match.upperBound) : match.upperBound
        }
        return -1
      }
    }
  }
}
