import LakeCore

/// Reads a pattern: what Java and RE2 have in common, and classes as Java nests them.
///
///     x* x+ x? x{n} x{n,} x{n,m}, each followed by ? to take as little as can be
///     (x) (?:x) (?<name>x) (?i) (?ims-x:x)   x|y   .   [a-z&&[^aeiou]]
///     \d \D \w \W \s \S \b \B \A \z ^ $ \t \n \r \f \xHH \x{H} \uHHHH \Q…\E \p{L} [:alpha:]
struct RegexParser {
  struct Flags {
    var ignoresCase = false
    var dotIsAll = false
    var isMultiline = false
    var skipsBlanks = false
  }

  static let depthMax = 200
  static let repeatMax = 1000
  static let groupMax = 200

  let scalars: [Unicode.Scalar]
  var place = 0
  var flags = Flags()
  var groupCount = 0
  /// The names of groups and their numbers.
  var names: [String: Int] = [:]
  private var depth = 0

  init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  mutating func parse() throws(LakeError) -> RegexNode {
    let node = try parseChoice()
    if place < scalars.count { throw fault("')' has no '(' before it") }
    return node
  }

  var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

  func isNext(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    return place + wanted.count <= scalars.count
      && Array(scalars[place..<place + wanted.count]) == wanted
  }

  mutating func accept(_ text: String) -> Bool {
    guard isNext(text) else { return false }
    place += text.unicodeScalars.count
    return true
  }

  func fault(_ what: String, hint: String? = nil) -> LakeError {
    let text = String(String.UnicodeScalarView(scalars))
    let shown = text.count <= 60 ? text : String(text.prefix(57)) + "…"
    return LakeError(
      .invalidInput, "\(what), at character \(place + 1) of the pattern '\(shown)'", hint: hint)
  }

  mutating func enter() throws(LakeError) {
    depth += 1
    if depth > RegexParser.depthMax {
      throw LakeError(.limitExceeded, "a pattern nests more than \(RegexParser.depthMax) levels")
    }
  }

  mutating func leave() { depth -= 1 }

  private mutating func parseChoice() throws(LakeError) -> RegexNode {
    try enter()
    defer { leave() }
    var choices = [try parseSequence()]
    while accept("|") { choices.append(try parseSequence()) }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func parseSequence() throws(LakeError) -> RegexNode {
    var members: [RegexNode] = []
    while true {
      skipBlanks()
      guard let next, next != "|", next != ")" else { break }
      if accept("\\Q") {
        while place < scalars.count, !accept("\\E") {
          members.append(character(scalars[place]))
          place += 1
        }
        if let last = members.popLast() { members.append(try parseRepeats(of: last)) }
        continue
      }
      guard let atom = try parseAtom(next) else { continue }
      members.append(try parseRepeats(of: atom))
    }
    return members.count == 1 ? members[0] : .sequence(members)
  }

  private mutating func skipBlanks() {
    while flags.skipsBlanks, let next {
      if next == "#" {
        while let next = self.next, next != "\n" { place += next == "\n" ? 0 : 1 }
      } else if RegexSet.space.ranges.contains(where: { $0.contains(next.value) }) {
        place += 1
      } else {
        return
      }
    }
  }

  /// Nil where flags were set and nothing else.
  private mutating func parseAtom(_ first: Unicode.Scalar) throws(LakeError) -> RegexNode? {
    switch first {
    case "(": return try parseGroup()
    case "[":
      place += 1
      return .set(folded(try parseClass()))
    case "\\": return try parseEscape()
    case "*", "+", "?": throw fault("there is nothing that '\(first)' could repeat")
    default: break
    }
    place += 1
    switch first {
    case ".": return .set(flags.dotIsAll ? .all : RegexSet.newline.inverted)
    case "^": return .assertion(flags.isMultiline ? .beginOfLine : .beginOfText)
    case "$": return .assertion(flags.isMultiline ? .endOfLine : .endOfText)
    default: return character(first)
    }
  }

  func character(_ scalar: Unicode.Scalar) -> RegexNode { .set(folded(RegexSet(scalar.value))) }

  func folded(_ set: RegexSet) -> RegexSet { flags.ignoresCase ? set.ignoringCase : set }

  // MARK: - Repetition

  private mutating func parseRepeats(of atom: RegexNode) throws(LakeError) -> RegexNode {
    var node = atom
    var levels = 0
    while true {
      skipBlanks()
      guard let (min, max) = try parseBounds() else { return node }
      levels += 1
      if levels > 10 { throw fault("repetitions of repetitions") }
      let isLazy = accept("?")
      if !isLazy, accept("+") {
        throw fault(
          "possessive repetitions such as 'a*+' are not supported",
          hint: "Write it without the '+': no pattern takes long here.")
      }
      node = .repeated(node, min: min, max: max, isLazy: isLazy)
    }
  }

  private mutating func parseBounds() throws(LakeError) -> (Int, Int?)? {
    if accept("*") { return (0, nil) }
    if accept("+") { return (1, nil) }
    if accept("?") { return (0, 1) }
    let start = place
    guard accept("{") else { return nil }
    let min = parseNumber()
    var max = min
    if accept(",") { max = isNext("}") ? nil : parseNumber() ?? -1 }
    guard let min, accept("}"), max != -1 else {
      // It means itself where it is no repetition.
      place = start
      return nil
    }
    if min > RegexParser.repeatMax || max ?? 0 > RegexParser.repeatMax {
      throw fault("nothing is repeated more than \(RegexParser.repeatMax) times by number")
    }
    if let max, max < min { throw fault("the bounds of a repetition are turned round") }
    return (min, max)
  }

  private mutating func parseNumber() -> Int? {
    var value: Int?
    while let next, ("0"..."9").contains(next) {
      value = Swift.min((value ?? 0) * 10 + Int(next.value - 48), 100_000)
      place += 1
    }
    return value
  }

  // MARK: - Groups

  private mutating func parseGroup() throws(LakeError) -> RegexNode? {
    place += 1
    var number: Int?
    let outer = flags
    if accept("?") {
      try refuseLooking()
      if accept("P<") || accept("<") {
        number = try newGroup(try parseName())
      } else if !accept(":") {
        try parseFlags()
        // `(?i)` holds up to the end of the group around it.
        if accept(")") { return nil }
        guard accept(":") else { throw fault("expected ':' or ')' behind flags") }
      }
    } else {
      number = try newGroup(nil)
    }
    let inner = try parseChoice()
    guard accept(")") else { throw fault("a '(' has no ')' behind it") }
    flags = outer
    return number.map { .group(inner, $0) } ?? inner
  }

  private mutating func newGroup(_ name: String?) throws(LakeError) -> Int {
    groupCount += 1
    if groupCount > RegexParser.groupMax {
      throw LakeError(
        .limitExceeded, "a pattern has more than \(RegexParser.groupMax) groups",
        hint: "Write (?:…) for groups that nobody asks for.")
    }
    if let name {
      if names[name] != nil { throw fault("two groups have the name '\(name)'") }
      names[name] = groupCount
    }
    return groupCount
  }

  private func refuseLooking() throws(LakeError) {
    let refused = [
      ("=", "look-ahead '(?=…)'"), ("!", "negative look-ahead '(?!…)'"),
      ("<=", "look-behind '(?<=…)'"), ("<!", "negative look-behind '(?<!…)'"),
      (">", "the atomic group '(?>…)'"),
    ]
    for (sign, what) in refused where isNext(sign) {
      throw fault(
        "\(what) is not supported",
        hint: "Patterns are matched in one pass, which looking around and references prevent.")
    }
  }

  private mutating func parseName() throws(LakeError) -> String {
    var name = ""
    while let next, next != ">" {
      let isWord = RegexSet.word.ranges.contains { $0.contains(next.value) }
      guard isWord, name.utf8.count < 64 else { throw fault("the name of a group is wrong") }
      name.unicodeScalars.append(next)
      place += 1
    }
    guard accept(">"), !name.isEmpty else { throw fault("the name of a group has no end") }
    return name
  }

  private mutating func parseFlags() throws(LakeError) {
    var value = true
    while let next, next != ")", next != ":" {
      switch next {
      case "-": value = false
      case "i": flags.ignoresCase = value
      case "s": flags.dotIsAll = value
      case "m": flags.isMultiline = value
      case "x": flags.skipsBlanks = value
      case "u": break
      default: throw fault("there is no flag '\(next)'", hint: "Flags are i, s, m, x and u.")
      }
      place += 1
    }
  }
}
