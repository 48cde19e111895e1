import FuzzSupport
import LakeCore
import LakeEngine
import LakeFormats
import LakeSQL

/// Binds a query, and runs it for a while: rows or an error, and none of the program's own. What
/// is found is the same with all rules and with none, or an error.
func answer(_ query: Query, _ text: SourceText) {
  do {
    let plan = try Binder(tables, source: text).bind(query).visiblePlan
    try PlanCheck.check(plan)
    for disabled in [[], Set(Optimizer.ruleNames)] {
      try run(try Optimizer(disabling: disabled, isChecking: true).optimize(plan))
    }
  } catch is Enough {
  } catch let error as LakeError {
    guard error.code != .internal else { fatalError("\(error)") }
  } catch {
    fatalError("\(error)")
  }
}

private struct Enough: Error {}

private let rowsMax = 20_000
private let bytesMax = 128 << 20
private let timeMax = Duration.seconds(2)

private func run(_ plan: Plan) throws {
  let cancellation = CancellationFlag()
  let watch = Task.detached {
    try await Task.sleep(for: timeMax)
    cancellation.cancel()
  }
  defer { watch.cancel() }
  let context = ExecutionContext(
    pool: fuzzPool, fileSystem: LocalFileSystem(), libraries: CodecLibraries(),
    tracker: MemoryTracker(name: "fuzz", limit: bytesMax), cancellation: cancellation,
    startedAt: 0)
  var rows = 0
  try Execution(plan, context).run(
    transform: { $0.selectedCount },
    consume: { count in
      rows += count
      if rows > rowsMax { throw Enough() }
    })
}

/// The tables `t (a, b, s, d, l)` and `u (a, x, j)`, with nulls. No name leads to a file.
private let tables: StaticResolver = {
  var resolver = StaticResolver()
  do {
    try add(
      &resolver, "t",
      [
        ("a", .integer, [.int(1), .null, .int(3), .int(1)]),
        ("b", .bigint, [.int(10), .int(20), .null, .int(-5)]),
        ("s", .varchar, [.string("x"), .string(""), .null, .string("\u{E9}")]),
        ("d", .double, [.double(0.5), .double(.nan), .null, .double(-0.0)]),
        ("l", .array(.integer), [.list([.int(1), .null]), .list([]), .null, .list([.int(2)])]),
      ])
    try add(
      &resolver, "u",
      [
        ("a", .integer, [.int(1), .int(2), .null]),
        ("x", .date, [.int(0), .int(19782), .null]),
        ("j", .json, [.string("{}"), .string("[1]"), .null]),
      ])
  } catch {
    fatalError("\(error)")
  }
  return resolver
}()

private func add(
  _ resolver: inout StaticResolver, _ name: String,
  _ columns: [(name: String, type: DataType, values: [Value])]
) throws {
  let schema = Schema(columns.map { Field($0.name, $0.type) })
  let vectors = try columns.map { column in
    let builder = try ColumnBuilder(column.type)
    for value in column.values { try builder.append(value) }
    return try builder.finish()
  }
  let batch = Batch(columns: vectors, rowCount: columns[0].values.count)
  resolver.add(TableName(.landing, name), schema, MemoryTableSource([batch]))
}
