/// Reads one type from a text, by recursive descent. `DataType.init(parsing:)` says what is read.
struct TypeParser {
  private var reader: TypeReader
  private var depth = 0

  init(_ text: String) {
    reader = TypeReader(text)
  }

  mutating func parseWhole() throws(LakeError) -> DataType {
    let type = try parseType()
    reader.skipBlanks()
    guard reader.isAtEnd else {
      throw reader.failure("the type ends before '\(reader.restForMessage)'")
    }
    return type
  }

  /// The columns of a table, which are written like the members of a row.
  mutating func parseColumns() throws(LakeError) -> [Field] {
    let fields = try parseFields(areHive: false)
    reader.skipBlanks()
    guard reader.isAtEnd else {
      throw reader.failure("a comma should stand before '\(reader.restForMessage)'")
    }
    return fields
  }

  private mutating func parseType() throws(LakeError) -> DataType {
    depth += 1
    defer { depth -= 1 }
    guard depth <= DataType.nestingMax else {
      throw reader.failure(
        "types are nested more than \(DataType.nestingMax) levels deep", code: .limitExceeded)
    }
    reader.skipBlanks()
    let start = reader.offset
    guard let word = reader.readWord() else {
      throw reader.failure(
        reader.isAtEnd
          ? "a type is missing at the end"
          : "a type should stand before '\(reader.restForMessage)'")
    }
    if let simple = TypeParser.simpleTypes[word] { return simple }
    if let type = try parseScalar(word) { return type }
    if let type = try parseNested(word) { return type }
    throw reader.failure(
      "unknown type '\(word)'", at: start, hint: Suggestion.hint(for: word, among: TypeParser.words)
    )
  }

  /// Types of one word without parameters.
  private static let simpleTypes: [String: DataType] = [
    "unknown": .unseen, "void": .unseen, "null": .unseen,
    "boolean": .boolean, "bool": .boolean,
    "tinyint": .tinyint, "byte": .tinyint,
    "smallint": .smallint, "short": .smallint,
    "integer": .integer, "int": .integer,
    "bigint": .bigint, "long": .bigint,
    "real": .real, "float": .real,
    "string": .varchar, "text": .varchar,
    "varbinary": .varbinary, "binary": .varbinary,
    "date": .date,
    "timestamp_ltz": .timestamp, "timestamptz": .timestamp,
    "timestamp_ntz": .localTimestamp, "datetime": .localTimestamp,
    "interval_year_month": .intervalYearToMonth, "interval_day_time": .intervalDayToSecond,
    "json": .json, "uuid": .uuid,
  ]

  private static let otherWords = [
    "double", "decimal", "numeric", "dec", "varchar", "char", "character", "time", "timestamp",
    "interval", "array", "map", "row", "struct",
  ]

  /// All words that begin a type, for suggestions.
  private static var words: [String] { otherWords + simpleTypes.keys.sorted() }

  private mutating func parseScalar(_ word: String) throws(LakeError) -> DataType? {
    switch word {
    case "double":
      _ = reader.skip(words: "precision")
      return .double
    case "decimal", "numeric", "dec":
      return try parseDecimal()
    case "varchar", "char", "character":
      if word == "character" { _ = reader.skip(words: "varying") }
      _ = try parseParameter(atLeast: 1, atMost: Int(Int32.max), "the length of a text")
      return .varchar
    case "time":
      return try parseTime()
    case "timestamp":
      return try parseTimestamp()
    case "interval":
      if reader.skip(words: "year", "to", "month") { return .intervalYearToMonth }
      if reader.skip(words: "day", "to", "second") { return .intervalDayToSecond }
      throw reader.failure(
        "'interval' does not say of what",
        hint: "Write 'interval year to month' or 'interval day to second'.")
    default:
      return nil
    }
  }

  private mutating func parseDecimal() throws(LakeError) -> DataType {
    guard reader.skip("(") else {
      return .decimal(precision: DecimalText.precisionMax, scale: 0)
    }
    let precision = try parseNumber(
      atLeast: 1, atMost: DecimalText.precisionMax, "the precision of a decimal")
    let scale =
      reader.skip(",")
      ? try parseNumber(atLeast: 0, atMost: precision, "the scale of this decimal") : 0
    try expect(")")
    return .decimal(precision: precision, scale: scale)
  }

  private mutating func parseTime() throws(LakeError) -> DataType {
    _ = try parseParameter(atLeast: 0, atMost: 12, "the precision of a time")
    let start = reader.offset
    if reader.skip(words: "with", "time", "zone") {
      throw reader.failure(
        "there is no time of day with a zone", code: .unsupported, at: start,
        hint: "Use 'time', or 'timestamp' for moments.")
    }
    _ = reader.skip(words: "without", "time", "zone")
    return .time
  }

  private mutating func parseTimestamp() throws(LakeError) -> DataType {
    _ = try parseParameter(atLeast: 0, atMost: 12, "the precision of a timestamp")
    if reader.skip(words: "without", "time", "zone") { return .localTimestamp }
    if !reader.skip(words: "with", "time", "zone") {
      _ = reader.skip(words: "with", "local", "time", "zone")
    }
    return .timestamp
  }

  private mutating func parseNested(_ word: String) throws(LakeError) -> DataType? {
    switch word {
    case "array":
      let close = try parseOpening(after: word)
      let element = try parseType()
      try expect(close)
      return .array(element)
    case "map":
      let close = try parseOpening(after: word)
      let key = try parseType()
      try expect(",")
      let value = try parseType()
      try expect(close)
      return .map(key: key, value: value)
    case "row", "struct":
      return .row(try parseFields(until: try parseOpening(after: word)))
    default:
      return nil
    }
  }

  /// The bracket after the name of a nested type; returns the one that must close it.
  private mutating func parseOpening(after word: String) throws(LakeError) -> Character {
    if reader.skip("(") { return ")" }
    if reader.skip("<") { return ">" }
    throw reader.failure(
      "'\(word)' does not say of what",
      hint: word == "map"
        ? "Write 'map(varchar, bigint)' or 'map<string,bigint>'."
        : word == "array"
          ? "Write 'array(bigint)' or 'array<bigint>'."
          : "Write 'row(a bigint, b varchar)' or 'struct<a:bigint,b:string>'.")
  }

  private mutating func parseFields(until close: Character) throws(LakeError) -> [Field] {
    if reader.skip(close) { return [] }
    let fields = try parseFields(areHive: close == ">")
    try expect(close)
    return fields
  }

  /// One field or more. Hive puts a colon behind any name.
  private mutating func parseFields(areHive: Bool) throws(LakeError) -> [Field] {
    var fields: [Field] = []
    repeat {
      let name = try reader.readMemberName(beforeColon: areHive)
      _ = reader.skip(":")
      var field = Field(name, try parseType())
      while true {
        if reader.skip(words: "not", "null") {
          field.isNullable = false
        } else if reader.skip(words: "comment") {
          try reader.skipComment()
        } else {
          break
        }
      }
      fields.append(field)
    } while reader.skip(",")
    return fields
  }

  /// A number in parentheses, if there are any.
  private mutating func parseParameter(
    atLeast low: Int, atMost high: Int, _ meaning: String
  ) throws(LakeError) -> Int? {
    guard reader.skip("(") else { return nil }
    let value = try parseNumber(atLeast: low, atMost: high, meaning)
    try expect(")")
    return value
  }

  private mutating func parseNumber(
    atLeast low: Int, atMost high: Int, _ meaning: String
  ) throws(LakeError) -> Int {
    reader.skipBlanks()
    let start = reader.offset
    if let value = reader.readNumber(), value >= low, value <= high { return value }
    throw reader.failure("\(meaning) is a number from \(low) to \(high)", at: start)
  }

  private mutating func expect(_ character: Character) throws(LakeError) {
    if reader.skip(character) { return }
    throw reader.failure(
      reader.isAtEnd
        ? "'\(character)' is missing at the end"
        : "'\(character)' should stand before '\(reader.restForMessage)'")
  }
}
