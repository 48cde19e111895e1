import LakeCore
import LakeEngine
import LakeFormats
import LakeSQL
import LakeTables

/// Files that another program has written become a table's, without being written again where that
/// is possible: what Spark, DuckDB or Polars publish by.
///
/// 1. The files are found, and each footer is held against the table's columns.
/// 2. A file that is like our own is taken as it is; of others the rows are written anew.
/// 3. Where the table declares anything about its rows, all rows go through its checks. A file of
///    which one is put aside or withheld is written anew without it.
final class AdoptEdit: TableEdit {
  private let request: AdoptionRequest
  private let files: [FoundFile]
  private let session: WorkspaceSession
  /// Whether there are people whose data nobody may take in unseen.
  private let hasPolicies: Bool
  /// What was found out at the last attempt.
  private(set) var adoption = Adoption()

  init(_ request: AdoptionRequest, in session: WorkspaceSession, hasPolicies: Bool) throws {
    self.request = request
    self.session = session
    self.hasPolicies = hasPolicies
    files = try OfferedFolder.files(
      at: request.paths, notIn: session.layout.lake, session.fileSystem)
  }

  func beginning(of table: any LoggedTable) throws -> Snapshot {
    if let latest = try table.latestSnapshot() {
      if request.mode == .create {
        throw LakeError(
          .alreadyExists, "there is a table \(table.label) already",
          hint: "Say what becomes of its rows: --append, --overwrite or --overwrite-partitions.")
      }
      return latest
    }
    guard request.mode == .create || request.mode == .overwrite else {
      throw LakeError(
        .notFound, "there is no table \(table.label)",
        hint: "Without --\(request.mode.rawValue) it is made of the files.")
    }
    let schemas = try forEachFile { _, file in file.schema }
    let columns = try AdoptedColumns(of: zip(files, schemas).map { ($0, $1) })
    for field in columns.schema.fields {
      if var obstacle = DeltaSchema.obstacle(to: field) {
        obstacle.hint =
          "Make the table by a query that casts: CREATE TABLE \(table.label) AS SELECT … FROM "
          + "'\(files[0].path)'."
        throw obstacle
      }
    }
    return table.unborn(
      TableMetadata(
        id: "", schema: DeltaSchema(columns.schema), partitionColumns: columns.partitionColumns))
  }

  func step(in scene: EditScene) throws -> EditStep? {
    try requireDeclaredPeople(scene)
    adoption = try judge(scene)
    let addsNothing = request.mode == .append || request.mode == .overwritePartitions
    if request.isDryRun || adoption.isEmpty && addsNothing { return nil }
    let rows = QualifiedName([Identifier(Adoption.relation, isQuoted: true)])
    let change: TableChange =
      switch request.mode {
      case .create, .overwrite: .overwrite
      case .append: .append
      case .overwritePartitions: .overwritePartitions
      }
    var step = EditStep(
      try .rows(of: rows, scene.schema), change,
      counts: [
        ("taken", adoption.taken.reduce(0) { $0 + $1.offer.summary.rowCount }),
        ("rewritten", adoption.rewritten.reduce(0) { $0 + $1.rowCount }),
      ])
    step.adoption = adoption
    return step
  }

  /// Files are no table, so nothing says whose data they hold, unless the table that takes them
  /// declares it: then every row is held to that.
  private func requireDeclaredPeople(_ scene: EditScene) throws(LakeError) {
    let contract = try scene.snapshot.contract.map { (text) throws(LakeError) in
      try JobContract(text)
    }
    if let policy = contract?.aggregates.first {
      throw LakeError(
        .consentViolation,
        "\(scene.table.label) is an aggregate under the policy '\(policy)', and nothing shows of "
          + "whose rows the files are made", at: .file(files[0].path),
        hint: "Make the table by its job (lake run).")
    }
    if !hasPolicies || contract?.isGoverned == true { return }
    throw LakeError(
      .consentViolation,
      "\(scene.table.label) declares no consent, and no policy says whose data the files hold",
      at: .file(files[0].path),
      hint:
        "Declare CONSENT … BY for the table first; or put the files into lake/landing, and read "
        + "the table that the crawl makes of them.")
  }

  // MARK: - Files

  private func judge(_ scene: EditScene) throws -> Adoption {
    let judge = AdoptionJudge(
      scene.table.planName, scene.snapshot, session.execution.evaluation.kernels)
    let judgements = try forEachFile { found, file in try judge.judge(file, found) }
    let known = try filesOfTable(scene.snapshot)
    var adoption = Adoption(isGiven: request.isGiven)
    for (found, judgement) in zip(files, judgements) {
      let (path, status) = (found.path, found.status)
      if known.contains(status.identity) {
        adoption.passed.append(.init(path: path, status: status, reason: "it is the table's"))
        continue
      }
      let constants = judgement.constants
      switch judgement.verdict {
      case .pass(let reason):
        adoption.passed.append(.init(path: path, status: status, reason: reason))
      case .rewrite(let reasons):
        adoption.rewritten.append(
          .init(
            path: path, status: status, rowCount: judgement.rowCount, constants: constants,
            reasons: reasons))
      case .take(let summary, let partition):
        let offer = OfferedFile(
          path: path, status: status, summary: summary, partition: partition,
          isGiven: request.isGiven)
        adoption.taken.append(.init(offer: offer, constants: constants))
      }
    }
    return adoption
  }

  /// Files that were given and are the table's already: whoever took them died before their old
  /// names were gone, and they are not added once more.
  private func filesOfTable(
    _ snapshot: Snapshot
  ) throws(LakeError) -> Set<FileStatus.Identity> {
    guard request.isGiven, request.mode == .append else { return [] }
    var found: Set<FileStatus.Identity> = []
    for file in snapshot.files {
      if let status = try session.fileSystem.status(
        of: snapshot.path(of: file), followLinks: false)
      {
        found.insert(status.identity)
      }
    }
    return found
  }

  /// What there is to say of each file. Each thread has one open at a time.
  private func forEachFile<Answer: Sendable>(
    _ body: @escaping @Sendable (FoundFile, ParquetFile) throws -> Answer
  ) throws -> [Answer] {
    let (files, session) = (files, session)
    let answers = Monitor([Answer?](repeating: nil, count: files.count))
    try session.pool.forEach(count: files.count, cancellation: session.cancellation) { _, index in
      let found = files[index]
      let file = try ParquetFile.open(
        found.path, in: session.fileSystem, libraries: session.libraries,
        tracker: session.memory)
      let answer = try body(found, file)
      try OfferedFile.requireUntouched(found.path, found.status, session.fileSystem)
      answers.withLock { $0[index] = answer }
    }
    return answers.withLock { $0.compactMap(\.self) }
  }
}

extension TableEditor {
  /// Makes files of another program the table's. The table need not be there.
  package func adopt(
    _ request: AdoptionRequest, into name: TableName, in text: SourceText
  ) throws -> EditReport {
    let isGoverned = try session.contracts().values.contains(where: \.isGoverned)
    let edit = try AdoptEdit(
      request, in: session, hasPolicies: isGoverned || !definitions.policies.isEmpty)
    if request.isDryRun { return try survey(edit, of: name, in: text) }
    var report = try run(edit, on: .managed(name), as: "ADOPT", in: text)
    if report.version == nil {
      report.adoption = edit.adoption.report
      report.warnings += edit.adoption.removeGivenFiles(session.fileSystem)
    }
    return report
  }

  /// What would be done. Nothing is changed, and nobody who withdrew taken out of any table.
  private func survey(
    _ edit: AdoptEdit, of name: TableName, in text: SourceText
  ) throws -> EditReport {
    let table = try EditTarget.managed(name).table(in: session)
    let snapshot = try edit.beginning(of: table)
    let scene = try EditScene(
      table, snapshot, text, session.execution,
      resolver ?? RunState(session, definitions).resolver, makeBinder)
    _ = try edit.step(in: scene)
    var report = EditReport(table: table.label)
    report.rowsBefore = snapshot.rowCount
    report.rowsAfter = snapshot.rowCount
    report.bytesBefore = snapshot.byteCount
    report.bytesAfter = snapshot.byteCount
    report.adoption = edit.adoption.report
    return report
  }
}
