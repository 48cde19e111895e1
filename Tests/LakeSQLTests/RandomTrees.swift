import LakeCore
import LakeSQL
import LakeTestSupport

/// Trees of random shape that the parser could have made: whatever the grammar allows somewhere.
struct RandomTrees {
  var random: SeededRandom

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  private static let words = [
    "a", "b", "customer", "user", "timestamp", "date", "time", "zone", "at", "end", "by", "first",
    "select", "from", "interval", "array", "values", "all", "rows", "partition", "limit", "left",
    "x y", "a\"b", "it's", "`", "größe", "1st", "$path", "current_date", "order", "key", "check",
    "consent", "unique", "exists", "trim", "row", "filter", "over", "nulls", "escape", "semi",
  ]

  mutating func name() -> Identifier {
    Identifier(random.pick(RandomTrees.words), isQuoted: random.chance(5))
  }

  mutating func qualifiedName() -> QualifiedName { QualifiedName(some(3) { $0.name() }) }

  /// One element or more.
  mutating func some<T>(_ limit: Int, _ body: (inout RandomTrees) -> T) -> [T] {
    (0...random.below(limit)).map { _ in body(&self) }
  }

  /// No element or more.
  mutating func any<T>(_ limit: Int, _ body: (inout RandomTrees) -> T) -> [T] {
    random.chance(2) ? [] : some(limit, body)
  }

  mutating func maybe<T>(_ body: (inout RandomTrees) -> T) -> T? {
    random.chance(3) ? body(&self) : nil
  }

  mutating func text() -> String {
    random.pick(["", "a", "it''s", "'", "\"", "x\ny", "\\", "--", "/*", "ö", "\t", ";", "%_"])
  }

  mutating func type() -> TypeName {
    let row = DataType.row([Field("a", .bigint), Field("b \"c", .varchar, isNullable: false)])
    return TypeName(
      random.pick([
        .boolean, .tinyint, .integer, .bigint, .real, .double, .decimal(precision: 10, scale: 2),
        .varchar, .varbinary, .date, .time, .timestamp, .localTimestamp, .json, .uuid, .unseen,
        .intervalDayToSecond, .intervalYearToMonth, .array(.array(.varchar)),
        .map(key: .varchar, value: row), row,
      ]))
  }

  mutating func interval() -> IntervalLiteral {
    IntervalLiteral(
      isNegative: random.chance(2), text: random.pick(["1", "2-3", ""]),
      unit: random.pick(IntervalLiteral.Unit.allCases),
      lastUnit: maybe { $0.random.pick(IntervalLiteral.Unit.allCases) })
  }

  mutating func literal() -> Literal {
    switch random.below(12) {
    case 0: .null
    case 1: .boolean(random.chance(2))
    case 2: .integer(random.pick(["0", "1", "99999999999999999999999"]))
    case 3: .decimal(random.pick(["1.5", ".5", "1."]))
    case 4: .double(random.pick(["1e3", "1.5E-7"]))
    case 5: .binary([0, 255, 16])
    case 6: .date(text())
    case 7: .time(text())
    case 8: .timestamp(text())
    case 9: .interval(interval())
    default: .string(text())
    }
  }
}

// MARK: - Expressions

extension RandomTrees {
  mutating func expression(_ depth: Int) -> Expression {
    Expression(depth <= 0 ? leaf() : random.chance(2) ? operation(depth - 1) : construct(depth - 1))
  }

  private mutating func leaf() -> Expression.Kind {
    random.chance(2) ? .literal(literal()) : .name(qualifiedName())
  }

  private mutating func pair(_ depth: Int) -> [Expression] {
    [expression(depth)] + some(2) { $0.expression(depth) }
  }

  private mutating func operation(_ depth: Int) -> Expression.Kind {
    let isNegated = random.chance(2)
    let a = expression(depth)
    switch random.below(15) {
    case 0: return .unary(random.pick(UnaryOperator.allCases), a)
    case 1, 2: return .binary(random.pick(BinaryOperator.allCases), a, expression(depth))
    case 3: return .compare(random.pick(ComparisonOperator.allCases), a, expression(depth))
    case 4: return .and(pair(depth))
    case 5: return .or(pair(depth))
    case 6: return .concatenate(pair(depth))
    case 7: return .not(a)
    case 8: return .isNull(a, isNegated: isNegated)
    case 9: return .isTruth(a, random.pick([true, false, nil]), isNegated: isNegated)
    case 10: return .isDistinct(a, expression(depth), isNegated: isNegated)
    case 11: return .isInList(a, pair(depth), isNegated: isNegated)
    case 12:
      return .between(a, low: expression(depth), high: expression(depth), isNegated: isNegated)
    case 13: return .isInQuery(a, query(depth - 1), isNegated: isNegated)
    default:
      return .like(
        LikeExpression(
          a, expression(depth), escape: maybe { $0.expression(depth) }, isNegated: isNegated,
          ignoresCase: random.chance(2)))
    }
  }

  private mutating func construct(_ depth: Int) -> Expression.Kind {
    let a = expression(depth)
    switch random.below(14) {
    case 0: return .exists(query(depth - 1))
    case 1:
      return .quantified(
        random.pick(ComparisonOperator.allCases), a, random.pick(Quantifier.allCases),
        query(depth - 1))
    case 2: return .choose(choice(depth))
    case 3: return .cast(a, type(), isTry: random.chance(2))
    case 4: return .attempt(a)
    case 5: return .extract(name(), a)
    case 6: return .element(a, expression(depth))
    case 7: return .member(a, name())
    case 8: return .row(some(3) { $0.expression(depth) })
    case 9: return .array(any(3) { $0.expression(depth) })
    case 10: return .atTimeZone(a, expression(depth))
    case 11: return .subquery(query(depth - 1))
    default: return .call(call(depth))
    }
  }

  private mutating func choice(_ depth: Int) -> CaseExpression {
    CaseExpression(
      maybe { $0.expression(depth) },
      branches: some(2) { .init(when: $0.expression(depth), then: $0.expression(depth)) },
      otherwise: maybe { $0.expression(depth) })
  }

  mutating func call(_ depth: Int) -> FunctionCall {
    var call = FunctionCall(qualifiedName(), [])
    call.isStar = random.chance(5)
    if !call.isStar {
      call.arguments = any(3) { $0.expression(depth) }
      if !call.arguments.isEmpty {
        call.isDistinct = random.chance(3)
        call.orderBy = any(2) { $0.sortItem(depth) }
      }
    }
    call.filter = maybe { $0.expression(depth) }
    call.nullTreatment = maybe { $0.random.pick(FunctionCall.NullTreatment.allCases) }
    call.over = maybe { trees in
      trees.random.chance(3) ? .named(trees.name()) : .specification(trees.window(depth))
    }
    return call
  }

  mutating func sortItem(_ depth: Int) -> SortItem {
    SortItem(
      expression(depth), isDescending: random.chance(2),
      nulls: maybe { $0.random.pick(SortItem.Nulls.allCases) })
  }

  mutating func window(_ depth: Int) -> WindowSpecification {
    WindowSpecification(
      base: maybe { $0.name() }, partitionBy: any(2) { $0.expression(depth) },
      orderBy: any(2) { $0.sortItem(depth) },
      frame: maybe { trees in
        WindowFrame(
          trees.random.pick(WindowFrame.Unit.allCases), start: trees.bound(depth),
          end: trees.bound(depth))
      })
  }

  private mutating func bound(_ depth: Int) -> WindowFrame.Bound {
    switch random.below(5) {
    case 0: .unboundedPreceding
    case 1: .preceding(expression(depth))
    case 2: .currentRow
    case 3: .following(expression(depth))
    default: .unboundedFollowing
    }
  }
}

// MARK: - Queries

extension RandomTrees {
  mutating func query(_ depth: Int) -> Query {
    let commonTables: [CommonTable] =
      depth > 0 && random.chance(4)
      ? some(2) { CommonTable($0.name(), columns: $0.any(2) { $0.name() }, $0.query(depth - 2)) }
      : []
    var query = Query(
      body(depth), commonTables: commonTables,
      isRecursive: !commonTables.isEmpty && random.chance(2),
      orderBy: random.chance(3) ? some(2) { $0.sortItem(depth) } : [],
      limit: maybe { $0.expression(depth) }, offset: maybe { $0.expression(depth) })
    query.limitHasTies = query.limit != nil && random.chance(3)
    // Parentheses that mean nothing are not in trees.
    if case .query = query.body { query.offset = expression(depth) }
    return query
  }

  private mutating func body(_ depth: Int) -> QueryBody {
    guard depth > 0, random.chance(3) else { return operand(depth) }
    return .setOperation(setOperation(depth))
  }

  private mutating func operand(_ depth: Int) -> QueryBody {
    switch random.below(6) {
    case 0: .values(ValuesBody(some(2) { $0.some(2) { $0.expression(depth) } }))
    case 1 where depth > 0: .query(query(depth - 1))
    default: .select(select(depth))
    }
  }

  private mutating func setOperation(_ depth: Int) -> SetOperation {
    let sign = random.pick(SetOperation.Operator.allCases)
    let isAll = random.chance(2)
    var operands = [operand(depth - 1)] + some(2) { $0.operand(depth - 1) }
    if sign != .intersect {
      let inner = [operand(depth - 1), operand(depth - 1)]
      let other: SetOperation.Operator = random.pick([
        .intersect, sign == .union ? .except : .union,
      ])
      operands[0] = .setOperation(SetOperation(other, isAll: random.chance(2), inner))
    }
    return SetOperation(sign, isAll: isAll, operands)
  }

  private mutating func select(_ depth: Int) -> SelectBody {
    var body = SelectBody(some(3) { $0.item(depth) })
    body.isDistinct = random.chance(4)
    body.from = any(2) { $0.table(depth) }
    body.filter = maybe { $0.expression(depth) }
    body.groupBy = maybe { $0.groupBy(depth) }
    body.having = maybe { $0.expression(depth) }
    body.windows = any(2) { NamedWindow($0.name(), $0.window(depth)) }
    body.qualify = maybe { $0.expression(depth) }
    return body
  }

  private mutating func item(_ depth: Int) -> SelectItem {
    guard random.chance(4) else {
      return SelectItem(.expression(expression(depth), alias: maybe { $0.name() }))
    }
    var star = Star(
      maybe { $0.qualifiedName() }, excluded: any(2) { $0.name() },
      replacements: any(2) { Star.Replacement($0.expression(depth), as: $0.name()) })
    star.renamings = any(2) { Star.Renaming($0.name(), to: $0.name()) }
    return SelectItem(.star(star))
  }

  private mutating func groupBy(_ depth: Int) -> GroupBy {
    if random.chance(4) { return .all }
    return .elements(
      some(2) { trees in
        let sets = trees.some(2) { $0.any(2) { Expression(.name($0.qualifiedName())) } }
        switch trees.random.below(6) {
        case 0: return .rollup(sets)
        case 1: return .cube(sets)
        case 2: return .groupingSets(sets)
        default: return .expression(trees.expression(depth))
        }
      })
  }

  private mutating func alias() -> TableAlias {
    TableAlias(name(), columns: any(2) { $0.name() })
  }

  mutating func table(_ depth: Int) -> TableReference {
    switch depth > 0 ? random.below(7) : 0 {
    case 1:
      return TableReference(.file(text(), version: version(depth)), alias: maybe { $0.alias() })
    case 2:
      let name = QualifiedName([Identifier(random.pick(["unnest", "read_csv"]))])
      let call = FunctionCall(name, any(2) { $0.expression(depth - 1) })
      return TableReference(
        .function(call, withOrdinality: random.chance(2)), alias: maybe { $0.alias() })
    case 3:
      return TableReference(
        .subquery(query(depth - 2), isLateral: random.chance(2)), alias: maybe { $0.alias() })
    case 4, 5: return TableReference(.join(join(depth - 1)))
    default:
      return TableReference(
        .table(qualifiedName(), version: version(depth)), alias: maybe { $0.alias() })
    }
  }

  private mutating func version(_ depth: Int) -> TableVersion? {
    guard random.chance(4) else { return nil }
    return random.chance(2) ? .number(expression(depth)) : .time(expression(depth))
  }

  private mutating func join(_ depth: Int) -> Join {
    let kind = random.pick(Join.Kind.allCases)
    var conditions: [Join.Condition] = [
      .on(expression(depth)), .using(some(2) { $0.name() }), .natural,
    ]
    if kind == .inner { conditions.append(.none) }
    return Join(
      kind, table(depth), table(depth), kind == .cross ? .none : random.pick(conditions))
  }
}

// MARK: - Statements

extension RandomTrees {
  mutating func statement() -> Statement {
    switch random.below(8) {
    case 0: Statement(.createTable(createTable()))
    case 7: Statement(maintenance())
    case 1: Statement(.createPolicy(policy()))
    case 2: Statement(.alterTable(AlterTable(qualifiedName(), .add(element()))))
    case 3: Statement(change())
    default: Statement(.query(query(3)))
    }
  }

  /// What changes rows.
  private mutating func change() -> Statement.Kind {
    switch random.below(4) {
    case 0:
      var insert = Insert(qualifiedName(), query(2))
      insert.isOverwriting = random.chance(2)
      insert.partition = any(2) { $0.partitionField() }
      insert.ifNotExists = !insert.partition.isEmpty && random.chance(2)
      insert.columns = any(3) { $0.name() }
      insert.isByName = insert.columns.isEmpty && random.chance(2)
      insert.replaced = maybe { $0.expression(2) }
      insert.evolvesSchema = random.chance(4)
      return .insert(insert)
    case 1:
      var update = Update(qualifiedName(), some(3) { $0.assignment() })
      update.alias = maybe { $0.name() }
      update.filter = maybe { $0.expression(2) }
      return .update(update)
    case 2:
      var delete = Delete(qualifiedName())
      delete.alias = maybe { $0.name() }
      delete.filter = maybe { $0.expression(2) }
      return .delete(delete)
    default:
      let source = TableReference(
        .subquery(query(1), isLateral: false), alias: TableAlias(name()))
      var merge = Merge(qualifiedName(), source: source, on: expression(1))
      merge.alias = maybe { $0.name() }
      merge.evolvesSchema = random.chance(4)
      merge.clauses = some(3) { $0.mergeClause() }
      return .merge(merge)
    }
  }

  private mutating func maintenance() -> Statement.Kind {
    switch random.below(6) {
    case 0: return .truncate(Truncate(qualifiedName(), partition: any(2) { $0.partitionField() }))
    case 1:
      let moment = expression(1)
      return .restore(
        Restore(qualifiedName(), to: random.pick([.number(moment), .time(moment)])))
    case 2:
      var optimize = Optimize(qualifiedName())
      optimize.isFull = random.chance(2)
      optimize.filter = maybe { $0.expression(2) }
      optimize.columns = any(3) { $0.qualifiedName() }
      if !optimize.columns.isEmpty { optimize.order = random.pick(Optimize.Order.allCases) }
      return .optimize(optimize)
    case 3:
      return .vacuum(
        Vacuum(
          qualifiedName(), hours: maybe { $0.random.below(200) },
          mode: maybe { $0.random.pick(Vacuum.Mode.allCases) }))
    case 4: return .describe(Describe(.history(qualifiedName(), limit: maybe { _ in 3 })))
    default:
      let change: ColumnChange = random.pick([
        .type(type()), .comment(text()), .setNotNull, .dropNotNull,
      ])
      return .alterTable(AlterTable(qualifiedName(), .alterColumn(name(), change)))
    }
  }

  private mutating func partitionField() -> PartitionField {
    PartitionField(name(), maybe { $0.expression(1) })
  }

  private mutating func assignment() -> Assignment {
    Assignment(qualifiedName(), expression(2))
  }

  private mutating func mergeClause() -> Merge.Clause {
    let match = random.pick(Merge.Match.allCases)
    let condition = maybe { $0.expression(1) }
    let action: Merge.Action =
      match == .notMatched
      ? random.pick([
        .insertAll, .insert(columns: any(2) { $0.name() }, values: some(2) { $0.expression(1) }),
      ]) : random.pick([.delete, .updateAll, .update(some(2) { $0.assignment() })])
    return Merge.Clause(match, condition: condition, action)
  }

  private mutating func createTable() -> CreateTable {
    var table = CreateTable(qualifiedName())
    table.isReplacing = random.chance(2)
    table.isTemporary = random.chance(4)
    table.ifNotExists = random.chance(2)
    if random.chance(5) {
      table.like = qualifiedName()
    } else {
      table.elements = any(5) { $0.element() }
    }
    table.comment = maybe { $0.text() }
    table.properties = any(2) { $0.property() }
    table.tableProperties = any(2) { $0.property() }
    table.format = maybe { $0.name() }
    if table.format != nil { table.location = maybe { $0.text() } }
    if random.chance(3) {
      table.partitionColumns = any(2) { ColumnDefinition($0.name(), $0.type()) }
    } else {
      table.partitionedBy = any(2) { $0.expression(1) }
    }
    table.query = maybe { $0.query(2) }
    return table
  }

  private mutating func property() -> Property {
    Property(random.pick(["format", "a.b", "x y", "select"]), expression(1))
  }

  private mutating func element() -> TableElement {
    let keys: [ConsentKey] = some(2) { trees in
      ConsentKey(
        Expression(.name(trees.qualifiedName())), subject: trees.maybe { $0.expression(1) })
    }
    return TableElement(
      random.pick([
        .column(column()), .constraint(constraint(isOfColumn: false)),
        .consent(
          ConsentClause(
            name(),
            random.pick([
              .aggregate(minimumSubjects: maybe { _ in 10 }),
              .by(
                keys, at: maybe { $0.name() },
                onViolation: maybe { $0.random.pick(ConsentClause.Action.allCases) }),
            ]))),
        .lawfulBasis(LawfulBasis(name(), because: text())),
      ]))
  }

  private mutating func column() -> ColumnDefinition {
    ColumnDefinition(
      name(), random.chance(4) ? nil : type(),
      constraints: any(2) { $0.constraint(isOfColumn: true) }, comment: maybe { $0.text() })
  }

  private mutating func constraint(isOfColumn: Bool) -> TableConstraint {
    let columns = isOfColumn ? [] : some(2) { $0.name() }
    return TableConstraint(
      name: maybe { $0.name() },
      random.pick([
        .primaryKey(columns), .unique(columns), .notNull(columns), .check(expression(2)),
      ]), onViolation: maybe { $0.random.pick(TableConstraint.Action.allCases) })
  }

  private mutating func policy() -> CreatePolicy {
    let grant: CreatePolicy.Grant =
      random.chance(2)
      ? .since(expression(1), maybe { $0.random.pick(CreatePolicy.EpochUnit.allCases) })
      : .when(expression(2))
    var policy = CreatePolicy(name(), on: qualifiedName(), subject: name(), grant)
    policy.isReplacing = random.chance(2)
    policy.ifNotExists = random.chance(2)
    policy.normalized = maybe { $0.expression(2) }
    policy.aliases = any(2) { $0.name() }
    policy.records = maybe { $0.random.chance(2) ? .all : .latest(by: $0.expression(1)) }
    policy.covers = any(2) {
      Coverage($0.qualifiedName(), [ConsentKey(Expression(.name($0.qualifiedName())))])
    }
    policy.purgeAfter = maybe { $0.interval() }
    policy.onReject = maybe { $0.random.pick(CreatePolicy.RejectAction.allCases) }
    policy.allowsAmbiguous = random.chance(2)
    return policy
  }
}
