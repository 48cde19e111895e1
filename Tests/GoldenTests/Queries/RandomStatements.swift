import LakeTestSupport

/// Statements that nobody would write, made of those that somebody wrote: tokens of one are left
/// out, doubled, exchanged, or taken from others.
struct RandomStatements {
  private let statements: [[String]]
  private let tokens: [String]
  private var random: SeededRandom

  /// What writes files is left out: a random name may be that of a file that matters.
  private static let forbidden: Set<String> = ["copy", "unload"]

  init(_ texts: [String], seed: UInt64) {
    statements = texts.map(Self.tokens).filter { statement in
      !statement.isEmpty && !statement.contains { Self.forbidden.contains($0.lowercased()) }
    }
    tokens = Array(Set(statements.joined())).sorted()
    random = SeededRandom(seed: seed)
  }

  /// A statement with a few changes; one in eight is a sequence of any tokens.
  mutating func next() -> String {
    if random.chance(8) {
      return (0...random.below(24)).map { _ in random.pick(tokens) }.joined(separator: " ")
    }
    var statement = random.pick(statements)
    for _ in 0...random.below(3) { change(&statement) }
    return statement.joined(separator: " ")
  }

  private mutating func change(_ statement: inout [String]) {
    guard !statement.isEmpty else { return }
    let place = random.below(statement.count)
    switch random.below(6) {
    case 0: statement.remove(at: place)
    case 1: statement.insert(statement[place], at: place)
    case 2: statement.swapAt(place, random.below(statement.count))
    case 3: statement[place] = random.pick(tokens)
    case 4: statement.insert(random.pick(tokens), at: place)
    default:
      // A piece of another statement.
      let other = random.pick(statements)
      let start = random.below(other.count)
      let end = min(other.count, start + 1 + random.below(8))
      statement.replaceSubrange(place..<place + 1, with: other[start..<end])
    }
  }

  /// Words, numbers, texts in quotes, and single signs.
  private static func tokens(_ text: String) -> [String] {
    var result: [String] = []
    var rest = text[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest = rest.drop(while: \.isWhitespace)
        continue
      }
      var token: Substring
      if first == "'" || first == "\"" || first == "`" {
        let end = rest.dropFirst().firstIndex(of: first)
        token = rest[...(end ?? rest.index(before: rest.endIndex))]
      } else {
        token = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        if token.isEmpty { token = rest.prefix(1) }
      }
      result.append(String(token))
      rest = rest[token.endIndex...]
    }
    return result
  }
}
