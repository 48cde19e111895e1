import LakeCore
import LakeEngine
import LakeTestSupport
import Testing

/// Every function on vectors of all forms, with nulls and selections, against itself on single
/// values; what the single values are is checked by the tables of the other suites.
@Suite("Functions on vectors")
struct FunctionFormTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let types: [DataType]
    var testDescription: String {
      "\(name)(\(types.map { $0.spelled(.trino) }.joined(separator: ", ")))"
    }
  }

  static let numbers: [DataType] = [
    .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal(precision: 9, scale: 2),
    .decimal(precision: 38, scale: 10),
  ]
  static let times: [DataType] = [.date, .localTimestamp, .timestamp]
  static let intervals: [DataType] = [.intervalYearToMonth, .intervalDayToSecond]
  static let list = DataType.array(.varchar)
  static let map = DataType.map(key: .varchar, value: .bigint)

  static let samples: [Sample] = {
    var all: [Sample] = []
    func add(_ names: [String], _ types: DataType...) {
      all += names.map { Sample(name: $0, types: types) }
    }
    for type in numbers {
      add(["+", "-", "*", "/", "%", "greatest", "least"], type, type)
      add(["negate", "abs", "sign", "round", "truncate", "ceil", "floor"], type)
      add(["round", "truncate"], type, .tinyint)
      add(["*", "/"], .intervalDayToSecond, type)
    }
    add(
      ["+", "-", "*", "/", "%"], .decimal(precision: 9, scale: 2),
      .decimal(precision: 38, scale: 10))
    add(["+", "-", "*", "/", "%"], .decimal(precision: 4, scale: 3), .bigint)
    for time in times {
      add(["+", "-"], time, .intervalDayToSecond)
      add(["+", "-"], time, .intervalYearToMonth)
      add(["-", "datediff"], time, time)
      add(["year", "quarter", "month", "week", "day", "dow", "doy", "yow", "last_day"], time)
      add(["date_trunc"], .varchar, time)
      add(["date_add"], .varchar, .tinyint, time)
      add(["date_diff"], .varchar, time, time)
      add(["date", "to_iso8601"], time)
      add(["date_format"], time, .varchar)
    }
    for interval in intervals {
      add(["+", "-"], interval, interval)
      add(["negate"], interval)
    }
    add(["hour", "minute", "second", "millisecond"], .timestamp)
    add(["hour", "minute", "second", "millisecond"], .time)
    add(["+", "-"], .time, .intervalDayToSecond)
    add(
      ["date_parse", "like", "starts_with", "ends_with", "contains", "strpos"], .varchar, .varchar)
    add(["position", "replace", "trim", "ltrim", "rtrim", "split", "||"], .varchar, .varchar)
    add(["like", "replace", "concat", "concat_ws", "translate"], .varchar, .varchar, .varchar)
    add(["lower", "upper", "trim", "ltrim", "rtrim", "reverse", "length", "to_utf8"], .varchar)
    add(["to_hex", "from_hex", "sha256", "md5", "xxhash64", "to_timestamp", "date"], .varchar)
    add(["to_hex", "from_utf8", "sha256", "md5", "xxhash64", "length"], .varbinary)
    add(["substr", "left", "right", "repeat", "lpad", "rpad"], .varchar, .tinyint)
    add(["substr"], .varchar, .tinyint, .tinyint)
    add(["split_part", "split"], .varchar, .varchar, .tinyint)
    add(["lpad", "rpad"], .varchar, .tinyint, .varchar)
    add(["from_unixtime", "from_unixtime_ms", "to_timestamp"], .bigint)
    add(["from_unixtime", "is_nan", "is_finite", "sqrt", "ln"], .double)
    add(["power", "log", "atan2"], .double, .double)
    add(["to_unixtime"], .timestamp)
    add(["cardinality", "typeof"], list)
    add(["[]", "element_at"], list, .tinyint)
    add(["[]", "element_at"], map, .varchar)
    add(["contains", "array_join", "||"], list, .varchar)
    add(["||"], .varchar, list)
    add(["||", "concat", "map"], list, list)
    add(["concat_ws"], .varchar, list)
    add(["array_join"], list, .varchar, .varchar)
    add(["map_keys", "map_values", "cardinality"], map)
    add(["array", "row", "greatest", "least"], .varchar, .varchar)
    add(["contains"], .array(.double), .double)
    return all
  }()

  private func randomValue(
    _ random: inout SeededRandom, _ type: DataType, _ name: String
  ) -> Value {
    if random.chance(6) { return .null }
    guard type == .varchar else {
      if type == .timestamp, random.chance(2) {
        return .int(
          random.pick([1_709_209_800_123_456, -62_135_596_800_000_000, 951_782_400_000_000]))
      }
      if type == .varbinary { return .bytes(random.pick([[], [0xFF], [0xC3, 0xA9], [65, 66]])) }
      return random.value(type)
    }
    let special: [String] =
      switch name {
      case "like": ["%", "_", "a%", "%b", "%bc%", "a_c%e", "é", "%%x", "\\%", "%_", "ab%l_m%"]
      case "date_trunc", "date_add", "date_diff": ["day", "MONTH", "hour", "weeks", "year", "age"]
      case "date_format", "date_parse":
        ["%Y-%m-%d", "%H:%i:%s.%f", "%W %e %M %y", "%q", "%j %x-%v"]
      case "from_hex": ["00fF", "abc", "xy"]
      default: ["b", "bcd", " x ", "\t", "ÄÖß", "日本語", "😀a"]
      }
    return .string(random.pick(special + SeededRandom.texts))
  }

  @Test(arguments: samples)
  func giveWhatTheyGiveForSingleValues(sample: Sample) throws {
    var random = SeededRandom(
      seed: UInt64(sample.testDescription.utf8.reduce(0) { $0 * 31 % 65521 + Int($1) }))
    for _ in 0..<3 {
      let count = 1 + random.below(40)
      var (columns, expressions): ([ColumnVector], [BoundExpression]) = ([], [])
      var all: [[Value]] = []
      for (index, type) in sample.types.enumerated() {
        let one = randomValue(&random, type, sample.name)
        let isSame = random.chance(3)
        let values = (0..<count).map { _ in
          isSame ? one : randomValue(&random, type, sample.name)
        }
        all.append(values)
        columns.append(try random.vector(type, values))
        let isLiteral = isSame && random.chance(2)
        expressions.append(isLiteral ? .literal(one, type) : .column(index, type))
      }
      let call = try Evaluation.call(sample.name, expressions)
      let attempt = BoundExpression(.attempt(call), call.type)
      let selection = random.chance(2) ? try random.selection(of: count) : nil
      let vector = try Evaluation.evaluate(attempt, columns, selection: selection)
      for row in selection.map({ $0.indices.map { Int($0) } }) ?? Array(0..<count) {
        let single = zip(all, sample.types).map { BoundExpression.literal($0[row], $1) }
        let one = BoundExpression(.attempt(try Evaluation.call(sample.name, single)), call.type)
        let expected = try Evaluation.evaluate(one, [], rowCount: 1).value(at: 0)
        let actual = vector.value(at: row)
        #expect(
          actual.isSame(as: expected), "\(all.map { $0[row] }) gave \(actual), not \(expected)")
      }
    }
  }

  @Test(arguments: samples)
  func failOnlyForRowsThatAreSelected(sample: Sample) throws {
    var random = SeededRandom(seed: 77)
    for _ in 0..<4 {
      let count = 1 + random.below(40)
      var (columns, expressions): ([ColumnVector], [BoundExpression]) = ([], [])
      for (index, type) in sample.types.enumerated() {
        let values = (0..<count).map { _ in randomValue(&random, type, sample.name) }
        columns.append(try random.vector(type, values))
        expressions.append(.column(index, type))
      }
      let call = try Evaluation.call(sample.name, expressions)
      let evaluator = Evaluator(call, context: Evaluation.context)
      var good: [Int] = []
      for row in 0..<count {
        let batch = Batch(
          columns: columns, rowCount: count, selection: try Evaluation.selection([row]))
        if (try? evaluator.evaluate(batch)) != nil { good.append(row) }
      }
      let batch = Batch(
        columns: columns, rowCount: count, selection: try Evaluation.selection(good))
      #expect(throws: Never.self) { try evaluator.evaluate(batch) }
      if good.count < count {
        #expect(throws: LakeError.self) {
          try evaluator.evaluate(Batch(columns: columns, rowCount: count))
        }
      }
    }
  }
}
