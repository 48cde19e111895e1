import LakeCore
import LakeSQL

/// The statements of a pipeline's files on their way to jobs.
struct PipelineStatements {
  private var jobs: [JobDefinition] = []
  private var additions: [(table: TableName, element: TableElement, text: SourceText)] = []

  mutating func add(_ statement: Statement, of text: SourceText) throws(LakeError) {
    switch statement.kind {
    case .createTable(let create):
      if create.isTemporary { throw refusal(statement, text) }
      try add(create, statement, text)
    case .query(let query): try add(query, statement, text)
    case .alterTable(let alter):
      guard case .add(let element) = alter.action else { throw refusal(statement, text) }
      let table = try TableName.required(alter.name, for: "ALTER TABLE", in: text)
      additions.append((table, element, text))
    default: throw refusal(statement, text)
    }
  }

  func finish() throws(LakeError) -> [JobDefinition] {
    var jobs = jobs
    for addition in additions {
      guard let index = jobs.firstIndex(where: { $0.target == addition.table }) else {
        throw LakeError(
          .notFound, "ALTER TABLE adds to \(addition.table), which this pipeline does not make",
          at: addition.text.place(at: addition.element.range.lowerBound),
          hint: Suggestion.hint(
            for: addition.table.suffixed, among: jobs.map(\.target.suffixed)))
      }
      jobs[index].add(addition.element)
      jobs[index].printed += "\n" + addition.text.text(addition.element.range)
    }
    return jobs
  }

  private mutating func add(
    _ create: CreateTable, _ statement: Statement, _ text: SourceText
  ) throws(LakeError) {
    let target = try TableName.required(create.name, for: "CREATE TABLE", in: text)
    guard let query = create.query else {
      throw LakeError(
        .invalidInput, "the table \(target) is made of no query",
        at: text.place(at: statement.range.lowerBound),
        hint: "In a pipeline a table is made: CREATE OR REPLACE TABLE \(target) AS SELECT …")
    }
    var job = JobDefinition(
      target: target, file: text.file ?? "", text: text, printed: statement.sql,
      query: query, comment: create.comment)
    job.properties = create.properties + create.tableProperties
    job.tableProperties = create.tableProperties
    job.partitionedBy = create.partitionedBy
    for element in create.elements { job.add(element) }
    try append(job, statement)
  }

  /// A bare SELECT makes the table that its file is named after.
  private mutating func add(
    _ query: Query, _ statement: Statement, _ text: SourceText
  ) throws(LakeError) {
    var name = Path.lastComponent(of: text.file ?? "")
    if name.lowercased().hasSuffix(".sql") { name.removeLast(4) }
    let parts = name.split(separator: ".").map(String.init)
    let dotted = parts.count == 2 ? Zone(named: parts[0]).map { TableName($0, parts[1]) } : nil
    guard let target = dotted ?? TableName(suffixed: name) else {
      throw LakeError(
        .invalidInput,
        "a bare SELECT makes the table that its file is named after, and "
          + "'\(name)' names none", at: text.place(at: statement.range.lowerBound),
        hint: "Name the file customer_trusted.sql, say, or write CREATE OR REPLACE TABLE … AS.")
    }
    try append(
      JobDefinition(
        target: target, file: text.file ?? "", text: text, printed: statement.sql,
        query: query), statement)
  }

  private mutating func append(_ job: JobDefinition, _ statement: Statement) throws(LakeError) {
    if job.target.zone == .landing {
      throw LakeError(
        .invalidInput, "SQL never writes the landing zone, and \(job.target) is in it",
        at: job.text.place(at: statement.range.lowerBound),
        hint: "Make the table in trusted or curated; files come to landing from outside.")
    }
    if let other = jobs.first(where: { $0.target == job.target }) {
      throw LakeError(
        .invalidInput, "the table \(job.target) is made twice, here and in \(other.file)",
        at: job.text.place(at: statement.range.lowerBound),
        hint: "Remove one of the two statements.")
    }
    jobs.append(job)
  }

  private func refusal(_ statement: Statement, _ text: SourceText) -> LakeError {
    LakeError(
      .invalidInput, "this statement does not belong in a pipeline",
      at: text.place(at: statement.range.lowerBound),
      hint:
        "A pipeline holds CREATE TABLE … AS, bare SELECTs and ALTER TABLE … ADD; definitions of "
        + "sources, views and policies belong in catalog/*.sql.")
  }
}
