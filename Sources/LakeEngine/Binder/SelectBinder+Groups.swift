import LakeCore
import LakeSQL

/// GROUP BY: its keys, and the sets of them that rows are grouped by.
extension SelectBinder {
  /// CUBE of twelve columns.
  private static let groupingSetsMax = 4096

  func bindGroups(_ elements: [GroupingElement]) throws {
    var sets: [[Int]] = [[]]
    var isPlain = true
    for element in elements {
      let more = try self.sets(of: element)
      if case .expression = element {} else { isPlain = false }
      guard sets.count * more.count <= SelectBinder.groupingSetsMax else {
        throw binder.error(
          "GROUP BY has more than \(SelectBinder.groupingSetsMax) grouping sets", body.origin,
          code: .limitExceeded)
      }
      sets = sets.flatMap { set in more.map { next in set + next.filter { !set.contains($0) } } }
    }
    groupingSets = isPlain ? nil : sets
  }

  private func sets(of element: GroupingElement) throws -> [[Int]] {
    switch element {
    case .expression(let expression): return [try places(of: [expression])]
    case .rollup(let members):
      let places = try members.map(self.places)
      return (0...places.count).reversed().map { places.prefix($0).flatMap { $0 } }
    case .cube(let members):
      let places = try members.map(self.places)
      guard places.count <= 12 else {
        throw binder.error("CUBE takes at most 12 members", body.origin, code: .limitExceeded)
      }
      // From all members to none; the first member counts most.
      let count = places.count
      return (0..<(1 << count)).map { dropped in
        places.indices.filter { dropped & 1 << (count - 1 - $0) == 0 }.flatMap { places[$0] }
      }
    case .groupingSets(let members): return try members.map(self.places)
    }
  }

  /// The places of some keys in `keys`, where each stands once.
  private func places(of expressions: [Expression]) throws -> [Int] {
    try expressions.flatMap { expression -> [Int] in
      if case .row(let members) = expression.kind { return try places(of: members) }
      let key = try bindKey(expression)
      if let known = keys.firstIndex(where: { $0.isSame(as: key) }) { return [known] }
      keys.append(key)
      return [keys.count - 1]
    }
  }

  private func bindKey(_ expression: Expression) throws -> BoundExpression {
    let ordinal = try binder.ordinal(expression, items.count, "GROUP BY")
    let key =
      try ordinal.map { items[$0].expression }
      ?? ExpressionBinder(binder, context, .groupBy).bind(expression)
    if key.has(.aggregate) || key.has(.window) || key.has(.grouping) {
      throw binder.error("GROUP BY cannot contain an aggregate", expression.origin)
    }
    return key
  }

  /// The groups: keys, aggregates, and what grouping() gives. Grouping sets are aggregates of the
  /// same rows, one after the other, with null for the keys that a set does not have.
  func grouped(_ groups: AggregatePlan) throws -> Plan {
    let questions = try context.placeholders.groupings.map { try $0.map(place) }
    guard groupingSets != nil || !questions.isEmpty else { return .aggregate(groups) }
    let sets = groupingSets ?? [Array(keys.indices)]
    let shared =
      sets.count == 1
      ? groups.input : Plan.shared(SharedPlan(name: "rows to group", plan: groups.input))
    let parts = sets.map { set -> Plan in
      let part = AggregatePlan(
        input: shared, keys: set.map { groups.keys[$0] }, aggregates: groups.aggregates)
      var outputs = groups.keys.enumerated().map { index, key in
        let type = key.expression.type
        let place = set.firstIndex(of: index)
        return OutputColumn(
          key.name, place.map { .column($0, type) } ?? .literal(.null, type))
      }
      for (index, output) in groups.aggregates.enumerated() {
        outputs.append(
          OutputColumn(output.name, .column(set.count + index, output.call.type)))
      }
      for (index, question) in questions.enumerated() {
        // The last argument is the lowest bit; 1 says that the set does not have it.
        let bits = question.reduce(Int64(0)) { $0 << 1 | (set.contains($1) ? 0 : 1) }
        outputs.append(OutputColumn("grouping\(index)", .literal(.int(bits), .bigint)))
      }
      return .project(.aggregate(part), outputs)
    }
    return parts.count == 1 ? parts[0] : .unionAll(parts)
  }

  /// The key that an argument of grouping() is.
  private func place(of argument: BoundExpression) throws -> Int {
    guard let place = keys.firstIndex(where: { $0.isSame(as: argument) }) else {
      throw LakeError(
        .invalidInput, "grouping() takes what stands in GROUP BY", at: argument.place)
    }
    return place
  }
}
