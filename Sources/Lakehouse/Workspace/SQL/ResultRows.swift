import LakeCore
import LakeEngine

/// The rows of a statement: a plan that is carried out when they are asked for, or rows that are
/// there.
package struct ResultRows: Sendable {
  private enum Source: Sendable {
    case plan(Plan, ExecutionContext, ExecutionProfile?)
    case batches([Batch], ExecutionContext)
  }

  /// What the columns are called, and their types. Names may come twice.
  package let schema: Schema
  /// Whether it is a list of names or facts, whose types nobody asks for.
  package let isListing: Bool
  private let source: Source

  init(
    _ plan: Plan, _ schema: Schema, _ context: ExecutionContext,
    profile: ExecutionProfile? = nil
  ) {
    self.schema = schema
    isListing = false
    source = .plan(plan, context, profile)
  }

  /// Rows of text, and of whole numbers where a column says so.
  init(
    _ fields: [Field], _ rows: [[Value]], _ context: ExecutionContext
  ) throws(LakeError) {
    schema = Schema(fields)
    isListing = true
    var columns: [ColumnVector] = []
    for (index, field) in fields.enumerated() {
      let builder = try ColumnBuilder(field.type)
      for row in rows { try builder.append(row[index]) }
      columns.append(try builder.finish())
    }
    source = .batches([Batch(columns: columns, rowCount: rows.count)], context)
  }

  /// One row with one text.
  package init(text: String, column: String, in workspace: LakeWorkspace) throws(LakeError) {
    try self.init(
      [Field(column, .varchar, isNullable: false)], [[.string(text)]],
      workspace.executionContext())
  }

  /// Hands the rows out in order. `transform` runs on the threads of the pool, `consume` on the
  /// calling one.
  package func run<Output: Sendable>(
    transform: @escaping @Sendable (Batch) throws -> Output, consume: (Output) throws -> Void
  ) throws {
    switch source {
    case .plan(let plan, let context, let profile):
      try Execution(plan, context, profile: profile).run(transform: transform, consume: consume)
    case .batches(let batches, _):
      for batch in batches { try consume(try transform(batch)) }
    }
  }

  /// As above, with values as Athena shows them: a timestamp is a text such as
  /// `2024-02-29 12:30:00.123`.
  package func runAsText<Output: Sendable>(
    transform: @escaping @Sendable (Batch) throws -> Output, consume: (Output) throws -> Void
  ) throws {
    let types = textSchema.fields.map(\.type)
    if types == schema.fields.map(\.type) {
      return try run(transform: transform, consume: consume)
    }
    let kernels = context.evaluation.kernels
    try run(
      transform: { batch in
        var columns: [ColumnVector] = []
        for (column, type) in zip(batch.columns, types) {
          columns.append(try kernels.cast(column, to: type, .orNull).vector)
        }
        return try transform(
          Batch(columns: columns, rowCount: batch.rowCount, selection: batch.selection))
      }, consume: consume)
  }

  /// The columns as `runAsText` gives them.
  package var textSchema: Schema {
    Schema(
      schema.fields.map { Field($0.name, $0.type.shownAsText, isNullable: $0.isNullable) })
  }

  private var context: ExecutionContext {
    switch source {
    case .plan(_, let context, _), .batches(_, let context): context
    }
  }
}

extension DataType {
  /// Moments become text, wherever they are; all else stays.
  fileprivate var shownAsText: DataType {
    switch self {
    case .timestamp, .localTimestamp: .varchar
    case .array(let element): .array(element.shownAsText)
    case .map(let key, let value): .map(key: key.shownAsText, value: value.shownAsText)
    case .row(let fields):
      .row(fields.map { Field($0.name, $0.type.shownAsText, isNullable: $0.isNullable) })
    default: self
    }
  }
}
