import LakeCore
import LakePipelines
import Lakehouse

/// `lake run --preview`: what the conditions of each job keep and drop.
struct PreviewScreen {
  private let workspace: LakeWorkspace
  private let context: CommandContext

  init(_ workspace: LakeWorkspace, _ context: CommandContext) {
    self.workspace = workspace
    self.context = context
  }

  func run(_ name: String?) throws -> ExitCode {
    let previews = try workspace.preview(name)
    if context.globals.wantsJSON {
      try context.write(.array(previews.map(json)))
      return .done
    }
    for (index, preview) in previews.enumerated() {
      if index > 0 { try context.write("\n") }
      try write(preview)
    }
    context.say("Nothing was published (--preview).")
    return .done
  }

  private func write(_ preview: JobPreview) throws {
    let style = Style(context.console.outputTraits)
    var line = style.bold(preview.table.suffixed)
    line += ": \(Quantity.grouped(preview.rowsOut, "row"))"
    if let rowsIn = preview.rowsIn { line += " from \(Quantity.grouped(rowsIn)) before WHERE" }
    try context.write(line + "\n")
    guard !preview.steps.isEmpty else { return }
    var table = TextTable([
      .text("condition"), .number("kept"), .number("dropped"), .text("column"), .number("nulls"),
      .number("zeros"), .number("empty texts"),
    ])
    for step in preview.steps {
      let first = step.columns.first
      table.append(
        [.text(step.condition), .number(step.rowsKept), .number(step.rowsDropped)]
          + cells(first))
      for column in step.columns.dropFirst() {
        table.append([.empty, .empty, .empty] + cells(column))
      }
    }
    try context.write(table)
  }

  private func cells(_ column: JobPreview.Column?) -> [TextTable.Cell] {
    guard let column else { return [.empty, .empty, .empty, .empty] }
    return [
      .text(column.name), .number(column.nulls), .number(column.zeros),
      .number(column.emptyTexts),
    ]
  }

  private func json(_ preview: JobPreview) -> JSONText {
    .object([
      .init("table", .string(preview.table.suffixed)),
      .init("rows_in", .optional(preview.rowsIn)),
      .init("rows_out", .integer(preview.rowsOut)),
      .init(
        "conditions",
        .array(
          preview.steps.map { step in
            .object([
              .init("condition", .string(step.condition)),
              .init("kept", .integer(step.rowsKept)),
              .init("dropped", .integer(step.rowsDropped)),
              .init("columns", .array(step.columns.map(json))),
            ])
          })),
    ])
  }

  private func json(_ column: JobPreview.Column) -> JSONText {
    .object([
      .init("name", .string(column.name)),
      .init("nulls", .integer(column.nulls)),
      .init("zeros", .integer(column.zeros)),
      .init("empty_texts", .integer(column.emptyTexts)),
    ])
  }
}
