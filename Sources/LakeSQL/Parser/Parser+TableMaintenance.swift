import LakeCore

/// TRUNCATE, RESTORE, OPTIMIZE, VACUUM, and the versions of tables.
extension Parser {
  /// `TRUNCATE [TABLE] name [PARTITION (…)]`.
  mutating func parseTruncate() throws(LakeError) -> Truncate {
    advance()
    _ = accept(.table)
    let name = try parseStoredTableName()
    return Truncate(name, partition: accept(.partition) ? try parsePartitionFields() : [])
  }

  /// `RESTORE [TABLE] name [TO] VERSION AS OF n`.
  mutating func parseRestore() throws(LakeError) -> Restore {
    advance()
    _ = accept(.table)
    let name = try parseStoredTableName()
    if let version = try parseVersionSign() { return Restore(name, to: version) }
    _ = accept(.to)
    guard let version = try parseVersion() else { throw failure(expected: [.version, .timestamp]) }
    return Restore(name, to: version)
  }

  mutating func parseOptimize() throws(LakeError) -> Optimize {
    advance()
    _ = accept(.table)
    var optimize = Optimize(try parseStoredTableName())
    if accept(word: "REWRITE") {
      try expect(word: "DATA")
      try expect(.using)
      try expect(word: "BIN_PACK")
    }
    optimize.isFull = accept(.full)
    if accept(.where) { optimize.filter = try parseExpression() }
    if accept(.zorder) {
      try expect(.by)
      optimize.order = .zOrder
      optimize.columns = try parseOrderColumns()
    } else if accept(.order, .by) {
      optimize.columns = try parseOrderColumns()
    }
    if !optimize.isFull { optimize.isFull = accept(.full) }
    return optimize
  }

  /// Columns, in parentheses or not.
  private mutating func parseOrderColumns() throws(LakeError) -> [QualifiedName] {
    let body = { (parser: inout Parser) throws(LakeError) in
      try parser.parseQualifiedName("the name of a column")
    }
    return current.kind == .leftParenthesis
      ? try parseParenthesizedList(body) : try parseList(body)
  }

  /// `VACUUM name [FULL|LITE] [RETAIN n HOURS] [DRY RUN|FORCE]`. How thoroughly the folder is
  /// looked through is always the same.
  mutating func parseVacuum() throws(LakeError) -> Vacuum {
    advance()
    _ = accept(.table)
    var vacuum = Vacuum(try parseStoredTableName())
    if !accept(.full) { _ = accept(word: "LITE") }
    if accept(.retain) {
      vacuum.hours = try parseCount("a number of hours")
      if !accept(word: "HOUR") { try expect(.hours) }
    }
    if accept(.dry) {
      try expect(.run)
      vacuum.mode = .dryRun
    } else if accept(.force) {
      vacuum.mode = .force
    }
    return vacuum
  }
}

// MARK: - Versions

extension Parser {
  /// `FOR VERSION AS OF n`, `FOR TIMESTAMP AS OF x`; Spark leaves FOR away. Nil if there is none.
  mutating func parseVersion() throws(LakeError) -> TableVersion? {
    let hasFor = isNext(.for)
    let word = token(ahead: hasFor ? 1 : 0).keyword
    let isNumber = word == .version || word == .systemVersion
    guard isNumber || word == .timestamp || word == .systemTime,
      token(ahead: hasFor ? 2 : 1).keyword == .as, token(ahead: hasFor ? 3 : 2).keyword == .of
    else {
      if hasFor { throw forFailure() }
      return nil
    }
    for _ in 0..<(hasFor ? 4 : 3) { advance() }
    return isNumber ? .number(try parseOperand()) : .time(try parseOperand())
  }

  private func forFailure() -> LakeError {
    failure(
      expected: "the end of the table",
      hint: "An older state is FOR VERSION AS OF 3, or FOR TIMESTAMP AS OF TIMESTAMP '…'.")
  }

  /// `t@v3`, `t@20240531120000000`, as Delta writes it. Nil if there is none.
  mutating func parseVersionSign() throws(LakeError) -> TableVersion? {
    guard case .fault(.character) = current.kind, source.text(current.range) == "@",
      current.start == endOfLast
    else { return nil }
    let version = token(ahead: 1)
    let text = source.text(version.range)
    guard version.start == current.end, let kind = versionLiteral(text) else {
      advance()
      throw failure(expected: "a version such as v3 behind '@'")
    }
    advance()
    advance()
    let expression = Expression(.literal(kind), origin: origin(from: version.start))
    if case .integer = kind { return .number(expression) }
    return .time(expression)
  }

  private func versionLiteral(_ text: String) -> Literal? {
    let bytes = Array(text.utf8)
    let isVersion = bytes.first == UInt8(ascii: "v") || bytes.first == UInt8(ascii: "V")
    let digits = isVersion ? Array(bytes.dropFirst()) : bytes
    guard !digits.isEmpty, digits.allSatisfy(ByteClass.isDigit) else { return nil }
    if isVersion { return .integer(String(decoding: digits, as: UTF8.self)) }
    guard digits.count == 17 else { return nil }
    let part = { (range: Range<Int>) in String(decoding: digits[range], as: UTF8.self) }
    return .timestamp(
      "\(part(0..<4))-\(part(4..<6))-\(part(6..<8)) "
        + "\(part(8..<10)):\(part(10..<12)):\(part(12..<14)).\(part(14..<17))")
  }
}
