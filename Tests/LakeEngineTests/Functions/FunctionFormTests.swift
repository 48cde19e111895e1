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
    return all + moreSamples
  }()

  /// Functions that came with the families of the language.
  private static let moreSamples: [Sample] = {
    var all: [Sample] = []
    func add(_ names: [String], _ types: DataType...) {
      all += names.map { Sample(name: $0, types: types) }
    }
    add(
      ["regexp_like", "regexp_extract", "regexp_extract_all", "regexp_replace", "regexp_count"],
      .varchar, .varchar)
    add(["regexp_split", "regexp_position", "at_timezone"], .varchar, .varchar)
    all.removeAll { $0.name == "at_timezone" }
    add(["at_timezone", "with_timezone"], .timestamp, .varchar)
    add(["regexp_extract", "regexp_extract_all", "regexp_position"], .varchar, .varchar, .tinyint)
    add(["regexp_replace", "split_to_map", "locate"], .varchar, .varchar, .varchar)
    all.removeAll { $0.name == "locate" }
    add(
      ["json_extract", "json_extract_scalar", "get_json_object", "json_exists", "json_size"],
      .varchar, .varchar)
    add(["json_array_length", "json_parse", "json_object_keys", "is_json_scalar"], .varchar)
    add(["json_array_get"], .varchar, .tinyint)
    add(["json_array_contains", "levenshtein_distance", "hamming_distance"], .varchar, .varchar)
    add(["locate", "find_in_set", "url_extract_parameter", "to_date"], .varchar, .varchar)
    add(["format", "parse_datetime", "unix_timestamp"], .varchar, .varchar)
    add(["strpos", "substring_index", "locate"], .varchar, .varchar, .tinyint)
    add(["codepoint", "ascii", "to_base64", "from_base64", "url_encode", "url_decode"], .varchar)
    add(["initcap", "soundex", "url_extract_host", "url_extract_path", "sha1", "sha512"], .varchar)
    add(["url_extract_port", "url_extract_query", "crc32", "parse_duration"], .varchar)
    add(["hmac_sha256", "hmac_sha512", "hmac_md5"], .varbinary, .varbinary)
    add(["chr", "to_big_endian_64", "factorial", "bitwise_not"], .tinyint)
    add(["from_big_endian_64"], .varbinary)
    add(
      ["bitwise_and", "bitwise_left_shift", "bit_count", "gcd", "lcm", "pmod"], .tinyint, .tinyint)
    add(["to_base"], .bigint, .tinyint)
    add(["from_base"], .varchar, .tinyint)
    add(["format_number"], .double, .tinyint)
    add(["width_bucket"], .double, .double, .double, .tinyint)
    add(["width_bucket"], .double, .array(.double))
    add(["make_date"], .tinyint, .tinyint, .tinyint)
    add(["dayname", "monthname", "weekday", "dayofweek"], .date)
    add(["months_between"], .timestamp, .timestamp)
    add(["next_day", "format_datetime"], .date, .varchar)
    add(["date_part"], .varchar, .timestamp)
    add(["human_readable_seconds", "sinh", "log1p"], .double)
    add(["to_milliseconds"], .intervalDayToSecond)
    add(["array_distinct", "array_sort", "sort_array", "reverse", "array_compact"], list)
    add(["array_max", "array_min", "array_first", "array_last", "array_frequency"], list)
    add(["array_union", "array_intersect", "array_except", "arrays_overlap", "zip"], list, list)
    add(["array_remove", "array_position", "array_append", "array_prepend"], list, .varchar)
    add(["trim_array", "ngrams", "combinations", "array_repeat"], list, .tinyint)
    add(["slice"], list, .tinyint, .tinyint)
    add(["sequence"], .tinyint, .tinyint)
    add(["sequence"], .tinyint, .tinyint, .tinyint)
    add(["flatten"], .array(list))
    add(["array_sum", "array_average"], .array(.double))
    add(["array_sum"], .array(.bigint))
    add(["dot_product", "cosine_similarity"], .array(.double), .array(.double))
    add(["map_entries"], map)
    add(["map_concat"], map, map)
    add(["map_contains_key"], map, .varchar)
    add(
      ["map_from_entries"],
      .array(.row([Field("key", .varchar), Field("value", .bigint)])))
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
      case _ where name.hasPrefix("regexp"): ["b", "[a-c]+", "(b)(c)?", "(", "^", "\\w*", "$1"]
      case _ where name.contains("json"):
        [
          "{\"a\":[1,{\"b\":\"x\"}]}", "[1, \"b\", null]", "$.a[1].b", "$", "$[*]", "a", "{",
          "[1,]",
        ]
      case _ where name.hasPrefix("url"):
        ["http://u@h.org:80/p?b=1&c=%20#f", "//h", "b", "a%2", "mailto:x"]
      case "at_timezone", "with_timezone": ["Europe/Berlin", "+05:30", "UTC", "Nowhere", "../x"]
      case "split_to_map": ["a=1,b=2", ",", "=", "a=1"]
      case "format": ["%s", "%d", "%5s|", "%", "x%%"]
      case "to_date", "parse_datetime", "unix_timestamp", "format_datetime":
        ["yyyy-MM-dd", "2024-02-29", "HH:mm", "'x", "qq"]
      case "date_part", "next_day": ["year", "hour", "epoch", "Mon", "fri"]
      case "from_base64", "parse_duration": ["aGk=", "YQ", "1.5h", "20 ms", "="]
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
