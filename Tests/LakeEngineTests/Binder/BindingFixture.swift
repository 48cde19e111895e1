import LakeCore
import LakeEngine
import LakeSQL
import LakeTestSupport

/// A few small tables of the worked example, and queries over them.
enum BindingFixture {
  static let customer = Schema([
    Field("customerName", .varchar), Field("email", .varchar), Field("serialNumber", .varchar),
    Field("birthDay", .date), Field("shareWithResearchAsOfDate", .bigint),
    Field("address", .row([Field("city", .varchar), Field("zip", .integer)])),
  ])
  static let accelerometer = Schema([
    Field("user", .varchar), Field("timestamp", .bigint), Field("x", .double), Field("z", .double),
  ])
  static let steps = Schema([
    Field("serialNumber", .varchar), Field("sensorReadingTime", .bigint),
    Field("distanceFromObject", .integer),
  ])

  static let customers: [[Value]] = [
    person("Ada", "ada@x", "s1", 0, .int(5)), person("Bob", "bob@x", "s2", 9000, .null),
    person("Cy", "cy@x", "s3", 12_000, .int(7)), person("Dee", "dee@x", "s1", nil, .int(0)),
  ]
  static let readings: [[Value]] = [
    reading("ada@x", 10, 1), reading("bob@x", 10, 2), reading("ada@x", 20, 3),
    reading("eve@x", 30, 4), [.null, .int(40), .double(5), .null],
  ]
  static let stepRows: [[Value]] = [
    [.string("s1"), .int(10), .int(100)], [.string("s1"), .int(20), .int(200)],
    [.string("s3"), .int(10), .int(300)], [.string("s9"), .int(10), .null],
  ]

  private static func person(
    _ name: String, _ email: String, _ serial: String, _ day: Int64?, _ since: Value
  ) -> [Value] {
    [
      .string(name), .string(email), .string(serial), day.map { .int($0) } ?? .null, since,
      .row([.string(name + "town"), .int(1000)]),
    ]
  }

  private static func reading(_ user: String, _ time: Int64, _ x: Double) -> [Value] {
    [.string(user), .int(time), .double(x), .double(-x)]
  }

  static func resolver() throws -> StaticResolver {
    var resolver = StaticResolver()
    resolver.add(TableName(.landing, "customer"), customer, try source(customer, customers))
    resolver.add(
      TableName(.landing, "accelerometer"), accelerometer, try source(accelerometer, readings))
    resolver.add(TableName(.landing, "step_trainer"), steps, try source(steps, stepRows))
    resolver.add(TableName(.trusted, "customer"), customer, try source(customer, [customers[0]]))
    resolver.databases = ["stedi"]
    let name = TableName(.curated, "adults")
    let text = "SELECT email, address.city AS town FROM landing.customer WHERE birthDay IS NOT NULL"
    resolver.views[name] = ResolvedView(
      name: name, query: try query(text), source: SourceText(text))
    return resolver
  }

  static func source(_ schema: Schema, _ rows: [[Value]]) throws -> MemoryTableSource {
    let columns = try schema.fields.enumerated().map { index, field in
      try ColumnVector.of(field.type, rows.map { $0[index] })
    }
    return MemoryTableSource([Batch(columns: columns, rowCount: rows.count)])
  }

  static func query(_ sql: String) throws -> Query {
    guard case .query(let query) = try SQLParser.parseStatement(sql).kind else {
      throw LakeError(.invalidInput, "no query")
    }
    return query
  }

  static func bind(_ sql: String, hidden: [String] = []) throws -> BoundQuery {
    let binder = Binder(try resolver(), source: SourceText(sql))
    return try binder.bind(
      try query(sql), hidden: try hidden.map { try SQLParser.parseExpression($0) })
  }

  /// The rows of a query, a line each.
  static func rows(_ sql: String, optimized: Bool = true) throws -> [String] {
    let bound = try bind(sql)
    try PlanCheck.check(bound.plan)
    let plan = optimized ? try Optimizer(isChecking: true).optimize(bound.plan) : bound.plan
    let types = plan.schema.fields.map(\.type)
    return try ExecutionFixture.rows(plan).map { row in
      zip(row, types).map { ExpressionText.text($0, $1) }.joined(separator: " | ")
    }
  }

  /// The plan after all rules, as text.
  static func plan(_ sql: String) throws -> String {
    Explain.text(try Optimizer(isChecking: true).optimize(try bind(sql).plan))
  }

  /// What is wrong with a query, with its place and hint.
  static func failure(_ sql: String, hidden: [String] = []) -> String {
    do {
      _ = try bind(sql, hidden: hidden)
      return "bound"
    } catch let error as LakeError {
      return error.description
    } catch {
      return "\(error)"
    }
  }
}
