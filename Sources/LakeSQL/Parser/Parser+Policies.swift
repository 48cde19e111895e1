import LakeCore

/// CREATE CONSENT POLICY.
extension Parser {
  mutating func parseCreatePolicy(_ isReplacing: Bool) throws(LakeError) -> CreatePolicy {
    let ifNotExists = parseIfNotExists()
    let name = try parseIdentifier("the name of a policy")
    try expect(.on)
    let table = try parseTableName()
    try expect(.subject)
    let subject = try parseIdentifier("the column that says who a record is about")
    let normalized = accept(.normalized) ? try parseExpression() : nil
    let aliases = accept(.also, .known, .as) ? try parseAliases() : []
    let records = accept(.records) ? try parseRecords() : nil
    try expect(.granted)
    var policy = CreatePolicy(name, on: table, subject: subject, try parseGrant())
    policy.isReplacing = isReplacing
    policy.ifNotExists = ifNotExists
    policy.normalized = normalized
    policy.aliases = aliases
    policy.records = records
    while try parsePolicyClause(&policy) {}
    return policy
  }

  private mutating func parseAliases() throws(LakeError) -> [Identifier] {
    try parseList { parser throws(LakeError) in
      try parser.parseIdentifier("the name of a column")
    }
  }

  private mutating func parseRecords() throws(LakeError) -> CreatePolicy.Records {
    if accept(.all) { return .all }
    guard accept(.latest) else { throw failure(expected: [.all, .latest]) }
    try expect(.by)
    return .latest(by: try parseExpression())
  }

  private mutating func parseGrant() throws(LakeError) -> CreatePolicy.Grant {
    if accept(.when) { return .when(try parseExpression()) }
    guard accept(.since) else { throw failure(expected: [.since, .when]) }
    let moment = try parseExpression()
    guard accept(.epoch) else { return .since(moment, nil) }
    return .since(
      moment,
      try expect([
        (.millis, .milliseconds), (.milliseconds, .milliseconds), (.seconds, .seconds),
      ]))
  }

  /// One of the clauses behind the grant, in any order; false if there is none.
  private mutating func parsePolicyClause(_ policy: inout CreatePolicy) throws(LakeError) -> Bool {
    if policy.covers.isEmpty, accept(.covers) {
      policy.covers = try parseList { parser throws(LakeError) in try parser.parseCoverage() }
    } else if policy.purgeAfter == nil, accept(.on, .withdrawal) {
      try expect(.purge)
      try expect(.after)
      policy.purgeAfter = try parseInterval()
    } else if policy.onReject == nil, accept(.on, .reject) {
      policy.onReject = try expect([(.warn, .warn), (.fail, .fail)])
    } else if !policy.allowsAmbiguous, accept(.ambiguous) {
      try expect(.if)
      try expect(.all)
      try expect(.granted)
      policy.allowsAmbiguous = true
    } else {
      return false
    }
    return true
  }

  private mutating func parseCoverage() throws(LakeError) -> Coverage {
    let start = current.start
    let table = try parseTableName()
    return Coverage(table, try parseConsentKeys(), origin: origin(from: start))
  }
}
