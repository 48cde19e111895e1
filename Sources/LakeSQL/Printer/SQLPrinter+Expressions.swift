/// Expressions. Parentheses stand where the parser needs them, and between neighbours where people
/// do.
extension SQLPrinter {
  mutating func write(_ expression: Expression) {
    write(expression.kind)
  }

  /// With parentheses, unless its operator binds more tightly than that.
  private mutating func write(_ expression: Expression, above minimum: Parser.Precedence) {
    if precedence(of: expression.kind) > minimum {
      write(expression.kind)
    } else {
      printParenthesized(expression)
    }
  }

  private mutating func printParenthesized(_ expression: Expression) {
    write("(")
    write(expression.kind)
    write(")")
  }

  /// A value without comparison or logic, as LIMIT has it.
  mutating func printValue(_ expression: Expression) { printOperand(expression) }

  private mutating func printOperand(_ expression: Expression) {
    write(expression, above: .predicate)
  }

  private func precedence(of kind: Expression.Kind) -> Parser.Precedence {
    switch kind {
    case .or: .or
    case .and: .and
    case .not: .not
    case .compare, .isNull, .isTruth, .isDistinct, .isInList, .isInQuery, .between, .like,
      .quantified:
      .predicate
    case .concatenate: .concatenation
    case .binary(let sign, _, _): precedence(of: sign)
    case .unary: .sign
    default: .primary
    }
  }

  private func precedence(of sign: BinaryOperator) -> Parser.Precedence {
    switch sign {
    case .add, .subtract: .sum
    case .multiply, .divide, .remainder: .product
    }
  }

  private mutating func write(_ kind: Expression.Kind) {
    switch kind {
    case .unary, .binary, .and, .or, .concatenate, .not:
      printOperator(kind)
    case .compare, .isNull, .isTruth, .isDistinct, .isInList, .isInQuery, .between, .like,
      .quantified:
      printPredicate(kind)
    case .literal(let literal): write(literal)
    case .parameter: write("?")
    case .namedParameter(let name):
      write(":")
      write(name)
    case .name(let name): write(name)
    case .call(let call): write(call)
    case .choose(let choice): write(choice)
    default: printConstruct(kind)
    }
  }
}

// MARK: - Operators

extension SQLPrinter {
  private mutating func printOperator(_ kind: Expression.Kind) {
    switch kind {
    case .unary(let sign, let operand):
      write(sign.rawValue)
      // Two minus signs would begin a comment.
      if case .unary = operand.kind { write(" ") }
      write(operand, above: .product)
    case .binary(let sign, let left, let right):
      let own = precedence(of: sign)
      write(left, above: own == .sum ? .concatenation : .sum)
      write(" \(sign.rawValue) ")
      write(right, above: own)
    case .not(let operand):
      write("NOT ")
      write(operand, above: .and)
    case .and(let members): printChain(members, "AND", .and)
    case .or(let members): printChain(members, "OR", .or)
    case .concatenate(let members):
      for (index, member) in members.enumerated() {
        if index > 0 { write(" || ") }
        write(member, above: .concatenation)
      }
    default: break
    }
  }

  /// Members of AND and OR: each on a line of its own if they do not fit in one.
  private mutating func printChain(
    _ members: [Expression], _ word: String, _ own: Parser.Precedence
  ) {
    fitting { printer in
      printer.indented { printer in
        for (index, member) in members.enumerated() {
          if index > 0 {
            printer.newLine()
            printer.write("\(word) ")
          }
          printer.write(member, above: own)
        }
      }
    }
  }

  private mutating func printPredicate(_ kind: Expression.Kind) {
    switch kind {
    case .compare(let sign, let left, let right):
      printOperand(left)
      write(" \(sign.rawValue) ")
      printOperand(right)
    case .isNull(let value, let isNegated):
      printIs(value, isNegated, "NULL")
    case .isTruth(let value, let truth, let isNegated):
      printIs(value, isNegated, truth.map { $0 ? "TRUE" : "FALSE" } ?? "UNKNOWN")
    case .isDistinct(let left, let right, let isNegated):
      printIs(left, isNegated, "DISTINCT FROM ")
      printOperand(right)
    case .isInList(let value, let members, let isNegated):
      printOperand(value)
      write(isNegated ? " NOT IN (" : " IN (")
      list(members) { $0.write($1) }
      write(")")
    case .isInQuery(let value, let query, let isNegated):
      printOperand(value)
      write(isNegated ? " NOT IN " : " IN ")
      parenthesized(query)
    case .between(let value, let low, let high, let isNegated):
      printOperand(value)
      write(isNegated ? " NOT BETWEEN " : " BETWEEN ")
      printOperand(low)
      write(" AND ")
      printOperand(high)
    case .like(let like): write(like)
    case .quantified(let sign, let value, let quantifier, let query):
      printOperand(value)
      write(" \(sign.rawValue) \(quantifier.rawValue) ")
      parenthesized(query)
    default: break
    }
  }

  private mutating func printIs(_ value: Expression, _ isNegated: Bool, _ what: String) {
    printOperand(value)
    write(isNegated ? " IS NOT " : " IS ")
    write(what)
  }

  private mutating func write(_ like: LikeExpression) {
    printOperand(like.value)
    write(like.isNegated ? " NOT" : "")
    write(like.ignoresCase ? " ILIKE " : " LIKE ")
    printOperand(like.pattern)
    if let escape = like.escape {
      write(" ESCAPE ")
      printOperand(escape)
    }
  }
}

// MARK: - Literals and constructs

extension SQLPrinter {
  mutating func write(_ literal: Literal) {
    switch literal {
    case .null: write("NULL")
    case .boolean(let value): write(value ? "TRUE" : "FALSE")
    case .integer(let digits), .decimal(let digits), .double(let digits): write(digits)
    case .string(let text): printText(text)
    case .binary(let bytes): write("X'\(SQLPrinter.hexadecimal(bytes))'")
    case .date(let text): printTyped("DATE", text)
    case .time(let text): printTyped("TIME", text)
    case .timestamp(let text): printTyped("TIMESTAMP", text)
    case .interval(let interval): write(interval)
    }
  }

  private mutating func printTyped(_ type: String, _ text: String) {
    write(type + " ")
    printText(text)
  }

  mutating func write(_ interval: IntervalLiteral) {
    write(interval.isNegative ? "INTERVAL -" : "INTERVAL ")
    printText(interval.text)
    write(" " + interval.unit.rawValue)
    if let last = interval.lastUnit { write(" TO " + last.rawValue) }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func printConstruct(_ kind: Expression.Kind) {
    switch kind {
    case .exists(let query):
      write("EXISTS ")
      parenthesized(query)
    case .cast(let value, let type, let isTry):
      write(isTry ? "TRY_CAST(" : "CAST(")
      write(value)
      write(" AS ")
      write(type.type.spelled(.trino))
      write(")")
    case .attempt(let value):
      write("TRY(")
      write(value)
      write(")")
    case .extract(let field, let value):
      write("EXTRACT(")
      write(field)
      write(" FROM ")
      write(value)
      write(")")
    case .row(let members): printMembers("ROW(", members, ")")
    case .array(let members): printMembers("ARRAY[", members, "]")
    case .subquery(let query): parenthesized(query)
    case .lambda(let parameters, let body):
      write("(")
      list(parameters) { $0.write($1) }
      write(") -> ")
      write(body)
    default: printPostfix(kind)
    }
  }

  private mutating func printMembers(_ open: String, _ members: [Expression], _ close: String) {
    write(open)
    list(members) { $0.write($1) }
    write(close)
  }

  private mutating func printPostfix(_ kind: Expression.Kind) {
    switch kind {
    case .element(let value, let place):
      write(value, above: .sign)
      write("[")
      write(place)
      write("]")
    case .member(let value, let name):
      // Behind a plain name it would be one more part of the name, behind a number a fraction.
      switch value.kind {
      case .element, .member: write(value)
      default: printParenthesized(value)
      }
      write(".")
      write(name)
    case .atTimeZone(let value, let zone):
      write(value, above: .sign)
      write(" AT TIME ZONE ")
      switch zone.kind {
      case .element, .member, .atTimeZone: printParenthesized(zone)
      default: write(zone, above: .sign)
      }
    default: break
    }
  }

  private mutating func write(_ choice: CaseExpression) {
    fitting { printer in
      printer.write("CASE")
      if let operand = choice.operand {
        printer.write(" ")
        printer.write(operand)
      }
      printer.indented { printer in
        for branch in choice.branches {
          printer.newLine()
          printer.write("WHEN ")
          printer.write(branch.condition)
          printer.write(" THEN ")
          printer.write(branch.result)
        }
        if let otherwise = choice.otherwise {
          printer.newLine()
          printer.write("ELSE ")
          printer.write(otherwise)
        }
      }
      printer.newLine()
      printer.write("END")
    }
  }
}
