import LakeCore
import LakeEngine
import LakeSQL
import LakeTestSupport
import Testing

/// Functions over frames, against code that looks at every row of every frame.
@Suite struct WindowFrameTests {
  private struct Row {
    var partition: Int64
    var key: Int64?
    var value: Int64?
  }

  private enum Edge {
    case unbounded
    /// Negative before the row, positive behind it; 0 is the current row.
    case distance(Int)
  }

  private struct Frame {
    var unit: String
    var start: Edge
    var end: Edge

    private func text(_ edge: Edge, isStart: Bool) -> String {
      switch edge {
      case .unbounded: isStart ? "UNBOUNDED PRECEDING" : "UNBOUNDED FOLLOWING"
      case .distance(0): "CURRENT ROW"
      case .distance(let count): count < 0 ? "\(-count) PRECEDING" : "\(count) FOLLOWING"
      }
    }

    var sql: String {
      "\(unit) BETWEEN \(text(start, isStart: true)) AND \(text(end, isStart: false))"
    }

    /// The places of a partition that is in order which the frame of one of them has.
    func places(_ rows: [Row], _ place: Int) -> [Int] {
      let groups = rows.indices.map { index in
        Set(rows[..<index].map(\.key)).subtracting([rows[index].key]).count
      }
      return rows.indices.filter { other in
        switch unit {
        case "ROWS": isInside(other - place)
        case "GROUPS": isInside(groups[other] - groups[place])
        default: isInRange(rows[other].key, of: rows[place].key)
        }
      }
    }

    private func isInside(_ distance: Int) -> Bool {
      var (low, high) = (Int.min, Int.max)
      if case .distance(let count) = start { low = count }
      if case .distance(let count) = end { high = count }
      return distance >= low && distance <= high
    }

    /// Nulls come last: an open end takes them in, and a null has its like.
    private func isInRange(_ other: Int64?, of key: Int64?) -> Bool {
      guard let key else {
        if case .unbounded = start { return true }
        return other == nil
      }
      guard let other else {
        if case .unbounded = end { return true }
        return false
      }
      return isInside(Int(other - key))
    }
  }

  private static let calls = [
    "count(*)", "count(v)", "sum(v)", "min(v)", "max(v)", "sum(CAST(v AS double))",
    "first_value(v)", "last_value(v)", "nth_value(v, 2)", "first_value(v) IGNORE NULLS",
    "last_value(v) IGNORE NULLS", "array_agg(v)", "count(DISTINCT v)", "bool_or(v > 2)",
    "sum(v) FILTER (WHERE v <> 1)",
  ]

  private static func expected(_ call: String, _ values: [Int64?]) -> Value {
    let known = values.compactMap { $0 }
    func value(_ number: Int64?) -> Value { number.map { .int($0) } ?? .null }
    switch call {
    case "count(*)": return .int(Int64(values.count))
    case "count(v)": return .int(Int64(known.count))
    case "sum(v)": return known.isEmpty ? .null : .int(known.reduce(0, +))
    case "min(v)": return value(known.min())
    case "max(v)": return value(known.max())
    case "sum(CAST(v AS double))":
      return known.isEmpty ? .null : .double(Double(known.reduce(0, +)))
    case "first_value(v)": return value(values.first ?? nil)
    case "last_value(v)": return value(values.last ?? nil)
    case "nth_value(v, 2)": return value(values.count > 1 ? values[1] : nil)
    case "first_value(v) IGNORE NULLS": return value(known.first)
    case "last_value(v) IGNORE NULLS": return value(known.last)
    case "array_agg(v)": return values.isEmpty ? .null : .list(values.map(value))
    case "count(DISTINCT v)": return .int(Int64(Set(known).count))
    case "bool_or(v > 2)": return known.isEmpty ? .null : .bool(known.contains { $0 > 2 })
    default:
      let counted = known.filter { $0 != 1 }
      return counted.isEmpty ? .null : .int(counted.reduce(0, +))
    }
  }

  private static func edge(_ random: inout SeededRandom) -> Edge {
    random.chance(4) ? .unbounded : .distance(random.below(7) - 3)
  }

  private static func frame(_ random: inout SeededRandom) -> Frame {
    var frame = Frame(
      unit: random.pick(["ROWS", "RANGE", "GROUPS"]), start: edge(&random), end: edge(&random))
    if case (.distance(let a), .distance(let b)) = (frame.start, frame.end) {
      // The kinds of the edges must be in order, whatever the distances.
      if a.signum() > b.signum() { (frame.start, frame.end) = (.distance(b), .distance(a)) }
    }
    return frame
  }

  @Test(arguments: 0..<30) func framesGiveWhatTheirRowsGive(_ seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let count = random.pick([1, 7, 60, 150])
    let rows = (0..<count).map { _ in
      Row(
        partition: Int64(random.below(3)),
        key: random.chance(6) ? nil : Int64(random.below(count)),
        value: random.chance(5) ? nil : Int64(random.below(6)))
    }
    let frame = Self.frame(&random)
    let schema = Schema([
      Field("p", .bigint), Field("k", .bigint), Field("v", .bigint),
    ])
    let values = rows.map { row -> [Value] in
      [
        .int(row.partition), row.key.map { .int($0) } ?? .null,
        row.value.map { .int($0) } ?? .null,
      ]
    }
    var resolver = StaticResolver()
    resolver.add(TableName(.landing, "w"), schema, try BindingFixture.source(schema, values))
    let items = Self.calls.map { "\($0) OVER (PARTITION BY p ORDER BY k \(frame.sql))" }
    let sql = "SELECT \(items.joined(separator: ", ")) FROM w"
    let plan = try Binder(resolver, source: SourceText(sql)).bind(
      try BindingFixture.query(sql)
    ).plan
    let optimized = try Optimizer(isChecking: true).optimize(plan)
    let found = try ExecutionFixture.rows(optimized)
    #expect(found.count == rows.count)
    #expect(areSameRows(try ExecutionFixture.rows(optimized, spills: true), found))
    for partition in 0..<Int64(3) {
      // Sorted as the window does it: stable, nulls last.
      let places = rows.indices.filter { rows[$0].partition == partition }.sorted { a, b in
        let (x, y) = (rows[a].key ?? .max, rows[b].key ?? .max)
        return x == y ? a < b : x < y
      }
      let ordered = places.map { rows[$0] }
      for (place, row) in places.enumerated() {
        let inside = frame.places(ordered, place).map { ordered[$0].value }
        let wanted = Self.calls.map { Self.expected($0, inside) }
        #expect(found[row] == wanted, "\(frame.sql) at \(ordered[place])")
      }
    }
  }
}
