import LakeCore

/// Rows and maps as Spark and DuckDB write them: `struct(1 AS a, b)`, `{'a': 1}`, `MAP {'k': 1}`.
/// In the tree they are calls of `named_struct` and `map`.
extension Parser {
  /// The arguments of `struct`, which have names, given or taken from columns.
  mutating func parseMembers(_ call: inout FunctionCall) throws(LakeError) {
    let members = try parseList { parser throws(LakeError) in try parser.parseSelectMember() }
    try expect(.rightParenthesis, "a comma or ')'")
    call.name.parts[0].text = "named_struct"
    for (index, member) in members.enumerated() {
      let name = member.name ?? "col\(index + 1)"
      call.arguments.append(Expression(.literal(.string(name)), origin: member.value.origin))
      call.arguments.append(member.value)
    }
  }

  private mutating func parseSelectMember() throws(LakeError) -> (name: String?, value: Expression)
  {
    let value = try parseExpression()
    if let alias = try parseAlias() { return (alias.text, value) }
    if case .name(let name) = value.kind { return (name.parts.last?.text, value) }
    return (nil, value)
  }

  /// `{'a': 1, b: 2}`.
  mutating func parseBraces() throws(LakeError) -> Expression {
    let start = current.start
    advance()
    let members = try parseList { parser throws(LakeError) in
      let nameStart = parser.current.start
      let name: String
      if parser.current.kind == .string {
        name = try parser.parseText("the name of a member")
      } else {
        name = try parser.parseAnyIdentifier("the name of a member").text
      }
      let key = Expression(.literal(.string(name)), origin: parser.origin(from: nameStart))
      try parser.expect(.colon, "':' behind the name")
      return [key, try parser.parseExpression()]
    }
    try expect(.rightBrace, "a comma or '}'")
    return expression(calling: "named_struct", members.flatMap { $0 }, from: start)
  }

  /// `MAP {'k': 1}` is `map(ARRAY['k'], ARRAY[1])`.
  mutating func parseMap() throws(LakeError) -> Expression.Kind {
    let start = current.start
    advance()
    advance()
    var keys: [Expression] = []
    var values: [Expression] = []
    while current.kind != .rightBrace {
      keys.append(try parseExpression())
      try expect(.colon, "':' behind the key")
      values.append(try parseExpression())
      if !accept(.comma) { break }
    }
    try expect(.rightBrace, "a comma or '}'")
    let lists = [keys, values].map { Expression(.array($0), origin: origin(from: start)) }
    return expression(calling: "map", lists, from: start).kind
  }

  private mutating func expression(
    calling function: String, _ arguments: [Expression], from start: Int
  ) -> Expression {
    let origin = origin(from: start)
    let name = QualifiedName([Identifier(function, origin: origin)], origin: origin)
    return Expression(
      .call(FunctionCall(name, arguments, origin: origin)), origin: self.origin(from: start))
  }
}
