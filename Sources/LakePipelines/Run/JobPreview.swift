import LakeCore
import LakeEngine

/// What a job's WHERE does, condition by condition, without publishing anything: for whoever
/// wonders why a table comes out empty, or full.
package struct JobPreview: Sendable {
  package struct Column: Sendable {
    package var name: String
    package var nulls = 0
    package var zeros = 0
    package var emptyTexts = 0
  }

  package struct Step: Sendable {
    package var condition: String
    package var rowsKept: Int
    package var rowsDropped: Int
    /// The columns that the condition tests, counted over the rows that came to it.
    package var columns: [Column]
  }

  package var table: TableName
  /// The rows of FROM; nil where there is no WHERE.
  package var rowsIn: Int?
  package var steps: [Step] = []
  /// The rows that the job gives.
  package var rowsOut: Int

  package init(
    of job: JobDefinition, in session: WorkspaceSession, _ definitions: WorkspaceDefinitions
  ) throws {
    let state = RunState(session, definitions)
    let bound = try state.binder().bind(job)
    table = job.target
    rowsOut = try JobPreview.count(bound.plan, [], session).rows
    guard let conditions = bound.query.conditions else { return }
    var before = conditions.from
    var rows = try JobPreview.count(before, [], session).rows
    rowsIn = rows
    for step in conditions.steps {
      let columns = try JobPreview.count(before, step.columns, session).columns
      let kept = try JobPreview.count(step.plan, [], session).rows
      steps.append(
        Step(
          condition: step.text, rowsKept: kept, rowsDropped: rows - kept, columns: columns))
      (before, rows) = (step.plan, kept)
    }
  }

  /// Counts the rows of a plan, and the values of some of its columns that conditions trip over.
  private static func count(
    _ plan: Plan, _ columns: [ConditionSteps.Column], _ session: WorkspaceSession
  ) throws -> (rows: Int, columns: [Column]) {
    let outputs = columns.map { OutputColumn($0.name, .column($0.index, $0.type)) }
    let narrowed = try Optimizer().optimize(
      .project(plan, outputs.isEmpty ? [OutputColumn("one", .literal(.int(1), .bigint))] : outputs))
    var rows = 0
    var counts = columns.map { Column(name: $0.name) }
    let kernels = session.execution.evaluation.kernels
    try Execution(narrowed, session.execution).run(transform: { try $0.compacted(kernels) }) {
      batch in
      rows += batch.rowCount
      for index in counts.indices { counts[index].add(batch.columns[index]) }
    }
    return (rows, counts)
  }
}

extension JobPreview.Column {
  fileprivate mutating func add(_ vector: ColumnVector) {
    for row in 0..<vector.count {
      switch vector.value(at: row) {
      case .null: nulls += 1
      case .int(0), .int128(0), .double(0), .float(0): zeros += 1
      case .string(let text) where text.isEmpty: emptyTexts += 1
      default: break
      }
    }
  }
}
