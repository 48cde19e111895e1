import LakeTestSupport

/// Makes random queries over two small tables, `t1(a, b, s)` and `t2(a, c, s)`, of numbers and
/// text. Every query is valid, and none asks for what can fail.
struct RandomQuery {
  var random: SeededRandom
  private var aliasCount = 0

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  struct Column {
    var name: String
    var isText: Bool
  }

  private struct Source {
    var text: String
    var columns: [Column]
  }

  mutating func make() -> String {
    var query = select(depth: 2)
    if random.chance(4) {
      let types = query.columns.map(\.isText)
      let list = types.map { $0 ? "s" : "a" }.joined(separator: ", ")
      let operation = random.pick([
        "UNION ALL", "UNION", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL",
      ])
      query.text += " \(operation) SELECT \(list) FROM \(random.pick(["t1", "t2"]))"
    } else if random.chance(3) {
      query.text += " ORDER BY \(1 + random.below(query.columns.count))"
      if random.chance(2) { query.text += " DESC" }
      if random.chance(2) { query.text += " LIMIT \(random.below(6)) OFFSET \(random.below(3))" }
    }
    if random.chance(6) {
      return "WITH w AS (\(query.text)) SELECT * FROM w WHERE \(condition(query.columns, depth: 0))"
        + " UNION ALL SELECT * FROM w"
    }
    return query.text
  }

  private mutating func select(depth: Int) -> Source {
    let source = from(depth: depth)
    var text = " FROM \(source.text)"
    if !random.chance(3) {
      let parts = (0...random.below(3)).map { _ in condition(source.columns, depth: depth) }
      text += " WHERE " + parts.joined(separator: " AND ")
    }
    if random.chance(4) { return grouped(source, text) }
    var (items, columns): ([String], [Column]) = ([], [])
    for index in 0...random.below(3) {
      let column = random.pick(source.columns)
      let isPlain = column.isText || !random.chance(3)
      items.append((isPlain ? column.name : "\(column.name) + 1") + " AS c\(index)")
      columns.append(Column(name: "c\(index)", isText: column.isText))
    }
    if random.chance(6) {
      let (key, order) = (random.pick(source.columns).name, random.pick(source.columns).name)
      text += " QUALIFY row_number() OVER (PARTITION BY \(key) ORDER BY \(order)) = 1"
    }
    if random.chance(6) {
      let (value, order) = (random.pick(source.columns), random.pick(source.columns))
      let frame = random.pick([
        "", " ROWS 1 PRECEDING", " GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
      ])
      let call = random.pick(["count", "min", "max", "last_value"])
      items.append("\(call)(\(value.name)) OVER (ORDER BY \(order.name)\(frame)) AS w")
      columns.append(Column(name: "w", isText: value.isText && call != "count"))
    }
    let distinct = random.chance(3) ? "DISTINCT " : ""
    return Source(
      text: "SELECT \(distinct)\(items.joined(separator: ", "))\(text)", columns: columns)
  }

  private mutating func grouped(_ source: Source, _ text: String) -> Source {
    let (key, value) = (random.pick(source.columns), random.pick(source.columns))
    let aggregate = random.pick([
      "count(*)", "count(\(value.name))", "count(DISTINCT \(value.name))",
    ])
    let having = random.chance(3) ? " HAVING count(*) > 1 AND \(key.name) IS NOT NULL" : ""
    let extreme = random.pick(["min", "max"])
    return Source(
      text: "SELECT \(key.name) AS c0, \(aggregate) AS c1, \(extreme)(\(value.name)) AS c2"
        + "\(text) GROUP BY \(random.chance(4) ? "ROLLUP (\(key.name))" : key.name)\(having)",
      columns: [
        Column(name: "c0", isText: key.isText), Column(name: "c1", isText: false),
        Column(name: "c2", isText: value.isText),
      ])
  }

  private mutating func from(depth: Int) -> Source {
    let left = relation(depth: depth)
    guard random.chance(2) else { return left }
    let right = relation(depth: depth)
    let kind = random.pick([
      "JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN",
      ",",
    ])
    let pair = equation(left.columns, right.columns)
    let both = left.columns + right.columns
    if kind == "," { return Source(text: "\(left.text), \(right.text)", columns: both) }
    var condition = pair
    if random.chance(3) { condition += " AND \(self.condition(both, depth: 0))" }
    let isHalf = kind.hasPrefix("LEFT SEMI") || kind.hasPrefix("LEFT ANTI")
    return Source(
      text: "\(left.text) \(kind) \(right.text) ON \(condition)",
      columns: isHalf ? left.columns : both)
  }

  private mutating func relation(depth: Int) -> Source {
    aliasCount += 1
    let alias = "r\(aliasCount)"
    var source: Source
    if depth > 0, random.chance(3) {
      let inner = select(depth: depth - 1)
      source = Source(text: "(\(inner.text)) AS \(alias)", columns: inner.columns)
    } else {
      let isFirst = random.chance(2)
      source = Source(
        text: "\(isFirst ? "t1" : "t2") AS \(alias)",
        columns: [
          Column(name: "a", isText: false), Column(name: isFirst ? "b" : "c", isText: false),
          Column(name: "s", isText: true),
        ])
    }
    source.columns = source.columns.map { Column(name: "\(alias).\($0.name)", isText: $0.isText) }
    return source
  }

  private mutating func equation(_ left: [Column], _ right: [Column]) -> String {
    for _ in 0..<10 {
      let (a, b) = (random.pick(left), random.pick(right))
      if a.isText == b.isText { return "\(a.name) = \(b.name)" }
    }
    return "1 = 1"
  }

  private mutating func condition(_ columns: [Column], depth: Int) -> String {
    let column = random.pick(columns)
    let literal = column.isText ? "'\(random.pick(["x", "y", "z"]))'" : "\(random.below(4))"
    switch random.below(depth > 0 ? 12 : 6) {
    case 0: return "\(column.name) IS \(random.chance(2) ? "NOT " : "")NULL"
    case 1: return "\(column.name) IN (\(literal), \(column.isText ? "'x'" : "1"))"
    case 2:
      let other = random.pick(columns)
      return other.isText == column.isText
        ? "\(column.name) \(random.pick(["=", "<>", "<"])) \(other.name)"
        : "\(column.name) >= \(literal)"
    case 3: return "(\(column.name) = \(literal) OR \(random.pick(columns).name) IS NULL)"
    case 4, 5: return "\(column.name) \(random.pick(["=", "<", ">=", "<>"])) \(literal)"
    case 6:
      let not = random.chance(3) ? "NOT " : ""
      let table = random.pick(["t1", "t2"])
      return "\(column.name) \(not)IN (SELECT \(column.isText ? "s" : "a") FROM \(table))"
    case 7:
      let not = random.chance(3) ? "NOT " : ""
      let key = column.isText ? "s" : "a"
      return "\(not)EXISTS (SELECT 1 FROM t2 AS e WHERE e.\(key) = \(column.name) AND e.c < 3)"
    case 8:
      let (how, quantifier) = (random.pick(["=", "<>", "<", ">="]), random.pick(["ANY", "ALL"]))
      let key = column.isText ? "s" : "a"
      return "\(column.name) \(how) \(quantifier) (SELECT \(key) FROM t2 AS e WHERE e.c < 3)"
    case 9:
      let key = column.isText ? "s" : "a"
      return "(\(column.name) IS NULL OR EXISTS (SELECT 1 FROM t2 AS e WHERE e.\(key) < "
        + "\(column.name)))"
    case 10:
      let key = column.isText ? "s" : "a"
      return "\(column.name) = (SELECT e.\(key) FROM t2 AS e WHERE e.\(key) >= \(column.name) "
        + "ORDER BY e.\(key), e.c LIMIT 1)"
    default:
      if column.isText { return "\(column.name) <= (SELECT max(s) FROM t1)" }
      return "\(column.name) <= (SELECT count(*) FROM t2 AS e WHERE e.a = \(column.name))"
    }
  }
}
