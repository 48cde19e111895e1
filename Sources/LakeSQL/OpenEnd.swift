/// What the text of statements ends in the middle of: for those who type it line by line.
package enum OpenEnd: Sendable, Hashable {
  /// Nothing: all statements have their semicolons, or there are none.
  case nothing
  /// A statement that can go on.
  case statement
  case parenthesis
  /// A text in `'`, a name in `"` or a back-tick.
  case quote(Character)
  case comment

  package init(of text: String) {
    let bytes = Array(text.utf8)
    var depth = 0
    var end = OpenEnd.nothing
    for token in Lexer.tokens(of: bytes) where token.kind != .endOfText {
      switch token.kind {
      case .fault(.unclosedComment):
        self = .comment
        return
      case .fault(.unclosedString): end = .quote("'")
      case .fault(.unclosedName): end = .quote(Character(Unicode.Scalar(bytes[token.start])))
      case .semicolon: (end, depth) = (.nothing, 0)
      default:
        if token.kind == .leftParenthesis || token.kind == .leftBracket { depth += 1 }
        if token.kind == .rightParenthesis || token.kind == .rightBracket { depth -= 1 }
        end = depth > 0 ? .parenthesis : .statement
      }
    }
    self = end
  }
}
