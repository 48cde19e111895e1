import LakeCore
import Synchronization

/// A regular expression over UTF-8, compiled. Matching takes time linear in the text whatever the
/// pattern: nothing is tried twice, and nothing recurses on the text.
struct Regex: Sendable {
  let groupCount: Int
  let groupNames: [String: Int]
  /// The bytes that every match begins with.
  fileprivate let prefix: [UInt8]
  /// Whether those are the whole pattern.
  fileprivate let isLiteral: Bool
  fileprivate let forward: RegexProgram
  fileprivate let backward: RegexProgram
  /// The forward program with the places of groups.
  fileprivate let grouped: RegexProgram?

  static let byteCountMax = 64 << 10

  init(_ pattern: String) throws(LakeError) {
    guard pattern.utf8.count <= Regex.byteCountMax else {
      throw LakeError(
        .limitExceeded,
        "a pattern of \(pattern.utf8.count) bytes is longer than"
          + " \(Regex.byteCountMax)")
    }
    var parser = RegexParser(pattern)
    let tree = try parser.parse()
    groupCount = parser.groupCount
    groupNames = parser.names
    (prefix, isLiteral) = tree.literalPrefix
    forward = try RegexCompiler.program(of: tree)
    backward = try RegexCompiler.program(of: tree, isReversed: true)
    grouped = groupCount > 0 ? try RegexCompiler.program(of: tree, keepsGroups: true) : nil
  }
}

/// Matches one pattern, for one thread at a time: it builds its tables while it works.
// @unchecked Sendable: handed from one borrower to the next under the lock of `RegexCache`.
final class RegexMatcher: @unchecked Sendable {
  let regex: Regex
  private let forward: RegexDFA
  private let backward: RegexDFA
  private let groups: RegexGroups?

  init(_ regex: Regex) {
    self.regex = regex
    forward = RegexDFA(regex.forward, takesLongest: false)
    backward = RegexDFA(regex.backward, takesLongest: true)
    groups = regex.grouped.map { RegexGroups($0, groupCount: regex.groupCount) }
  }

  /// Whether the pattern matches anywhere.
  func matches(_ text: ByteRun) -> Bool {
    guard let from = skipped(text, 0) else { return false }
    return regex.isLiteral || forward.hasMatch(text, from: from)
  }

  /// The first match that begins at a place or behind; of those that begin there, the one that the
  /// pattern prefers.
  func find(_ text: ByteRun, from: Int = 0) -> Range<Int>? {
    guard from <= text.count, let start = skipped(text, from) else { return nil }
    if regex.isLiteral { return start..<(start + regex.prefix.count) }
    guard let end = forward.endOfFirstMatch(text, from: start),
      let begin = backward.beginOfLongestMatch(text, from: start, end: end)
    else { return nil }
    return begin..<end
  }

  /// Begin and end of the match and of each of its groups, −1 for groups that took no part.
  func groups(_ text: ByteRun, _ match: Range<Int>) -> [Int] {
    groups?.find(in: text, match: match) ?? [match.lowerBound, match.upperBound]
  }

  /// All matches that do not overlap. Behind an empty one the next begins a character later.
  func forEachMatch(_ text: ByteRun, _ body: (Range<Int>) throws -> Bool) rethrows {
    var from = 0
    while let match = find(text, from: from) {
      guard try body(match) else { return }
      if match.isEmpty, match.upperBound >= text.count { return }
      from = match.isEmpty ? text.next(after: match.upperBound) : match.upperBound
    }
  }

  /// The first place where a match can begin.
  private func skipped(_ text: ByteRun, _ from: Int) -> Int? {
    if regex.prefix.isEmpty { return from }
    return regex.prefix.withUnsafeBytes { text.find(ByteRun($0), from: from) }
  }
}

/// The patterns of one call of a function, each compiled once, and matchers that nobody uses.
final class RegexCache: Sendable {
  private struct Entry {
    let result: Result<Regex, LakeError>
    var free: [RegexMatcher] = []
  }

  private let entries = Mutex<[String: Entry]>([:])
  private static let countMax = 64

  /// A matcher for a pattern, for the time of a call.
  func withMatcher<R>(_ pattern: String, _ body: (RegexMatcher) throws -> R) throws -> R {
    let matcher = try borrow(pattern)
    defer { giveBack(matcher, pattern) }
    return try body(matcher)
  }

  func borrow(_ pattern: String) throws(LakeError) -> RegexMatcher {
    let known = entries.withLock { entries -> (Result<Regex, LakeError>, RegexMatcher?)? in
      guard let entry = entries[pattern] else { return nil }
      return (entry.result, entries[pattern]?.free.popLast())
    }
    if let matcher = known?.1 { return matcher }
    let result = known?.0 ?? compile(pattern)
    return RegexMatcher(try result.get())
  }

  func giveBack(_ matcher: RegexMatcher, _ pattern: String) {
    entries.withLock { entries in
      if let count = entries[pattern]?.free.count, count < 64 {
        entries[pattern]?.free.append(matcher)
      }
    }
  }

  private func compile(_ pattern: String) -> Result<Regex, LakeError> {
    let result: Result<Regex, LakeError>
    do throws(LakeError) {
      result = .success(try Regex(pattern))
    } catch {
      result = .failure(error)
    }
    entries.withLock { entries in
      // Patterns that come from a column are many; then few are asked for again.
      if entries.count >= RegexCache.countMax { entries.removeAll() }
      entries[pattern] = Entry(result: result)
    }
    return result
  }
}
