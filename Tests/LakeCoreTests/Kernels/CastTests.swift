import LakeCore
import LakeTestSupport
import Testing

@Suite("Casts")
struct CastTests {
  private let kernels = Kernels()

  private struct NoAnswer: Error {}

  /// The cast of one value; throws where there is no answer.
  private func cast(_ value: Value, _ from: DataType, _ to: DataType) throws -> Value {
    let vector = try ColumnVector.of(from, [value])
    let checked = try kernels.cast(vector, to: to)
    try checked.vector.checkInvariants()
    if let failures = checked.failures {
      #expect(failures.rows[0] && checked.vector.value(at: 0).isNull)
      throw NoAnswer()
    }
    return checked.vector.value(at: 0)
  }

  private func isRefused(_ value: Value, _ from: DataType, _ to: DataType) -> Bool {
    do {
      let answer = try cast(value, from, to)
      Issue.record("\(value) of \(from) became \(answer) of \(to)")
      return false
    } catch { return error is NoAnswer }
  }

  @Test func integersKeepTheirRange() throws {
    #expect(try cast(.int(127), .bigint, .tinyint) == .int(127))
    #expect(try cast(.int(-128), .integer, .tinyint) == .int(-128))
    #expect(try cast(.int(-5), .tinyint, .bigint) == .int(-5))
    #expect(isRefused(.int(128), .bigint, .tinyint))
    #expect(isRefused(.int(-32769), .integer, .smallint))
    #expect(isRefused(.int(1 << 31), .bigint, .integer))
    #expect(try cast(.int(-7), .bigint, .double) == .double(-7))
    #expect(try cast(.bool(true), .boolean, .bigint) == .int(1))
    #expect(try cast(.int(-3), .smallint, .boolean) == .bool(true))
    #expect(try cast(.int(0), .smallint, .boolean) == .bool(false))
  }

  @Test func doublesAreRoundedHalfAwayFromZero() throws {
    #expect(try cast(.double(2.5), .double, .bigint) == .int(3))
    #expect(try cast(.double(-2.5), .double, .integer) == .int(-3))
    #expect(try cast(.double(0.49999999999999994), .double, .bigint) == .int(0))
    #expect(isRefused(.double(.nan), .double, .bigint))
    #expect(isRefused(.double(9.3e18), .double, .bigint))
    #expect(isRefused(.double(127.5), .double, .tinyint))
    #expect(try cast(.double(1e300), .double, .real) == .float(.infinity))
    #expect(try cast(.float(0.1), .real, .double) == .double(Double(Float(0.1))))
    #expect(try cast(.double(-0.0), .double, .boolean) == .bool(false))
  }

  @Test func decimalsAreRescaledHalfAwayFromZero() throws {
    let money = DataType.decimal(precision: 9, scale: 2)
    let wide = DataType.decimal(precision: 38, scale: 10)
    #expect(try cast(.int(12345), money, .decimal(precision: 5, scale: 1)) == .int(1235))
    #expect(try cast(.int(-12345), money, .decimal(precision: 5, scale: 1)) == .int(-1235))
    #expect(try cast(.int(12344), money, .decimal(precision: 5, scale: 1)) == .int(1234))
    #expect(try cast(.int(150), money, wide) == .int128(15_000_000_000))
    #expect(try cast(.int128(15_000_000_000), wide, .bigint) == .int(2))
    #expect(try cast(.int128(-14_999_999_999), wide, .bigint) == .int(-1))
    #expect(try cast(.int(99_999), .bigint, money) == .int(9_999_900))
    #expect(isRefused(.int(10_000_000), .bigint, money))
    #expect(isRefused(.int(99_950), money, .decimal(precision: 3, scale: 1)))
    #expect(try cast(.int(5), .tinyint, wide) == .int128(50_000_000_000))
    #expect(isRefused(.int(30_000), money, .tinyint))
    #expect(try cast(.bool(true), .boolean, money) == .int(100))
    #expect(try cast(.int(0), money, .boolean) == .bool(false))
  }

  @Test func decimalsAndDoublesMeetExactly() throws {
    let money = DataType.decimal(precision: 9, scale: 2)
    #expect(try cast(.int(1234), money, .double) == .double(12.34))
    #expect(try cast(.double(0.285), .double, money) == .int(29))
    #expect(try cast(.double(-1e6), .double, money) == .int(-100_000_000))
    #expect(isRefused(.double(1e8), .double, money))
    #expect(isRefused(.double(.infinity), .double, money))
    #expect(try cast(.float(0.1), .real, money) == .int(10))
    let digits: Int128 = 12_345_678_901_234_567_890_123_456_789
    let wide = DataType.decimal(precision: 38, scale: 10)
    #expect(try cast(.int128(digits), wide, .double) == .double(1234567890123456789.0123456789))
    #expect(try cast(.int128(digits), wide, .real) == .float(1234567890123456789.0123456789))
  }

  @Test func numbersAndTextMeet() throws {
    #expect(try cast(.string("-12"), .varchar, .tinyint) == .int(-12))
    for text in ["", " 1", "1.0", "128", "x", "--1"] {
      #expect(isRefused(.string(text), .varchar, .tinyint))
    }
    #expect(try cast(.string("1e3"), .varchar, .double) == .double(1000))
    #expect(try cast(.string("-Infinity"), .varchar, .real) == .float(-.infinity))
    let money = DataType.decimal(precision: 9, scale: 2)
    #expect(try cast(.string("1.005"), .varchar, money) == .int(101))
    #expect(isRefused(.string("12345678.9"), .varchar, money))
    #expect(try cast(.int(-5), money, .varchar) == .string("-0.05"))
    #expect(try cast(.double(0.1), .double, .varchar) == .string("0.1"))
    #expect(try cast(.int(.min), .bigint, .varchar) == .string("-9223372036854775808"))
    for (text, value) in [("true", true), ("T", true), ("1", true), ("False", false), ("0", false)]
    {
      #expect(try cast(.string(text), .varchar, .boolean) == .bool(value))
    }
    for text in ["", "yes", "2", "tru", "q", "falsey"] {
      #expect(isRefused(.string(text), .varchar, .boolean))
    }
    #expect(try cast(.bool(false), .boolean, .varchar) == .string("false"))
    #expect(isRefused(.bytes([0x61, 0xFF]), .varbinary, .varchar))
    #expect(try cast(.bytes([0xC3, 0xA9]), .varbinary, .varchar) == .string("é"))
  }

  @Test func timesAndTextMeet() throws {
    let noon: Int64 = 1_709_208_000_000_000
    #expect(try cast(.string("2024-02-29"), .varchar, .date) == .int(19782))
    #expect(isRefused(.string("2023-02-29"), .varchar, .date))
    #expect(try cast(.string("2024-02-29T12:00:00Z"), .varchar, .timestamp) == .int(noon))
    #expect(try cast(.string("2024-02-29 14:00+02:00"), .varchar, .timestamp) == .int(noon))
    #expect(try cast(.string("2024-02-29"), .varchar, .timestamp) == .int(noon - 43_200_000_000))
    #expect(isRefused(.string("2024-02-29T12:00:00Z"), .varchar, .localTimestamp))
    #expect(try cast(.string("2024-02-29 12:00"), .varchar, .localTimestamp) == .int(noon))
    #expect(try cast(.int(noon), .timestamp, .varchar) == .string("2024-02-29 12:00:00"))
    #expect(try cast(.int(noon), .timestamp, .date) == .int(19782))
    #expect(try cast(.int(-1), .timestamp, .date) == .int(-1))
    #expect(try cast(.int(-1), .timestamp, .time) == .int(86_399_999_999))
    #expect(try cast(.int(-1), .date, .timestamp) == .int(-86_400_000_000))
    #expect(isRefused(.int(2_000_000_000), .date, .timestamp))
    #expect(try cast(.int(-11), .intervalYearToMonth, .varchar) == .string("-0-11"))
    let days = Value.int(2 * 86_400_000_000 + 11_045_000_000)
    #expect(try cast(days, .intervalDayToSecond, .varchar) == .string("2 03:04:05"))
    let uuid = "12151fd2-7586-11e9-8f9e-2a86e4085a59"
    let number = Value.int128(0x1215_1fd2_7586_11e9_8f9e_2a86_e408_5a59)
    #expect(try cast(.string(uuid), .varchar, .uuid) == number)
    #expect(try cast(number, .uuid, .varchar) == .string(uuid))
    #expect(isRefused(.string(uuid.replacing("-", with: "0")), .varchar, .uuid))
  }

  @Test func valuesBecomeJSON() throws {
    let person = DataType.row([
      Field("name", .varchar), Field("ages", .array(.integer)),
      Field("since", .map(key: .bigint, value: .date)),
    ])
    let value = Value.row([
      .string("a \"b\"\n"), .list([.int(1), .null]), .list([.row([.int(7), .int(0)])]),
    ])
    #expect(
      try cast(value, person, .json)
        == .string(#"{"name":"a \"b\"\n","ages":[1,null],"since":{"7":"1970-01-01"}}"#))
    #expect(try cast(.double(1), .double, .json) == .string("1.0"))
    #expect(isRefused(.list([.double(.nan)]), .array(.double), .json))
    #expect(try cast(.list([.null]), .array(.double), .json) == .string("[null]"))
  }

  @Test func scalarsComeOutOfJSON() throws {
    #expect(
      try cast(.string(" \"a\\u00e9\\ud83d\\ude00\\n\" "), .json, .varchar) == .string("aé😀\n"))
    #expect(try cast(.string("null"), .json, .varchar) == .null)
    #expect(try cast(.string("1e3"), .json, .bigint) == .int(1000))
    #expect(try cast(.string("\"12\""), .json, .integer) == .int(12))
    #expect(try cast(.string("true"), .json, .boolean) == .bool(true))
    #expect(try cast(.string("\"2024-02-29\""), .json, .date) == .int(19782))
    for text in ["[1]", "{}", "", "\"\\ud83d\"", "\"a\"b\""] {
      #expect(isRefused(.string(text), .json, .varchar))
    }
  }

  @Test func rowsAreCastByNameAndElseByPosition() throws {
    let source = DataType.row([Field("a", .integer), Field("B", .varchar)])
    let value = Value.row([.int(1), .string("2")])
    let named = DataType.row([Field("b", .bigint), Field("A", .double), Field("c", .date)])
    #expect(try cast(value, source, named) == .row([.int(2), .double(1), .null]))
    let positioned = DataType.row([Field("x", .varchar), Field("y", .integer)])
    #expect(try cast(value, source, positioned) == .row([.string("1"), .int(2)]))
    let lossy = DataType.row([Field("a", .integer), Field("c", .varchar)])
    #expect(!source.canCast(to: lossy))
    #expect(isRefused(.row([.int(1), .string("x")]), source, named))
  }

  @Test func mapsWhoseKeysBecomeOneAreRefused() throws {
    let source = DataType.map(key: .double, value: .integer)
    let target = DataType.map(key: .bigint, value: .bigint)
    let entry = { (key: Double) in Value.row([.double(key), .int(1)]) }
    #expect(isRefused(.list([entry(1), entry(1.2)]), source, target))
    #expect(
      try cast(.list([entry(1), entry(1.6)]), source, target)
        == .list([.row([.int(1), .int(1)]), .row([.int(2), .int(1)])]))
  }

  @Test func theLowestSelectedRowThatFailedIsTheError() throws {
    let texts = ["1", "x", "3", "a rather long text that no view can hold", "5"]
    let vector = try ColumnVector.of(.varchar, texts.map { .string($0) })
    let checked = try kernels.cast(vector, to: .bigint)
    #expect(checked.vector.allValues == [.int(1), .null, .int(3), .null, .int(5)])
    let error = #expect(throws: LakeError.self) { try checked.raised() }
    #expect(error?.message == "cannot cast 'x' of type varchar to bigint")
    #expect(error?.code.description == "invalid_input")
    let kept = try kernels.filter(
      ColumnVector.of(.boolean, [true, false, true, true, true].map { .bool($0) }))
    let second = #expect(throws: LakeError.self) { try checked.raised(within: kept) }
    #expect(second?.message.contains("'a rather long") == true)
    let good = try kernels.filter(
      ColumnVector.of(.boolean, [true, false, true, false, true].map { .bool($0) }))
    _ = try checked.raised(within: good)
    #expect(try kernels.cast(vector, to: .bigint, .orNull).failures == nil)
  }

  @Test(arguments: KernelPropertyTests.seeds)
  func theFormChangesNothing(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<10 {
      let (source, to) = (random.type(), random.castTarget())
      guard source.canCast(to: to) else { continue }
      let values = random.values(source, count: random.below(80))
      let vector = try random.vector(source, values)
      let checked = try kernels.cast(vector, to: to)
      #expect(checked.vector.type == to)
      try checked.vector.checkInvariants()
      for (row, value) in values.enumerated() {
        let expected = try? cast(value, source, to)
        let failed = checked.failures?.rows[row] ?? false
        #expect(failed == (expected == nil), "seed \(seed): \(value) of \(source) to \(to)")
        let answer = checked.vector.value(at: row)
        #expect(answer.isSame(as: expected ?? .null), "seed \(seed): \(value), \(source) to \(to)")
      }
    }
  }

  @Test(arguments: KernelPropertyTests.seeds)
  func textReadsBack(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    // Not every text is JSON, and not all bytes are text.
    let others: [DataType] = [.json, .varbinary]
    for type in SeededRandom.scalarTypes
    where DataType.varchar.canCast(to: type) && !others.contains(type) {
      let value = random.value(type, nulls: false)
      let text = try cast(value, type, .varchar)
      let again = try? cast(text, .varchar, type)
      #expect(again?.isSame(as: value) == true, "\(text) of \(type)")
    }
  }

  @Test func dictionariesStayOneDictionaryWithAMemo() throws {
    let words = try ColumnVector.of(.varchar, ["1", "2"].map { .string($0) }).flattened()
    let dictionary = VectorDictionary(values: words)
    var memo = DictionaryMemo()
    var seen: [ObjectIdentifier] = []
    for _ in 0..<2 {
      let indices = try Buffer(byteCount: 12)
      for row in 0..<3 { indices.pointer(as: UInt32.self)[row] = UInt32(row % 2) }
      let column = DictionaryColumn(
        count: 3, validity: nil, indices: indices, dictionary: dictionary)
      let vector = ColumnVector(type: .varchar, dictionary: column)
      let cast = try kernels.cast(vector, to: .bigint, memo: &memo).vector
      #expect(cast.allValues == [.int(1), .int(2), .int(1)])
      if case .dictionary(let column) = cast.form {
        seen.append(ObjectIdentifier(column.dictionary))
      }
    }
    #expect(seen.count == 2 && seen[0] == seen[1])
  }
}

extension SeededRandom {
  mutating func castTarget() -> DataType {
    chance(3)
      ? type() : pick([.varchar, .json, .bigint, .double, .decimal(precision: 12, scale: 3)])
  }
}
