import LakeCatalog
import LakeCore
import LakeCrawler
import LakePipelines
import LakeSQL
import LakeTables

/// What makes tables and definitions, and takes them away.
extension StatementRunner {
  // MARK: - Tables

  /// Makes a table by the same road as a job of a pipeline: with its constraints and with consent,
  /// published in one step.
  func createTable(
    _ create: CreateTable, _ statement: Statement, _ text: SourceText
  ) throws -> String {
    let create = try EmptyTable(text: text).withQuery(create)
    let pipeline = try Pipeline(
      Statement(
        .createTable(create), nodeCount: statement.nodeCount,
        parameterCount: statement.parameterCount, origin: statement.origin), in: text)
    guard let job = pipeline.jobs.first else { throw nothingMade(text, statement) }
    let session = try workspace.session
    if !create.isReplacing, try session.snapshot(of: job.target) != nil {
      if create.ifNotExists { return "The table \(job.target) is there already." }
      throw LakeError(
        .alreadyExists, "there is a table \(job.target) already",
        at: text.place(at: create.name.range.lowerBound),
        hint: "CREATE OR REPLACE TABLE overwrites it.")
    }
    let lock = try workspace.lockForRun()
    defer { lock.release() }
    let runner = PipelineRunner(
      try workspace.sessionOfStatement, try workspace.definitions(), options: RunOptions(),
      names: names)
    let report = try runner.run(pipeline)
    if let error = report.error { throw error }
    guard let made = report.jobs.first else { throw nothingMade(text, statement) }
    if made.state == .upToDate { return "The table \(job.target) is up to date." }
    let rows = "\(made.rowsWritten) row\(made.rowsWritten == 1 ? "" : "s")"
    return "The table \(job.target) is published: version \(made.version ?? 0), \(rows)."
  }

  private func nothingMade(_ text: SourceText, _ statement: Statement) -> LakeError {
    LakeError(
      .internal, "the statement made no table", at: text.place(at: statement.range.lowerBound))
  }

  // MARK: - Definitions

  /// Saves a definition as a file of `catalog/`, where it is the truth, and applies it.
  func define(_ statement: Statement, _ text: SourceText) throws -> String {
    let files = DefinitionFiles(try workspace.session)
    let definitions = try workspace.definitions()
    let proposal = try DefinitionProposal(statement, text, definitions)
    if proposal.isThere {
      if proposal.ifNotExists { return "\(proposal.what.capitalizedFirst) is there already." }
      guard proposal.isReplacing else {
        throw LakeError(
          .alreadyExists, "\(proposal.what) is there already",
          at: text.place(at: statement.range.lowerBound),
          hint: "Drop it first, or change its file in catalog/.")
      }
    }
    try proposal.check(with: self, text)
    try files.remove { proposal.isSame($0, $1) }
    let path = try files.save(
      proposal.printed ?? text.text(statement.range), named: proposal.fileName)
    try workspace.record(try workspace.definitions())
    if let table = proposal.external { _ = try workspace.crawl([.table(table)]) }
    return "\(proposal.what.capitalizedFirst) is saved in \(path)." + proposal.consequence
  }

  // MARK: - Dropping

  func drop(_ drop: Drop, _ text: SourceText) throws -> String {
    do {
      switch drop.target {
      case .table, .view: return try dropTable(drop, text)
      case .database: return try dropDatabase(drop)
      case .policy: return try dropPolicy(drop)
      }
    } catch let error as LakeError {
      if error.code == .notFound, drop.ifExists { return "There is no \(drop.name.text)." }
      throw error.located(at: text.place(at: drop.name.range.lowerBound))
    }
  }

  private func dropTable(_ drop: Drop, _ text: SourceText) throws -> String {
    let table = try catalogTable(drop.name, text)
    let (name, session) = (table.name, try workspace.session)
    guard (table.kind == .view) == (drop.target == .view) else {
      throw LakeError(
        .invalidInput, "\(name) is a \(table.kind == .view ? "view" : "table")",
        hint: "Write DROP \(table.kind == .view ? "VIEW" : "TABLE") \(name).")
    }
    if table.kind == .managed {
      if drop.isPurging {
        throw LakeError(
          .unsupported, "a table is dropped to the trash, and not at once for good",
          at: text.place(at: drop.name.range.lowerBound),
          hint: "Leave PURGE away, and remove what is in lake/.tables/_trash.")
      }
      let lock = try workspace.lockForRun()
      defer { lock.release() }
      let grave = try session.table(name).drop()
      _ = try session.catalog.write { (catalog) throws(LakeError) in try catalog.drop(name) }
      return "The table \(name) is dropped; its versions are kept in "
        + "\(session.workspace.location(of: grave))."
    }
    let removed = try DefinitionFiles(session).remove { statement, _ in
      switch statement.kind {
      case .createView(let view): TableName(defining: view.name) == name
      default: ExternalTableChange.defines(name, statement)
      }
    }
    _ = try session.catalog.write { (catalog) throws(LakeError) in try catalog.drop(name) }
    try workspace.record(try workspace.definitions())
    let files = removed.isEmpty ? "" : " It was defined in \(removed.joined(separator: ", "))."
    if table.kind == .view { return "The view \(name) is dropped.\(files)" }
    if table.isForeign {
      return "The table \(name) is forgotten; nothing in \(table.location) is touched.\(files)"
    }
    return "The table \(name) is dropped; its files in \(table.location) stay, and the next crawl "
      + "finds them again.\(files)"
  }

  private func dropDatabase(_ drop: Drop) throws -> String {
    let name = drop.name.text
    let removed = try DefinitionFiles(try workspace.session).remove { statement, _ in
      guard case .createDatabase(let create) = statement.kind else { return false }
      return create.name.text.lowercased() == name.lowercased()
    }
    guard !removed.isEmpty else {
      throw LakeError(
        .notFound, "there is no database '\(name)'",
        hint: Zone(named: name) == nil ? nil : "A zone cannot be dropped.")
    }
    try workspace.record(try workspace.definitions())
    return "The database \(name) is dropped; no table is changed."
  }

  private func dropPolicy(_ drop: Drop) throws -> String {
    let session = try workspace.session
    let files = DefinitionFiles(session)
    let name = drop.name.text
    guard let policy = try workspace.definitions().policy(named: name) else {
      throw LakeError(
        .notFound, "there is no consent policy '\(name)'",
        hint: Suggestion.hint(
          for: name, among: try workspace.definitions().policies.map(\.name)))
    }
    try files.log(dropped: policy, at: session.startedAt)
    try ConsentStore(layout: session.layout, fileSystem: session.fileSystem).forget(policy)
    let removed = try files.remove { statement, _ in
      guard case .createPolicy(let create) = statement.kind else { return false }
      return create.name.text.lowercased() == name.lowercased()
    }
    return "THE CONSENT POLICY \(policy.name) IS DROPPED: it stood in "
      + "\(removed.joined(separator: ", ")), and nothing is held to it any more. Tables that "
      + "declare it cannot be published until they do not."
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
