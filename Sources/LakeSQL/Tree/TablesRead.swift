/// Which tables a query reads.
extension Query {
  /// The tables and views that are named anywhere in this query, in the order of the text.
  /// Each stands there once.
  /// Names that WITH gives are left out where they are in force; files and functions are no names.
  package var tablesRead: [QualifiedName] {
    var collector = TableCollector()
    collector.read(self)
    return collector.tables
  }

  /// Calls a body with every member of FROM, in this query and in all queries inside it.
  package func visitTables(_ body: (TableReference) -> Void) {
    var collector = TableCollector()
    withoutActuallyEscaping(body) { body in
      collector.visit = body
      collector.read(self)
      collector.visit = nil
    }
  }
}

extension Statement {
  /// The tables that the statement's query reads; empty if it has none.
  package var tablesRead: [QualifiedName] {
    switch kind {
    case .query(let query): query.tablesRead
    case .explain(let explain): explain.statement.tablesRead
    case .createTable(let table): table.query?.tablesRead ?? []
    case .createView(let view): view.query.tablesRead
    case .insert(let insert): insert.query.tablesRead
    case .unload(let unload): unload.query.tablesRead
    case .summarize(let query): query.tablesRead
    default: []
    }
  }
}

private struct TableCollector {
  private(set) var tables: [QualifiedName] = []
  var visit: ((TableReference) -> Void)?
  private var seen: Set<String> = []
  /// Names that WITH gives, by how many queries around give them.
  private var commonNames: [String: Int] = [:]

  mutating func read(_ query: Query) {
    // A common table sees those before it; in a recursive WITH also itself.
    for table in query.commonTables {
      if query.isRecursive { commonNames[table.name.text.lowercased(), default: 0] += 1 }
      read(table.query)
      if !query.isRecursive { commonNames[table.name.text.lowercased(), default: 0] += 1 }
    }
    read(query.body)
    for item in query.orderBy { read(item.expression) }
    for limit in [query.limit, query.offset] { read(limit) }
    for table in query.commonTables { commonNames[table.name.text.lowercased(), default: 0] -= 1 }
  }

  private mutating func read(_ body: QueryBody) {
    switch body {
    case .select(let select): read(select)
    case .values(let values): for row in values.rows { for value in row { read(value) } }
    case .setOperation(let operation): for operand in operation.operands { read(operand) }
    case .query(let query): read(query)
    }
  }

  private mutating func read(_ select: SelectBody) {
    for item in select.items { read(item) }
    for table in select.from { read(table) }
    read(select.filter)
    if case .elements(let elements)? = select.groupBy {
      for element in elements { for expression in element.children { read(expression) } }
    }
    read(select.having)
    for window in select.windows { for child in window.specification.children { read(child) } }
    read(select.qualify)
  }

  private mutating func read(_ item: SelectItem) {
    switch item.kind {
    case .expression(let expression, _): read(expression)
    case .star(let star): for replacement in star.replacements { read(replacement.expression) }
    }
  }

  private mutating func read(_ table: TableReference) {
    visit?(table)
    switch table.kind {
    case .table(let name, _): add(name)
    case .file: break
    case .function(let call, _): for child in call.children { read(child) }
    case .subquery(let query, _): read(query)
    case .join(let join):
      read(join.left)
      read(join.right)
      if case .on(let condition) = join.condition { read(condition) }
    }
  }

  private mutating func add(_ name: QualifiedName) {
    let text = name.text.lowercased()
    if name.parts.count == 1, commonNames[text, default: 0] > 0 { return }
    if seen.insert(text).inserted { tables.append(name) }
  }

  private mutating func read(_ expression: Expression?) {
    guard let expression else { return }
    for child in expression.children { read(child) }
    for query in expression.queries { read(query) }
  }
}

extension GroupingElement {
  package var children: [Expression] {
    switch self {
    case .expression(let expression): [expression]
    case .rollup(let sets), .cube(let sets), .groupingSets(let sets): sets.flatMap { $0 }
    }
  }
}
