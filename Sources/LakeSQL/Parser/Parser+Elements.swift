import LakeCore

/// What stands in the parentheses of CREATE TABLE: columns, constraints, consent.
extension Parser {
  mutating func parseTableElement() throws(LakeError) -> TableElement {
    let start = current.start
    if let kind = try parseElementByWord() {
      return TableElement(kind, origin: origin(from: start))
    }
    let column = try parseColumnDefinition(needsType: false)
    return TableElement(.column(column), origin: origin(from: start))
  }

  /// Elements that begin with a word; nil if the word is the name of a column.
  private mutating func parseElementByWord() throws(LakeError) -> TableElement.Kind? {
    let next = token(ahead: 1)
    switch current.keyword {
    case .constraint where isName(next) && constraintStarts(token(ahead: 2)):
      return .constraint(try parseConstraint())
    case .primary where next.keyword == .key, .unique where next.kind == .leftParenthesis,
      .check where next.kind == .leftParenthesis, .not where next.keyword == .null:
      return .constraint(try parseConstraint())
    case .consent where isName(next):
      switch token(ahead: 2).keyword {
      case .by, .aggregate: return .consent(try parseConsent())
      default: return nil
      }
    case .lawful where next.keyword == .basis:
      return .lawfulBasis(try parseLawfulBasis())
    default:
      return nil
    }
  }

  private func constraintStarts(_ token: Token) -> Bool {
    switch token.keyword {
    case .primary, .unique, .check, .not: true
    default: false
    }
  }

  /// `[CONSTRAINT name] PRIMARY KEY (a, b) [ON VIOLATION …]`.
  private mutating func parseConstraint() throws(LakeError) -> TableConstraint {
    let start = current.start
    let name = accept(.constraint) ? try parseIdentifier("the name of a constraint") : nil
    let rule: TableConstraint.Rule
    if accept(.primary, .key) {
      rule = .primaryKey(try parseColumnNames())
    } else if accept(.unique) {
      rule = .unique(try parseColumnNames())
    } else if accept(.not, .null) {
      rule = .notNull(try parseColumnNames())
    } else if accept(.check) {
      rule = .check(try parseCheck())
    } else {
      throw failure(expected: [.primary, .unique, .check, .not])
    }
    let action = try parseViolation()
    return TableConstraint(name: name, rule, onViolation: action, origin: origin(from: start))
  }

  private mutating func parseCheck() throws(LakeError) -> Expression {
    try expect(.leftParenthesis, "'('")
    let condition = try parseExpression()
    try expect(.rightParenthesis, "')'")
    return condition
  }

  private mutating func parseViolation() throws(LakeError) -> TableConstraint.Action? {
    guard accept(.on) else { return nil }
    try expect(.violation)
    return try expect([(.fail, .fail), (.reject, .reject), (.warn, .warn)])
  }

  mutating func parseColumnDefinition(needsType: Bool) throws(LakeError) -> ColumnDefinition {
    let start = current.start
    var column = ColumnDefinition(try parseIdentifier("the name of a column"), nil)
    // Hive's struct members have a colon, and some write columns alike.
    _ = needsType && accept(.colon)
    if needsType || current.kind == .word && !continuesColumn { column.type = try parseTypeName() }
    while true {
      if let constraint = try parseColumnConstraint() {
        column.constraints.append(constraint)
      } else if column.comment == nil, accept(.comment) {
        column.comment = try parseText("a comment")
      } else {
        break
      }
    }
    column.origin = origin(from: start)
    return column
  }

  /// Whether what stands behind the name of a column is no type.
  private var continuesColumn: Bool {
    isNext(.not, .null) || isNext(.primary, .key) || isNext(.unique) || isNext(.comment)
      || isNext(.check, .leftParenthesis) || isNext(.constraint)
  }

  /// A constraint behind a column, which names no column.
  private mutating func parseColumnConstraint() throws(LakeError) -> TableConstraint? {
    let start = current.start
    let name = accept(.constraint) ? try parseIdentifier("the name of a constraint") : nil
    let rule: TableConstraint.Rule
    if accept(.primary, .key) {
      rule = .primaryKey([])
    } else if accept(.unique) {
      rule = .unique([])
    } else if accept(.not, .null) {
      rule = .notNull([])
    } else if accept(.check) {
      rule = .check(try parseCheck())
    } else if name != nil {
      throw failure(expected: [.primary, .unique, .check, .not])
    } else {
      return nil
    }
    let action = try parseViolation()
    return TableConstraint(name: name, rule, onViolation: action, origin: origin(from: start))
  }
}

// MARK: - Consent

extension Parser {
  private mutating func parseConsent() throws(LakeError) -> ConsentClause {
    let start = current.start
    advance()
    let policy = try parseIdentifier("the name of a policy")
    let rule = accept(.aggregate) ? try parseAggregate() : try parseConsentBy()
    return ConsentClause(policy, rule, origin: origin(from: start))
  }

  private mutating func parseAggregate() throws(LakeError) -> ConsentClause.Rule {
    guard accept(.min) else { return .aggregate(minimumSubjects: nil) }
    let count = try parseCount("a number of subjects")
    guard accept(.subjects) || accept(.subject) else { throw failure(expected: [.subjects]) }
    return .aggregate(minimumSubjects: count)
  }

  private mutating func parseConsentBy() throws(LakeError) -> ConsentClause.Rule {
    try expect(.by)
    let keys = try parseConsentKeys()
    var time: Identifier?
    if accept(.at) {
      try expect(.leftParenthesis, "'('")
      time = try parseIdentifier("the name of a column")
      try expect(.rightParenthesis, "')'")
    }
    var action: ConsentClause.Action?
    if accept(.on) {
      try expect(.violation)
      action = try expect([(.fail, .fail), (.remove, .remove)])
    }
    return .by(keys, at: time, onViolation: action)
  }

  /// `(user = email, …)`.
  mutating func parseConsentKeys() throws(LakeError) -> [ConsentKey] {
    try parseParenthesizedList { parser throws(LakeError) in
      let start = parser.current.start
      let column = try parser.parseOperand()
      let subject = parser.accept(.equal) ? try parser.parseExpression() : nil
      return ConsentKey(column, subject: subject, origin: parser.origin(from: start))
    }
  }

  private mutating func parseLawfulBasis() throws(LakeError) -> LawfulBasis {
    let start = current.start
    advance()
    advance()
    let basis = try parseIdentifier("a basis such as contract")
    try expect(.because)
    let reason = try parseText("a reason", orDoubleQuoted: false)
    return LawfulBasis(basis, because: reason, origin: origin(from: start))
  }
}
