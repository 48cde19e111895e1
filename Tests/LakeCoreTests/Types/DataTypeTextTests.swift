import LakeCore
import LakeTestSupport
import Testing

@Suite("DataType as text")
struct DataTypeTextTests {
  static let spellings: [(String, DataType)] = [
    ("bigint", .bigint), ("BIGINT", .bigint), (" long ", .bigint), ("integer", .integer),
    ("int", .integer), ("smallint", .smallint), ("short", .smallint), ("tinyint", .tinyint),
    ("byte", .tinyint), ("boolean", .boolean), ("real", .real), ("float", .real),
    ("double", .double), ("double precision", .double), ("Double\n Precision", .double),
    ("decimal", .decimal(precision: 38, scale: 0)),
    ("decimal(5)", .decimal(precision: 5, scale: 0)),
    ("numeric( 10 , 2 )", .decimal(precision: 10, scale: 2)),
    ("dec(38,38)", .decimal(precision: 38, scale: 38)), ("varchar", .varchar),
    ("varchar(255)", .varchar), ("char(1)", .varchar), ("character varying(9)", .varchar),
    ("string", .varchar), ("text", .varchar), ("varbinary", .varbinary), ("binary", .varbinary),
    ("date", .date), ("time", .time), ("time(3)", .time), ("time(6) without time zone", .time),
    ("timestamp", .timestamp), ("timestamp(3)", .timestamp),
    ("timestamp(3) with time zone", .timestamp), ("TIMESTAMP WITH TIME ZONE", .timestamp),
    ("timestamp with local time zone", .timestamp), ("timestamp_ltz", .timestamp),
    ("timestamp without time zone", .localTimestamp), ("timestamp_ntz", .localTimestamp),
    ("datetime", .localTimestamp), ("interval year to month", .intervalYearToMonth),
    ("INTERVAL  DAY TO\tSECOND", .intervalDayToSecond), ("json", .json), ("uuid", .uuid),
    ("void", .unseen), ("unknown", .unseen), ("array(bigint)", .array(.bigint)),
    ("array<int>", .array(.integer)), ("array < array(string) >", .array(.array(.varchar))),
    ("map(varchar, double)", .map(key: .varchar, value: .double)),
    ("map<string,array<int>>", .map(key: .varchar, value: .array(.integer))),
    ("row(a bigint, \"b c\" varchar)", .row([Field("a", .bigint), Field("b c", .varchar)])),
    (
      "ROW(Timestamp timestamp, \"say \"\"hi\"\"\" date)",
      .row([Field("Timestamp", .timestamp), Field("say \"hi\"", .date)])
    ),
    ("struct<a:int,b:string>", .row([Field("a", .integer), Field("b", .varchar)])),
    ("struct<`a b`:int,`c``d`:string>", .row([Field("a b", .integer), Field("c`d", .varchar)])),
    (
      "struct<a:int COMMENT 'it''s, <x:y>', b:string comment \"z\\\"\" >",
      .row([Field("a", .integer), Field("b", .varchar)])
    ),
    (
      "STRUCT<a: BIGINT NOT NULL COMMENT 'k', b: STRING>",
      .row([Field("a", .bigint, isNullable: false), Field("b", .varchar)])
    ),
    (
      "struct<a int, b decimal(10,2), c array<struct<d:int>>>",
      .row([
        Field("a", .integer), Field("b", .decimal(precision: 10, scale: 2)),
        Field("c", .array(.row([Field("d", .integer)]))),
      ])
    ),
    (
      "struct<$oid:string,a.b:int,my-field:int,first name : int,größe:int>",
      .row([
        Field("$oid", .varchar), Field("a.b", .integer), Field("my-field", .integer),
        Field("first name", .integer), Field("größe", .integer),
      ])
    ),
    ("struct<>", .row([])), ("row()", .row([])),
    (
      "row(row row(a int), array array(int))",
      .row([Field("row", .row([Field("a", .integer)])), Field("array", .array(.integer))])
    ),
  ]

  @Test(arguments: spellings)
  func readsTheSpellingsOfAllThree(text: String, type: DataType) throws {
    #expect(try DataType(parsing: text) == type)
  }

  static let errors: [(String, Int, String, String?)] = [
    ("", 0, "a type is missing at the end", nil),
    ("bigit", 0, "unknown type 'bigit'", "Did you mean 'bigint'?"),
    ("array(strng)", 6, "unknown type 'strng'", "Did you mean 'string'?"),
    ("row(a timestmap)", 6, "unknown type 'timestmap'", "Did you mean 'timestamp'?"),
    ("geometry", 0, "unknown type 'geometry'", nil),
    ("bigint x", 7, "the type ends before 'x'", nil),
    ("(int)", 0, "a type should stand before '(int)'", nil),
    ("decimal(39)", 8, "the precision of a decimal is a number from 1 to 38", nil),
    ("decimal(0,0)", 8, "the precision of a decimal is a number from 1 to 38", nil),
    ("decimal(5,6)", 10, "the scale of this decimal is a number from 0 to 5", nil),
    (
      "decimal(99999999999999999999)", 8, "the precision of a decimal is a number from 1 to 38", nil
    ),
    ("decimal(5", 9, "')' is missing at the end", nil),
    ("decimal(5;2)", 9, "')' should stand before ';2)'", nil),
    ("varchar(0)", 8, "the length of a text is a number from 1 to 2147483647", nil),
    ("time(13)", 5, "the precision of a time is a number from 0 to 12", nil),
    (
      "time with time zone", 5, "there is no time of day with a zone",
      "Use 'time', or 'timestamp' for moments."
    ),
    (
      "interval", 8, "'interval' does not say of what",
      "Write 'interval year to month' or 'interval day to second'."
    ),
    ("array", 5, "'array' does not say of what", "Write 'array(bigint)' or 'array<bigint>'."),
    ("array<int)", 9, "'>' should stand before ')'", nil),
    ("map<int>", 7, "',' should stand before '>'", nil),
    ("row(a)", 5, "a type should stand before ')'", nil),
    (
      "row(a int,)", 10, "a name should stand before ')'",
      "Names with other than letters, digits and underscores stand in double quotes."
    ),
    ("row(\"a int)", 4, "the quotes of a name are not closed", nil),
    ("struct<a:int comment x>", 21, "a comment stands in quotes", nil),
    ("struct<a:int comment 'x>", 21, "the quotes of a comment are not closed", nil),
  ]

  @Test(arguments: errors)
  func tellsWhatIsWrongAndWhere(text: String, offset: Int, message: String, hint: String?) {
    let error = #expect(throws: LakeError.self) { try DataType(parsing: text) }
    #expect(error?.message == message)
    #expect(error?.place?.byteOffset == offset)
    #expect(error?.hint == hint)
  }

  @Test
  func depthIsCapped() throws {
    func nested(_ levels: Int) -> String {
      String(repeating: "array<", count: levels) + "int" + String(repeating: ">", count: levels)
    }
    let deepest = try DataType(parsing: nested(63))
    #expect(try DataType(parsing: deepest.description) == deepest)
    for levels in [64, 100_000] {
      let error = #expect(throws: LakeError.self) { try DataType(parsing: nested(levels)) }
      #expect(error?.code == .limitExceeded)
    }
  }

  @Test
  func everyTypeReadsBackInEveryDialect() throws {
    var random = SeededRandom(seed: 12)
    for _ in 0..<3000 {
      let type = randomType(&random, depth: 4)
      for dialect in DataType.Dialect.allCases {
        let text = type.spelled(dialect)
        #expect(try DataType(parsing: text) == type, "\(text)")
      }
      #expect(type.description == type.spelled(.trino))
    }
  }

  /// Pieces of types in any order: an error or a type, never a trap.
  @Test
  func hostileTextIsReadToItsEnd() {
    let pieces = [
      "row", "(", ")", "<", ">", ",", ":", "a", "int", "decimal", "38", "999999999999", "\"", "`",
      "'",
      " ", "not", "null", "comment", "interval", "timestamp", "with", "\u{0}", "é", "😀", "\\",
      "struct",
    ]
    var random = SeededRandom(seed: 13)
    for _ in 0..<20_000 {
      let text = (0..<12).compactMap { _ in pieces.randomElement(using: &random) }.joined()
      if let type = try? DataType(parsing: text) {
        #expect((try? DataType(parsing: type.spelled(.hive))) == type, "\(text)")
      }
    }
  }

  @Test
  func spellsAsTheDialectsDo() {
    let type = DataType.row([
      Field("id", .integer, isNullable: false), Field("b c", .array(.varchar)), Field("1st", .real),
      Field("a.b", .map(key: .varchar, value: .localTimestamp)), Field("", .unseen),
    ])
    #expect(
      type.spelled(.trino)
        == "row(id integer not null, \"b c\" array(varchar), \"1st\" real, "
        + "\"a.b\" map(varchar, timestamp without time zone), \"\" unknown)")
    #expect(
      type.spelled(.hive)
        == "struct<id:int not null,`b c`:array<string>,1st:float,"
        + "a.b:map<string,timestamp_ntz>,``:void>")
  }

  private func randomType(_ random: inout SeededRandom, depth: Int) -> DataType {
    let scalars: [DataType] = [
      .unseen, .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double, .varchar,
      .varbinary,
      .date, .time, .timestamp, .localTimestamp, .intervalYearToMonth, .intervalDayToSecond, .json,
      .uuid,
    ]
    switch depth == 0 ? 4 + random.next() % 4 : random.next() % 8 {
    case 0: return .array(randomType(&random, depth: depth - 1))
    case 1:
      let key = randomType(&random, depth: depth - 1)
      return .map(key: key, value: randomType(&random, depth: depth - 1))
    case 2, 3:
      return .row(
        (0..<random.next() % 4).map { _ in
          Field(
            randomName(&random), randomType(&random, depth: depth - 1),
            isNullable: random.next() % 4 > 0)
        })
    case 4:
      let precision = 1 + Int(random.next() % 38)
      return .decimal(precision: precision, scale: Int(random.next() % UInt64(precision + 1)))
    default: return scalars[Int(random.next() % UInt64(scalars.count))]
    }
  }

  private func randomName(_ random: inout SeededRandom) -> String {
    let letters = Array("ab1_$. -:,<>()\"'`\\éA\n\u{301}")
    return String((0..<random.next() % 6).compactMap { _ in letters.randomElement(using: &random) })
  }
}
