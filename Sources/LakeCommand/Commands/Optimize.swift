import LakeCore
import Lakehouse

/// `lake optimize`
package struct Optimize: Sendable, Equatable {
  package var table = ""
  package var order: [String] = []

  package init() {}

  package static let declaration = Declaration(
    name: "optimize", summary: "Put the small files of a table together",
    discussion: """
      Files that are less than three quarters full are written together, partition by partition, \
      as a new version with the same rows. With --order-by all rows are sorted, so that a filter \
      on these columns skips what it need not read. Appends that come meanwhile are no conflict.
      """,
    initial: Optimize(),
    arguments: [.one("TABLE", .text, "A managed table.") { $0.table = $1 }],
    options: [
      .option("order-by", "COLUMN,…", .text, "The columns to sort all rows by.") {
        $0.order = $1.split(separator: ",").map { String($0.trimmingBlanks) }
      }
    ],
    examples: [
      Example("lake optimize accelerometer_trusted", "After many small appends."),
      Example(
        "lake optimize accelerometer_trusted --order-by user,timestamp",
        "For queries about one person."),
    ])
}

extension Command {
  package static let optimize = Command(Optimize.declaration) { options, context in
    let workspace = try context.workspace()
    let table = try workspace.editTarget(typed: options.table)
    return try showingSource(of: workspace) {
      let report = try workspace.optimize(table, orderedBy: options.order)
      try context.write(MaintenanceScreen.json(report), or: MaintenanceText.optimized(report))
      return .done
    }
  }
}

extension Substring {
  fileprivate var trimmingBlanks: Substring {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}
