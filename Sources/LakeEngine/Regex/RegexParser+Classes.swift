import LakeCore

/// Escapes and classes of characters.
extension RegexParser {
  mutating func parseEscape() throws(LakeError) -> RegexNode {
    place += 1
    guard let letter = next else { throw fault("the pattern ends behind a '\\'") }
    switch letter {
    case "b", "B", "A", "z", "Z":
      place += 1
      let assertions: [Unicode.Scalar: RegexAssertion] = [
        "b": .wordBoundary, "B": .noWordBoundary, "A": .beginOfText, "z": .endOfText,
        "Z": .endOfText,
      ]
      return .assertion(assertions[letter] ?? .endOfText)
    case "1"..."9", "k":
      throw fault(
        "references to groups such as '\\1' are not supported",
        hint: "Patterns are matched in one pass, which looking around and references prevent.")
    default: return .set(folded(try parseEscapedSet()))
    }
  }

  /// From behind the back-slash on: a class, or one character.
  private mutating func parseEscapedSet() throws(LakeError) -> RegexSet {
    guard let letter = next else { throw fault("the pattern ends behind a '\\'") }
    place += 1
    switch letter {
    case "d": return .digits
    case "D": return RegexSet.digits.inverted
    case "w": return .word
    case "W": return RegexSet.word.inverted
    case "s": return .space
    case "S": return RegexSet.space.inverted
    case "p", "P":
      let set = try parseNamedClass()
      return letter == "p" ? set : set.inverted
    case "t": return RegexSet(0x09)
    case "n": return RegexSet(0x0A)
    case "v": return RegexSet(0x0B)
    case "f": return RegexSet(0x0C)
    case "r": return RegexSet(0x0D)
    case "a": return RegexSet(0x07)
    case "e": return RegexSet(0x1B)
    case "0": return RegexSet(try parseDigits(radix: 8, 1...3))
    case "u": return RegexSet(try parseDigits(radix: 16, 4...4))
    case "x":
      guard accept("{") else { return RegexSet(try parseDigits(radix: 16, 2...2)) }
      let value = try parseDigits(radix: 16, 1...6)
      guard accept("}") else { throw fault("expected '}'") }
      return RegexSet(value)
    case "a"..."z", "A"..."Z", "1"..."9":
      throw fault("there is no escape '\\\(letter)'", hint: "A back-slash itself is written twice.")
    default: return RegexSet(letter.value)
    }
  }

  private mutating func parseDigits(
    radix: UInt32, _ counts: ClosedRange<Int>
  ) throws(LakeError) -> UInt32 {
    var (value, count): (UInt32, Int) = (0, 0)
    while count < counts.upperBound, let next, next.isASCII,
      let digit = UInt32(String(next), radix: Int(radix))
    {
      value = value * radix + digit
      place += 1
      count += 1
    }
    guard count >= counts.lowerBound, value <= RegexSet.last else {
      throw fault("this is no number of a character")
    }
    return value
  }

  /// `{Lu}`, `L`.
  private mutating func parseNamedClass() throws(LakeError) -> RegexSet {
    var name = ""
    var isNegated = false
    if accept("{") {
      isNegated = accept("^")
      while let next, next != "}", name.utf8.count < 40 {
        name.unicodeScalars.append(next)
        place += 1
      }
      guard accept("}") else { throw fault("a '\\p{' has no '}' behind it") }
    } else if let next {
      name = String(next)
      place += 1
    }
    guard let set = RegexSet(named: name) else {
      throw fault(
        "there is no class of characters '\(name)'",
        hint: "There are the general categories such as L, Lu and Nd, and Alpha, Digit, Punct, ….")
    }
    return isNegated ? set.inverted : set
  }

  /// From behind the bracket on.
  mutating func parseClass() throws(LakeError) -> RegexSet {
    try enter()
    defer { leave() }
    let isNegated = accept("^")
    var set = RegexSet([])
    var isFirst = true
    while true {
      guard let next else { throw fault("a '[' has no ']' behind it") }
      if next == "]", !isFirst {
        place += 1
        break
      }
      isFirst = false
      if accept("&&") {
        set = set.intersection(try parseRestOfClass())
        continue
      }
      set = set.union(try parseMember(next))
    }
    return isNegated ? folded(set).inverted : set
  }

  /// What stands between `&&` and the next of these or the bracket.
  private mutating func parseRestOfClass() throws(LakeError) -> RegexSet {
    var set = RegexSet([])
    while let next, next != "]", !isNext("&&") { set = set.union(try parseMember(next)) }
    return set
  }

  private mutating func parseMember(_ first: Unicode.Scalar) throws(LakeError) -> RegexSet {
    if isNext("[:"), let posix = parsePosixClass() { return posix }
    if first == "[" {
      place += 1
      return try parseClass()
    }
    let low = try parseClassCharacter()
    guard isNext("-"), place + 1 < scalars.count, scalars[place + 1] != "]",
      scalars[place + 1] != "[", let from = low.single
    else { return low }
    place += 1
    let high = try parseClassCharacter()
    guard let to = high.single, to >= from else { throw fault("a range is turned round") }
    return RegexSet([from...to])
  }

  private mutating func parseClassCharacter() throws(LakeError) -> RegexSet {
    guard let next else { throw fault("a '[' has no ']' behind it") }
    place += 1
    return next == "\\" ? try parseEscapedSet() : RegexSet(next.value)
  }

  /// `[:alpha:]`, `[:^alpha:]`; nil where it is none after all.
  private mutating func parsePosixClass() -> RegexSet? {
    let start = place
    place += 2
    let isNegated = accept("^")
    var name = ""
    while let next, ("a"..."z").contains(next), name.utf8.count < 8 {
      name.unicodeScalars.append(next)
      place += 1
    }
    guard accept(":]"), let set = RegexSet.posix[name] else {
      place = start
      return nil
    }
    return isNegated ? set.inverted : set
  }
}
