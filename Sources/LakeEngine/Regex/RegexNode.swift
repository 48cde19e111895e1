/// The tree of a pattern. At most `RegexParser.depthMax` levels deep, so that recursion is safe.
indirect enum RegexNode: Sendable, Equatable {
  /// One character of a set.
  case set(RegexSet)
  /// Nothing at all where it is empty.
  case sequence([RegexNode])
  case choice([RegexNode])
  case repeated(RegexNode, min: Int, max: Int?, isLazy: Bool)
  /// Counted from 1.
  case group(RegexNode, Int)
  case assertion(RegexAssertion)
}

/// What is true of a place between two characters.
enum RegexAssertion: UInt8, Sendable {
  case beginOfText, endOfText, beginOfLine, endOfLine, wordBoundary, noWordBoundary

  /// What it is for somebody who reads from the end.
  var reversed: RegexAssertion {
    switch self {
    case .beginOfText: .endOfText
    case .endOfText: .beginOfText
    case .beginOfLine: .endOfLine
    case .endOfLine: .beginOfLine
    case .wordBoundary, .noWordBoundary: self
    }
  }
}

extension RegexNode {
  /// The bytes that every match begins with, and whether these are all of the pattern.
  var literalPrefix: (bytes: [UInt8], isWhole: Bool) {
    switch self {
    case .set(let set):
      guard let scalar = set.single.flatMap({ Unicode.Scalar($0) }),
        let encoded = UTF8.encode(scalar)
      else { return ([], false) }
      return (Array(encoded), true)
    case .sequence(let members):
      var bytes: [UInt8] = []
      for member in members {
        let (more, isWhole) = member.literalPrefix
        bytes += more
        if !isWhole { return (bytes, false) }
      }
      return (bytes, true)
    case .group(let inner, _): return (inner.literalPrefix.bytes, false)
    case .choice, .repeated, .assertion: return ([], false)
    }
  }
}
