import LakeCore
import LakeSQL

/// Binds `UNNEST(a, b) [WITH ORDINALITY]`: a row for each element of arrays, each entry of maps.
/// An array of rows gives a column for each of their fields, as in Trino. `explode` and
/// `posexplode` are the same as Hive has it: one list, one column, places from 0.
struct UnnestBinder {
  private let from: FromBinder
  private var binder: Binder { from.binder }

  /// The functions in FROM that are bound here.
  static let names: Set<String> = ["unnest", "explode", "posexplode"]

  init(_ from: FromBinder) {
    self.from = from
  }

  func bind(
    _ call: LakeSQL.FunctionCall, _ withOrdinality: Bool, _ reference: TableReference
  ) throws -> FromBinder.Rows {
    let name = call.name.text.lowercased()
    guard !call.arguments.isEmpty, name == "unnest" || call.arguments.count == 1, !call.isStar,
      !call.isDistinct, call.over == nil
    else {
      let many = name == "unnest" ? ", or several" : ""
      throw binder.error("\(name) takes one array or map\(many)", call.origin)
    }
    let context = SelectContext(Scope(outer: from.outer))
    let expressions = ExpressionBinder(binder, context, .from)
    var lists: [BoundExpression] = []
    var names: [String] = []
    for argument in call.arguments {
      let list = try expressions.bind(argument)
      switch list.type {
      case .array:
        names.append(name == "unnest" ? Self.name(of: argument) ?? "element" : "col")
      case .map: names += ["key", "value"]
      case .unseen:
        throw binder.error("\(name) of NULL: of which type is not known", argument.origin)
      default:
        throw binder.error(
          "\(name) takes arrays and maps, not \(list.type)", argument.origin,
          hint: list.type == .json ? "Write CAST(… AS array(json))." : nil)
      }
      lists.append(list)
    }
    let unnest = Plan.unnest(
      UnnestPlan(
        input: .values(Schema([]), rows: [[]]), lists: lists, names: names,
        hasOrdinality: withOrdinality || name == "posexplode"))
    let plan =
      name == "unnest" ? spread(unnest) : name == "explode" ? unnest : placesFirst(unnest)
    return try from.relation(
      plan, plan.schema.fields.map(\.name), names: [[name]], fullName: [], reference)
  }

  private static func name(of argument: Expression) -> String? {
    if case .name(let name) = argument.kind { name.parts.last?.text } else { nil }
  }

  /// The place from 0, then the element.
  private func placesFirst(_ plan: Plan) -> Plan {
    let elements = OutputColumn.identity(plan.schema).dropLast()
    let place = BoundExpression.column(elements.count, .bigint)
    let one = BoundExpression.literal(.int(1), .bigint)
    guard
      case .found(let minus, _, let type) = ScalarFunctions.resolve("-", [.bigint, .bigint])
    else { return plan }
    let fromZero = BoundExpression(.call(minus, [place, one]), type)
    return .project(plan, [OutputColumn("pos", fromZero)] + elements)
  }

  /// The fields of elements that are rows as columns.
  private func spread(_ plan: Plan) -> Plan {
    let fields = plan.schema.fields
    let isRow = fields.map { if case .row = $0.type { true } else { false } }
    guard case .unnest(let unnest) = plan, isRow.contains(true) else { return plan }
    var outputs: [OutputColumn] = []
    let isOfArray = unnest.lists.flatMap { list -> [Bool] in
      if case .map = list.type { [false, false] } else { [true] }
    }
    for (index, field) in fields.enumerated() {
      let column = BoundExpression.column(index, field.type)
      guard case .row(let members) = field.type, index < isOfArray.count, isOfArray[index] else {
        outputs.append(OutputColumn(field.name, column))
        continue
      }
      for (place, member) in members.enumerated() {
        let name = member.name.isEmpty ? "field\(place)" : member.name
        outputs.append(OutputColumn(name, BoundExpression(.member(column, place), member.type)))
      }
    }
    return .project(plan, outputs)
  }
}

extension TableReference {
  /// Whether something in it may speak of what stands before it in FROM.
  var isLateral: Bool {
    switch kind {
    case .subquery(_, let isLateral): isLateral
    case .function(let call, _): UnnestBinder.names.contains(call.name.text.lowercased())
    case .join(let join): join.left.isLateral || join.right.isLateral
    case .table, .file: false
    }
  }
}

extension BoundExpression {
  /// Whether it speaks of a query further out than the one directly around.
  var hasDeeperReference: Bool {
    contains { expression in
      expression.columnIndex.flatMap { OuterReference($0) }.map { $0.depth > 0 } ?? false
    }
  }
}
