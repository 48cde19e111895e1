import LakeCore

/// Names, and texts in quotes.
extension Parser {
  /// Whether a name can begin at a token.
  func isName(_ token: Token) -> Bool {
    switch token.kind {
    case .quotedName, .backTickedName: true
    case .word: !(token.keyword?.isReserved ?? false)
    default: false
    }
  }

  mutating func parseIdentifier(_ meaning: String = "a name") throws(LakeError) -> Identifier {
    guard isName(current) else { throw nameFailure(meaning) }
    return try parseAnyIdentifier(meaning)
  }

  /// A name that may be a reserved word too, since it cannot be anything else where it stands.
  mutating func parseAnyIdentifier(_ meaning: String) throws(LakeError) -> Identifier {
    let token = current
    switch token.kind {
    case .word:
      advance()
      return Identifier(source.text(token.range), origin: origin(from: token.start))
    case .quotedName, .backTickedName:
      let text = content(of: token)
      guard !text.isEmpty else {
        throw LakeError(.invalidInput, "a name is empty", at: source.place(at: token.start))
      }
      advance()
      return Identifier(text, isQuoted: true, origin: origin(from: token.start))
    default:
      throw nameFailure(meaning)
    }
  }

  private func nameFailure(_ meaning: String) -> LakeError {
    let hint: String? =
      switch current.kind {
      case .word: "\(found) is a word of SQL; as a name it stands in double quotes."
      case .string: "A name stands in double quotes, a text in single ones."
      default: nil
      }
    return failure(expected: meaning, hint: hint)
  }

  /// Names with dots between. Behind a dot, any word is a name.
  mutating func parseQualifiedName(_ meaning: String = "a name") throws(LakeError)
    -> QualifiedName
  {
    let start = current.start
    var parts = [try parseIdentifier(meaning)]
    while current.kind == .dot, token(ahead: 1).kind != .star {
      advance()
      parts.append(try parseAnyIdentifier("a name behind the dot"))
    }
    return QualifiedName(parts, origin: origin(from: start))
  }

  mutating func parseTableName() throws(LakeError) -> QualifiedName {
    try parseQualifiedName("the name of a table")
  }

  /// The name of a table whose rows or versions a statement is about. A path in single quotes is
  /// that of a table with a log, as in FROM: Spark's delta.`path`.
  mutating func parseStoredTableName() throws(LakeError) -> QualifiedName {
    guard current.kind == .string else { return try parseTableName() }
    let start = current.start
    let path = try parseText("the path of a table")
    let isPlain = !path.contains("/") && !path.contains(".")
    let parts = [Identifier("delta"), Identifier(isPlain ? "./\(path)" : path, isQuoted: true)]
    return QualifiedName(parts, origin: origin(from: start))
  }

  /// Whether the name of a stored table can begin behind the current token.
  var isStoredTableNext: Bool { isName(token(ahead: 1)) || token(ahead: 1).kind == .string }

  /// `(a, b)`.
  mutating func parseColumnNames() throws(LakeError) -> [Identifier] {
    try parseParenthesizedList { parser throws(LakeError) in
      try parser.parseIdentifier("the name of a column")
    }
  }

  /// What stands between the quotes of a token, two of them inside being one.
  func content(of token: Token) -> String {
    guard let quote = source.bytes[token.range].first else { return "" }
    let inner = source.bytes[token.range].dropFirst().dropLast()
    guard inner.contains(quote) else { return String(decoding: inner, as: UTF8.self) }
    var bytes: [UInt8] = []
    var skipsNext = false
    for byte in inner {
      if skipsNext {
        skipsNext = false
        continue
      }
      bytes.append(byte)
      skipsNext = byte == quote
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A text in single quotes; in Hive's clauses also in double ones, as is common there.
  mutating func parseText(_ meaning: String, orDoubleQuoted: Bool = true) throws(LakeError)
    -> String
  {
    let token = current
    guard token.kind == .string || orDoubleQuoted && token.kind == .quotedName else {
      throw failure(expected: "\(meaning) in single quotes")
    }
    advance()
    return content(of: token)
  }

  /// Digits that fit an `Int`.
  mutating func parseCount(_ meaning: String) throws(LakeError) -> Int {
    guard current.kind == .integer, let value = Int(source.text(current.range)) else {
      throw failure(expected: meaning)
    }
    advance()
    return value
  }
}
