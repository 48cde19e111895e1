import LakeCore

/// The entrance to this module: text in, statements out.
///
/// What is wrong with a text is thrown with line and column; `SourceText.excerpt` shows the line.
package enum SQLParser {
  /// The deepest nesting that is read. A query counts for three.
  ///
  /// A level takes the parser up to 6 KB of a stack of 8 MB, and in a build without optimisation up
  /// to 25 KB.
  package static var nestingMax: Int { 200 }
  /// The most levels of an expression or join: a chain such as `a + b + c` has one more for every
  /// operator, though the text does not nest. Recursion over a tree is safe for that reason.
  package static var heightMax: Int { 500 }

  /// All statements of a text, which semicolons separate.
  package static func parse(
    _ text: String, file: String? = nil
  ) throws(LakeError) -> [Statement] {
    var parser = Parser(SourceText(text, file: file))
    var statements: [Statement] = []
    while true {
      while parser.accept(.semicolon) {}
      if parser.isAtEnd { return statements }
      statements.append(try parser.parseStatement())
      guard parser.isAtEnd || parser.current.kind == .semicolon else {
        throw parser.failureAtEndOfStatement()
      }
    }
  }

  /// The only statement of a text, with or without a semicolon at its end.
  package static func parseStatement(
    _ text: String, file: String? = nil
  ) throws(LakeError) -> Statement {
    let statements = try parse(text, file: file)
    guard let statement = statements.first else {
      throw LakeError(
        .invalidInput, "there is no statement", at: SourceText(text, file: file).place(at: 0),
        hint: "Write one, for example SELECT 1.")
    }
    guard statements.count == 1 else {
      throw LakeError(
        .invalidInput, "one statement was expected, and there are \(statements.count)",
        at: SourceText(text, file: file).place(at: statements[1].range.lowerBound))
    }
    return statement
  }

  /// A text that is nothing but an expression.
  package static func parseExpression(
    _ text: String, file: String? = nil
  ) throws(LakeError) -> Expression {
    var parser = Parser(SourceText(text, file: file))
    let expression = try parser.parseExpression()
    guard parser.isAtEnd else { throw parser.failure(expected: "the end of the expression") }
    return expression
  }

  /// The statements of a text that end with a semicolon, without it, and where the rest begins: for
  /// statements that arrive piece by piece.
  package static func finishedStatements(
    of bytes: [UInt8]
  ) -> (ranges: [Range<Int>], rest: Int) {
    var ranges: [Range<Int>] = []
    var range: Range<Int>?
    var rest = 0
    for token in Lexer.tokens(of: bytes) where token.kind != .endOfText {
      if token.kind != .semicolon {
        range = (range?.lowerBound ?? token.start)..<token.end
        continue
      }
      if let whole = range { ranges.append(whole) }
      range = nil
      rest = token.end
    }
    return (ranges, rest)
  }

  /// Where the statements of a text are, without their semicolons, whether or not they can be
  /// parsed: so that one after the other can be tried.
  package static func statementRanges(of text: String) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var range: Range<Int>?
    for token in Lexer.tokens(of: Array(text.utf8)) {
      if token.kind != .semicolon, token.kind != .endOfText {
        range = (range?.lowerBound ?? token.start)..<token.end
      } else if let whole = range {
        ranges.append(whole)
        range = nil
      }
    }
    return ranges
  }
}
