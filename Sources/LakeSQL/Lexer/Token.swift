/// A word, number, text or sign of a statement.
struct Token: Sendable {
  enum Kind: Sendable {
    case endOfText
    case word
    /// `"name"`.
    case quotedName
    /// `` `name` ``.
    case backTickedName
    case string
    /// `X'00'`.
    case binary
    case integer
    case decimal
    case double
    case parameter
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket, comma, semicolon, dot
    case plus, minus, star, slash, percent, concatenate
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, nullSafeEqual
    case doubleColon, colon, leftBrace, rightBrace, exclamation
    /// `->`, `~`, `!~`.
    case arrow, matches, matchesNot
    /// `=>` and `:=`, between the name of an argument and its value.
    case namedArrow
    case fault(Fault)
  }

  /// What cannot be a token. It is told when the parser meets it, which knows better what to say.
  enum Fault: Sendable {
    case unclosedString, unclosedName, unclosedComment, number, character
  }

  var kind: Kind
  /// Of an unquoted word.
  var keyword: Keyword?
  var start: Int
  var end: Int
  /// Of a left parenthesis: what is inside, up to the matching one, is a query.
  var opensQuery = false

  var range: Range<Int> { start..<end }
}

extension Token.Kind: Equatable {}
