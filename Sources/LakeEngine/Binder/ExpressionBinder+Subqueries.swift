import LakeCore
import LakeSQL

/// Subqueries inside of expressions. Each becomes a left join with rows of which at most one
/// belongs to a row outside; the expression looks at what was found there.
extension ExpressionBinder {
  func bindSubquery(_ expression: Expression) throws -> BoundExpression {
    let origin = expression.origin
    guard clause.allowsSubqueries, !isInsideWindow else {
      throw binder.notSupported("a subquery in \(clause.rawValue)", origin)
    }
    let subqueries = SubqueryBinder(binder, context)
    switch expression.kind {
    case .subquery(let query): return try scalar(try subqueries.bind(query), origin)
    case .exists(let query):
      return exists(try subqueries.bind(query, ignoringLimit: true))
    case .isInQuery(let value, let query, let isNegated):
      return negated(try isIn(value, query, origin), isNegated)
    case .quantified(.equal, let value, .any, let query): return try isIn(value, query, origin)
    case .quantified(.notEqual, let value, .all, let query):
      return negated(try isIn(value, query, origin), true)
    case .quantified(let sign, let value, let quantifier, let query):
      let (values, rows) = try subqueries.operands(value, query, origin, clause)
      guard values.count == 1, let pair = values.first else {
        throw binder.notSupported("\(quantifier.rawValue) with several columns", origin)
      }
      // ALL holds if there is none for which the opposite holds.
      let how = Comparison(sign)
      let isAny = compared(quantifier == .all ? how.opposite : how, pair, rows)
      return negated(isAny, quantifier == .all)
    default: throw binder.notSupported("this subquery", origin)
    }
  }

  private func exists(_ rows: SubqueryBinder.Rows) -> BoundExpression {
    let matching = SubqueryBinder(binder, context).matching(rows)
    if rows.isMatching, matching.residual.isEmpty {
      return BoundExpression(.not(BoundExpression(.isNull(found(matching)), .boolean)), .boolean)
    }
    let count = AggregatePlan(
      input: rows.asPlan, keys: [],
      aggregates: [("count", AggregateCall(.count, [], type: .bigint))])
    let found = context.placeholders.add(Placeholders.Lookup(plan: .aggregate(count)))[0]
    return BoundExpression(
      .compare(.greater, found, .literal(.int(0), .bigint)), .boolean)
  }

  /// True where a row belongs to the row outside, else null.
  private func found(_ matching: SubqueryBinder.Matching) -> BoundExpression {
    let pairs = matching.keys + matching.values
    let mark = OutputColumn("found", .literal(.bool(true), .boolean))
    guard !pairs.isEmpty else {
      let one = Plan.project(.limit(matching.plan, count: 1, offset: 0), [mark])
      return context.placeholders.add(Placeholders.Lookup(plan: one))[0]
    }
    let columns = pairs.enumerated().map { OutputColumn("key\($0)", $1.inner) }
    let plan = Plan.distinct(.project(matching.plan, columns + [mark]))
    return context.placeholders.add(
      Placeholders.Lookup(
        plan: plan,
        keys: pairs.enumerated().map { ($1.outer, .column($0, $1.inner.type)) }))[0]
  }

  private func isIn(
    _ value: Expression, _ query: Query, _ origin: Origin
  ) throws -> BoundExpression {
    let subqueries = SubqueryBinder(binder, context)
    let (values, rows) = try subqueries.operands(value, query, origin, clause)
    var matching = subqueries.matching(rows)
    guard rows.isMatching, matching.residual.isEmpty, values.count == 1, let pair = values.first
    else { return comparedByRow(values, rows) { equal($0, $1) } }
    matching.values = values
    return isIn(matching, pair)
  }

  /// IN as a value: true if found; else unknown if a null may hide the match; else false.
  private func isIn(
    _ matching: SubqueryBinder.Matching, _ pair: (outer: BoundExpression, inner: BoundExpression)
  ) -> BoundExpression {
    let isFound = BoundExpression(
      .not(BoundExpression(.isNull(found(matching)), .boolean)), .boolean)
    let isNull = BoundExpression(.isNull(pair.inner), .boolean)
    let groups = AggregatePlan(
      input: matching.plan,
      keys: matching.keys.enumerated().map { OutputColumn("key\($0)", $1.inner) },
      aggregates: [
        ("count", AggregateCall(.count, [], type: .bigint)),
        ("nulls", AggregateCall(.countIf, [isNull], type: .bigint)),
      ])
    let counts = context.placeholders.add(
      Placeholders.Lookup(
        plan: .aggregate(groups),
        keys: matching.keys.enumerated().map { ($1.outer, .column($0, $1.inner.type)) }),
      columns: 2)
    let zero = BoundExpression.literal(.int(0), .bigint)
    func isMore(_ count: BoundExpression) -> BoundExpression {
      let known = BoundExpression(.coalesce([count, zero]), .bigint)
      return BoundExpression(.compare(.greater, known, zero), .boolean)
    }
    let isUnknown = BoundExpression(
      .or([BoundExpression(.isNull(pair.outer), .boolean), isMore(counts[0])]), .boolean)
    return truth(
      isFound,
      unknownIf: BoundExpression(.and([isMore(counts[1]), isUnknown]), .boolean))
  }

  private func equal(_ x: BoundExpression, _ y: BoundExpression) -> BoundExpression {
    BoundExpression(.compare(.equal, x, y), .boolean)
  }

  private func truth(
    _ isTrue: BoundExpression, unknownIf isUnknown: BoundExpression
  ) -> BoundExpression {
    BoundExpression(
      .choose(
        [
          .init(condition: isTrue, result: .literal(.bool(true), .boolean)),
          .init(condition: isUnknown, result: .literal(.null, .boolean)),
        ], otherwise: .literal(.bool(false), .boolean)), .boolean)
  }
}

// MARK: - ANY

extension ExpressionBinder {
  /// Whether a comparison holds with any of the rows. The least and the greatest of them are enough
  /// to know, where all values have an order and the rows are the same for every row outside.
  private func compared(
    _ how: Comparison, _ pair: (outer: BoundExpression, inner: BoundExpression),
    _ rows: SubqueryBinder.Rows
  ) -> BoundExpression {
    let type = pair.inner.type
    guard rows.isMatching, rows.correlated.isEmpty, type.isOrderable, !type.isNested,
      type != .real, type != .double
    else {
      return comparedByRow([pair], rows) { BoundExpression(.compare(how, $0, $1), .boolean) }
    }
    let bounds = AggregatePlan(
      input: rows.plan, keys: [],
      aggregates: [
        ("min", AggregateCall(.minimum, [pair.inner], type: type)),
        ("max", AggregateCall(.maximum, [pair.inner], type: type)),
        (
          "nulls",
          AggregateCall(
            .countIf, [BoundExpression(.isNull(pair.inner), .boolean)], type: .bigint)
        ),
        ("count", AggregateCall(.count, [], type: .bigint)),
      ])
    let found = context.placeholders.add(
      Placeholders.Lookup(plan: .aggregate(bounds)), columns: 4)
    let (count, nulls, maximum, minimum) = (found[0], found[1], found[2], found[3])
    let sides: [BoundExpression] =
      switch how {
      case .less, .lessOrEqual: [maximum]
      case .greater, .greaterOrEqual: [minimum]
      default: [minimum, maximum]
      }
    let comparisons = sides.map { BoundExpression(.compare(how, pair.outer, $0), .boolean) }
    let isTrue =
      comparisons.count == 1 ? comparisons[0] : BoundExpression(.or(comparisons), .boolean)
    let zero = BoundExpression.literal(.int(0), .bigint)
    let isAny = BoundExpression(.compare(.greater, count, zero), .boolean)
    let mayBe = BoundExpression(
      .or([
        BoundExpression(.isNull(pair.outer), .boolean),
        BoundExpression(.compare(.greater, nulls, zero), .boolean),
      ]), .boolean)
    return truth(isTrue, unknownIf: BoundExpression(.and([isAny, mayBe]), .boolean))
  }

  /// The same by looking at each of the rows, for every row outside.
  private func comparedByRow(
    _ pairs: [(outer: BoundExpression, inner: BoundExpression)], _ rows: SubqueryBinder.Rows,
    _ compare: (BoundExpression, BoundExpression) -> BoundExpression
  ) -> BoundExpression {
    var inside = rows
    inside.outputs = pairs.map(\.inner)
    let comparisons = pairs.enumerated().map { index, pair in
      compare(pair.outer.asSeenInside, .column(index, pair.inner.type))
    }
    let isTrue =
      comparisons.count == 1 ? comparisons[0] : BoundExpression(.and(comparisons), .boolean)
    let answers = AggregatePlan(
      input: inside.asPlan, keys: [],
      aggregates: [
        (
          "unknown",
          AggregateCall(.countIf, [BoundExpression(.isNull(isTrue), .boolean)], type: .bigint)
        ),
        ("true", AggregateCall(.countIf, [isTrue], type: .bigint)),
      ])
    let found = context.placeholders.add(
      Placeholders.Lookup(plan: .aggregate(answers)), columns: 2)
    let zero = BoundExpression.literal(.int(0), .bigint)
    return truth(
      BoundExpression(.compare(.greater, found[0], zero), .boolean),
      unknownIf: BoundExpression(.compare(.greater, found[1], zero), .boolean))
  }
}

extension Comparison {
  /// What holds of two values that are not null where this does not.
  fileprivate var opposite: Comparison {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    case .distinct: .notDistinct
    case .notDistinct: .distinct
    }
  }
}

// MARK: - One value

extension ExpressionBinder {
  /// The one value of a subquery; null where it has no row, an error where it has several.
  private func scalar(
    _ rows: SubqueryBinder.Rows, _ origin: Origin
  ) throws -> BoundExpression {
    guard rows.outputs.count == 1 else {
      throw binder.error(
        "a subquery that stands for a value has one column, and this one has"
          + " \(rows.outputs.count)", origin)
    }
    let output = rows.outputs[0]
    let pairs = rows.correlated.compactMap(\.correlationKey)
    let isByKeys =
      pairs.count == rows.correlated.count && !rows.hasCopies && !output.hasOuterReference
      && !rows.plan.isDependent && !(rows.aggregates ?? []).contains(where: \.hasOuterReference)
    guard isByKeys else {
      let plan = rows.asPlan
      if plan.isUnique(on: []) {
        return context.placeholders.add(Placeholders.Lookup(plan: plan))[0]
      }
      return single(plan, .column(0, output.type), [], origin)
    }
    if let calls = rows.aggregates { return aggregated(rows.plan, output, calls, pairs) }
    if pairs.isEmpty, rows.plan.isUnique(on: []) {
      return context.placeholders.add(
        Placeholders.Lookup(plan: .project(rows.plan, [OutputColumn("value", output)])))[0]
    }
    return single(rows.plan, output, pairs, origin)
  }

  private typealias Pairs = [(outer: BoundExpression, inner: BoundExpression)]

  /// `SELECT max(x) FROM … WHERE key = outer`: grouped by the keys. Where no group belongs to a
  /// row, the value is that of no rows.
  private func aggregated(
    _ plan: Plan, _ output: BoundExpression, _ calls: [AggregateCall], _ pairs: Pairs
  ) -> BoundExpression {
    let groups = Plan.aggregate(
      AggregatePlan(
        input: plan, keys: pairs.enumerated().map { OutputColumn("key\($0)", $1.inner) },
        aggregates: calls.enumerated().map { ("agg\($0)", $1) }))
    let value = output.mapColumns { index, column in
      guard let (_, number) = Placeholders.kind(of: index) else { return column }
      return BoundExpression(.column(pairs.count + number), column.type, place: column.place)
    }
    let ofNothing = output.mapColumns { index, column in
      guard let (_, number) = Placeholders.kind(of: index) else { return column }
      return .literal(calls[number].function.valueOfNoRows, column.type)
    }
    let keys = pairs.enumerated().map {
      (outer: $1.outer, inner: BoundExpression.column($0, $1.inner.type))
    }
    let columns =
      keys.enumerated().map { OutputColumn("key\($0)", $1.inner) } + [
        OutputColumn("found", .literal(.bool(true), .boolean)), OutputColumn("value", value),
      ]
    let found = context.placeholders.add(
      Placeholders.Lookup(plan: .project(groups, columns), keys: keys), columns: 2)
    if case .literal(.null) = ofNothing.node { return found[0] }
    return BoundExpression(
      .choose(
        [.init(condition: BoundExpression(.isNull(found[1]), .boolean), result: ofNothing)],
        otherwise: found[0]), value.type)
  }

  /// A value that must be the only one of its kind, which is seen when it is looked at.
  private func single(
    _ plan: Plan, _ output: BoundExpression, _ pairs: Pairs, _ origin: Origin
  ) -> BoundExpression {
    let groups = Plan.aggregate(
      AggregatePlan(
        input: plan, keys: pairs.enumerated().map { OutputColumn("key\($0)", $1.inner) },
        aggregates: [
          ("count", AggregateCall(.count, [], type: .bigint)),
          ("value", AggregateCall(.arbitrary, [output], type: output.type)),
        ]))
    let keys = pairs.enumerated().map {
      (outer: $1.outer, inner: BoundExpression.column($0, $1.inner.type))
    }
    let found = context.placeholders.add(
      Placeholders.Lookup(plan: groups, keys: keys), columns: 2)
    return BoundExpression(
      .call(SingleValue.function, [found[0], found[1]]), output.type,
      place: binder.source.place(of: origin))
  }
}
