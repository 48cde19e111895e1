import LakeCore

/// A parser by recursive descent over tokens. It looks ahead where words can be names, and never
/// goes back.
///
/// The file has what all rules are made of; the rules stand in extensions, one file a topic.
///
/// Vocabulary: `accept` moves on if the next token fits and says whether it did, `expect` throws if
/// it does not, `parse` reads a whole construct and throws, `isNext` only looks.
struct Parser {
  let source: SourceText
  private let tokens: [Token]
  private var index = 0
  private var nodeCount = 0
  var parameterCount = 0
  /// Calls that are open at the moment, by the weight of their frames.
  private var depth = 0
  /// Levels of the tallest expression or join since the construct around it began.
  var height = 0
  /// The last alias that was taken without AS: it may be a misspelt word.
  private var bareAlias: Token?

  init(_ source: SourceText) {
    self.source = source
    tokens = Lexer.tokens(of: source.bytes)
  }

  var current: Token { tokens[index] }
  var isAtEnd: Bool { current.kind == .endOfText }

  /// The token so many places after the current one; the end, if there are fewer.
  func token(ahead count: Int) -> Token { tokens[min(index + count, tokens.count - 1)] }

  mutating func advance() {
    if index < tokens.count - 1 { index += 1 }
  }

  /// Moves on to the first token that begins at an offset or behind it.
  mutating func advance(to offset: Int) {
    while !isAtEnd, current.start < offset { advance() }
  }
}

// MARK: - Tokens

extension Parser {
  mutating func accept(_ kind: Token.Kind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  mutating func expect(_ kind: Token.Kind, _ meaning: String) throws(LakeError) {
    guard accept(kind) else { throw failure(expected: meaning) }
  }

  func isNext(_ keyword: Keyword) -> Bool { current.keyword == keyword }

  func isNext(_ first: Keyword, _ second: Keyword) -> Bool {
    isNext(first) && token(ahead: 1).keyword == second
  }

  func isNext(_ first: Keyword, _ second: Token.Kind) -> Bool {
    isNext(first) && token(ahead: 1).kind == second
  }

  mutating func accept(_ keyword: Keyword) -> Bool {
    guard isNext(keyword) else { return false }
    advance()
    return true
  }

  /// Both words or nothing.
  mutating func accept(_ first: Keyword, _ second: Keyword) -> Bool {
    guard isNext(first, second) else { return false }
    advance()
    advance()
    return true
  }

  /// All three words or nothing.
  mutating func accept(_ first: Keyword, _ second: Keyword, _ third: Keyword) -> Bool {
    guard isNext(first, second), token(ahead: 2).keyword == third else { return false }
    for _ in 0..<3 { advance() }
    return true
  }

  /// A word that means something at this place only.
  mutating func accept(word: String) -> Bool {
    guard isNext(word: word) else { return false }
    advance()
    return true
  }

  func isNext(word: String) -> Bool {
    current.kind == .word && source.text(current.range).uppercased() == word
  }

  mutating func expect(word: String) throws(LakeError) {
    guard accept(word: word) else { throw failure(expected: word) }
  }

  mutating func expect(_ keyword: Keyword) throws(LakeError) {
    guard accept(keyword) else { throw failure(expected: [keyword]) }
  }

  /// One of some words, as the value that it stands for.
  mutating func expect<Value>(_ choices: [(Keyword, Value)]) throws(LakeError) -> Value {
    for (keyword, value) in choices where accept(keyword) { return value }
    throw failure(expected: choices.map(\.0))
  }
}

// MARK: - Nodes and depth

extension Parser {
  /// The origin of a node that begins at an offset and ends before the current token.
  mutating func origin(from start: Int) -> Origin {
    defer { nodeCount += 1 }
    return Origin(id: NodeID(nodeCount), range: start..<max(start, endOfLast))
  }

  var endOfLast: Int { index > 0 ? tokens[index - 1].end : 0 }

  /// Begins a statement: nodes are numbered anew.
  mutating func startStatement() {
    nodeCount = 0
    parameterCount = 0
  }

  func statement(_ kind: Statement.Kind, origin: Origin) -> Statement {
    Statement(kind, nodeCount: nodeCount, parameterCount: parameterCount, origin: origin)
  }

  /// Goes down into a construct that can nest. What takes more of the stack counts for more.
  mutating func enter(_ weight: Int = 1) throws(LakeError) {
    depth += weight
    guard depth <= SQLParser.nestingMax else { throw nestingFailure(SQLParser.nestingMax) }
  }

  mutating func leave(_ weight: Int = 1) {
    depth -= weight
  }

  /// Puts one more level on what was read last. Chains such as `a + b + c` nest without any call.
  mutating func grow() throws(LakeError) {
    height += 1
    guard height <= SQLParser.heightMax else { throw nestingFailure(SQLParser.heightMax) }
  }

  private func nestingFailure(_ limit: Int) -> LakeError {
    LakeError(
      .limitExceeded, "the statement is nested more than \(limit) levels deep",
      at: source.place(at: current.start), hint: "Split it, for example with WITH.")
  }
}

// MARK: - Lists

extension Parser {
  /// One element or more with commas between.
  mutating func parseList<Element>(
    _ element: (inout Parser) throws(LakeError) -> Element
  ) throws(LakeError) -> [Element] {
    var list = [try element(&self)]
    while accept(.comma) { list.append(try element(&self)) }
    return list
  }

  /// The same in parentheses.
  mutating func parseParenthesizedList<Element>(
    _ element: (inout Parser) throws(LakeError) -> Element
  ) throws(LakeError) -> [Element] {
    try expect(.leftParenthesis, "'('")
    let list = try parseList(element)
    try expect(.rightParenthesis, "a comma or ')'")
    return list
  }
}

// MARK: - Errors

extension Parser {
  /// The error that something else stands at the current place.
  func failure(expected: String, hint: String? = nil) -> LakeError {
    if case .fault(let fault) = current.kind { return failure(of: fault) }
    return LakeError(
      .invalidInput, "expected \(expected), found \(found)", at: source.place(at: current.start),
      hint: hint)
  }

  /// The same for words, with a suggestion if what stands there is nearly one of them.
  func failure(expected keywords: [Keyword], or more: String? = nil) -> LakeError {
    let words = keywords.map(\.spelled)
    let all = words + (more.map { [$0] } ?? [])
    let list =
      all.count > 1
      ? all.dropLast().joined(separator: ", ") + " or " + all[all.count - 1] : all.joined()
    return failure(expected: list, hint: suggestion(for: current, among: words))
  }

  /// Something else than an end or a semicolon stands behind a whole statement.
  mutating func failureAtEndOfStatement() -> LakeError {
    let words = ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "QUALIFY", "UNION", "JOIN"]
    let word = source.text(current.range).uppercased()
    if ["GROUP", "ORDER"].contains(word), tokens.indices.contains(index + 1),
      tokens[index + 1].keyword != .by
    {
      advance()
      return failure(expected: "BY")
    }
    if words.contains(word), word != "UNION" {
      return failure(
        expected: "the end of the statement",
        hint: "The order of clauses is FROM, WHERE, GROUP BY, HAVING, QUALIFY, ORDER BY, LIMIT.")
    }
    let sample = "WHERE random() < 0.1 keeps about a tenth of the rows."
    let foreign = [
      "SIMILAR": "Write regexp_like(x, '^(…)$'), or x LIKE '…%'.", "USING": sample,
      "TABLESAMPLE": sample,
    ]
    if let hint = foreign[word] { return failure(expected: "the end of the statement", hint: hint) }
    if let alias = bareAlias, alias.end <= current.start, alias.start == tokens[index - 1].start,
      let hint = suggestion(for: alias, among: words)
    {
      return LakeError(
        .invalidInput,
        "'\(source.text(alias.range))' is taken as an alias, and then \(found) follows",
        at: source.place(at: alias.start), hint: hint)
    }
    if current.keyword == .union || current.keyword == .intersect || current.keyword == .except {
      return failure(
        expected: "the end of the statement",
        hint: "A side with its own ORDER BY or LIMIT stands in parentheses.")
    }
    let isTop =
      index > 0 && current.kind == .integer
      && source.text(tokens[index - 1].range).lowercased() == "top"
    return failure(
      expected: "the end of the statement",
      hint: isTop
        ? "The first rows are asked for at the end: LIMIT \(source.text(current.range))."
        : suggestion(for: current, among: words))
  }

  mutating func noteBareAlias() { bareAlias = current }

  func suggestion(for token: Token, among words: [String]) -> String? {
    guard token.kind == .word else { return nil }
    return Suggestion.hint(for: source.text(token.range), among: words)
  }

  /// What stands at the current place, short enough for a message.
  var found: String {
    if isAtEnd { return "the end of the text" }
    let text = source.text(current.range)
    guard text.utf8.count > 40 else { return "'\(text)'" }
    return "'\(text.prefix(30))…'"
  }

  private func failure(of fault: Token.Fault) -> LakeError {
    let place = source.place(at: current.start)
    func error(_ message: String, _ hint: String) -> LakeError {
      LakeError(.invalidInput, message, at: place, hint: hint)
    }
    switch fault {
    case .unclosedString:
      return error("the text that begins here has no end", "Close it with a quote (').")
    case .unclosedName:
      return error("the name that begins here has no end", "Close it with the quote that opens it.")
    case .unclosedComment:
      return error("the comment that begins here has no end", "Close it with */.")
    case .number:
      return error(
        "\(found) is no number", "A name that begins with a digit stands in double quotes.")
    case .character:
      return error(
        "the character \(found) means nothing in SQL",
        "Text stands in straight single quotes, a name with other characters in double quotes.")
    }
  }
}
