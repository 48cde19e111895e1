/// `[WITH …] body [ORDER BY …] [LIMIT …] [OFFSET …]`.
package struct Query: SyntaxNode {
  package var commonTables: [CommonTable]
  package var isRecursive: Bool
  package var body: QueryBody
  package var orderBy: [SortItem]
  /// Also written `FETCH FIRST n ROWS ONLY`. `LIMIT ALL` is none.
  package var limit: Expression?
  /// `FETCH FIRST n ROWS WITH TIES`: rows that are equal to the last one in the order come too.
  package var limitHasTies = false
  package var offset: Expression?
  package var origin: Origin

  package init(
    _ body: QueryBody, commonTables: [CommonTable] = [], isRecursive: Bool = false,
    orderBy: [SortItem] = [], limit: Expression? = nil, offset: Expression? = nil,
    origin: Origin = .none
  ) {
    self.body = body
    self.commonTables = commonTables
    self.isRecursive = isRecursive
    self.orderBy = orderBy
    self.limit = limit
    self.offset = offset
    self.origin = origin
  }
}

/// `name [(columns)] AS (query)`, a member of WITH. It sees those before it.
package struct CommonTable: SyntaxNode {
  package var name: Identifier
  package var columns: [Identifier]
  package var query: Query
  package var origin: Origin

  package init(
    _ name: Identifier, columns: [Identifier] = [], _ query: Query, origin: Origin = .none
  ) {
    self.name = name
    self.columns = columns
    self.query = query
    self.origin = origin
  }
}

/// What gives a query its rows.
package indirect enum QueryBody: Sendable, Hashable {
  case select(SelectBody)
  case values(ValuesBody)
  case setOperation(SetOperation)
  /// A query in parentheses, which is an operand of a set operation or has ORDER BY or LIMIT of its
  /// own and of the query around it.
  case query(Query)

  package var origin: Origin {
    switch self {
    case .select(let body): body.origin
    case .values(let body): body.origin
    case .setOperation(let operation): operation.origin
    case .query(let query): query.origin
    }
  }
}

/// `VALUES (1, 'a'), (2, 'b')`: one row or more, of one value or more each. Rows may differ in
/// length here; the binder refuses that.
package struct ValuesBody: SyntaxNode {
  package var rows: [[Expression]]
  package var origin: Origin

  package init(_ rows: [[Expression]], origin: Origin = .none) {
    self.rows = rows
    self.origin = origin
  }
}

/// `a UNION b UNION c`: one operator between two operands or more, which are taken from the left.
package struct SetOperation: SyntaxNode {
  package enum Operator: String, Sendable, Hashable, CaseIterable {
    case union = "UNION"
    case intersect = "INTERSECT"
    case except = "EXCEPT"
  }

  package var `operator`: Operator
  /// ALL: equal rows stay.
  package var isAll: Bool
  package var operands: [QueryBody]
  package var origin: Origin

  package init(
    _ operator: Operator, isAll: Bool, _ operands: [QueryBody], origin: Origin = .none
  ) {
    self.operator = `operator`
    self.isAll = isAll
    self.operands = operands
    self.origin = origin
  }
}

/// One SELECT, from its first word to QUALIFY.
package struct SelectBody: SyntaxNode {
  package var isDistinct = false
  package var items: [SelectItem]
  /// The members of a comma list; empty without FROM.
  package var from: [TableReference] = []
  package var filter: Expression?
  package var groupBy: GroupBy?
  package var having: Expression?
  package var windows: [NamedWindow] = []
  package var qualify: Expression?
  package var origin: Origin

  package init(_ items: [SelectItem], origin: Origin = .none) {
    self.items = items
    self.origin = origin
  }
}

/// A member of the SELECT list.
package struct SelectItem: SyntaxNode {
  package enum Kind: Sendable, Hashable {
    case expression(Expression, alias: Identifier?)
    case star(Star)
  }

  package var kind: Kind
  package var origin: Origin

  package init(_ kind: Kind, origin: Origin = .none) {
    self.kind = kind
    self.origin = origin
  }
}

/// `*`, `t.*`, `* EXCEPT (a, b) REPLACE (expression AS c) RENAME (d AS e)`.
package struct Star: Sendable, Hashable {
  package struct Replacement: Sendable, Hashable {
    package var expression: Expression
    package var column: Identifier

    package init(_ expression: Expression, as column: Identifier) {
      self.expression = expression
      self.column = column
    }
  }

  package var qualifier: QualifiedName?
  package var excluded: [Identifier]
  package struct Renaming: Sendable, Hashable {
    package var column: Identifier
    package var name: Identifier

    package init(_ column: Identifier, to name: Identifier) {
      self.column = column
      self.name = name
    }
  }

  package var replacements: [Replacement]
  package var renamings: [Renaming] = []

  package init(
    _ qualifier: QualifiedName? = nil, excluded: [Identifier] = [],
    replacements: [Replacement] = []
  ) {
    self.qualifier = qualifier
    self.excluded = excluded
    self.replacements = replacements
  }
}

package enum GroupBy: Sendable, Hashable {
  /// `GROUP BY ALL`: everything in the SELECT list that does not aggregate.
  case all
  case elements([GroupingElement])
}

package enum GroupingElement: Sendable, Hashable {
  /// A literal integer is the place of a member of the SELECT list.
  case expression(Expression)
  /// `ROLLUP (a, (b, c))`: members that are grouped together stand in one list.
  case rollup([[Expression]])
  case cube([[Expression]])
  /// `GROUPING SETS ((a, b), a, ())`.
  case groupingSets([[Expression]])
}
