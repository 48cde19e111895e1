import LakeCore
import LakeTestSupport
import Testing

@Suite("Dates and times as text")
struct DateTimeTextTests {
  private func date(_ text: String) -> Int32? {
    withToken(text) { DateText.parse($0, count: $1) }
  }

  private func time(_ text: String) -> Int64? {
    withToken(text) { TimeText.parse($0, count: $1) }
  }

  private func timestamp(_ text: String) -> TimestampText.Parsed? {
    withToken(text) { TimestampText.parse($0, count: $1) }
  }

  private func writtenDate(_ days: Int32) -> String {
    written(room: DateText.byteCountMax) { DateText.write(days: days, to: $0) }
  }

  private func writtenTimestamp(_ microseconds: Int64, isMoment: Bool = true) -> String {
    written(room: TimestampText.byteCountMax) {
      TimestampText.write(microseconds: microseconds, isMoment: isMoment, to: $0)
    }
  }

  @Test(arguments: [
    ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2024-02-29", 19_782),
    ("9999-12-31", 2_932_896), ("0001-01-01", -719_162), ("0000-01-01", -719_528),
    ("+1970-01-01", 0), ("-0001-01-01", -719_893), ("+12345-06-07", 3_789_548),
    ("+5881579-12-31", 2_147_483_454),
    ("-5877640-01-01", -2_147_483_456),
  ])
  func readsDates(text: String, days: Int) {
    #expect(date(text).map(Int.init) == days)
  }

  @Test(arguments: [
    "", "2024", "2024-02", "2024-2-9", "2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01",
    "2024-00-01", "2024-01-00", "2024-04-31", "2024-01-32", "2024/01/01", "2024,01-01",
    "2024-01,01", "20240101", "2024-01-01 ",
    " 2024-01-01", "2024-01-0a", "2024-01-:0", "202a-01-01", "2024-0101-", "-2024-01-01x",
    "12345-01-01",
    "+123-01-01", "+5881580-01-01", "+12345678-01-01", "-", "+2024-01-1", "0000-00-00",
    "2024-01--1",
    "2024001-01", "\u{0}024-01-01",
  ])
  func refusesWhatIsNoDate(text: String) {
    #expect(date(text) == nil)
  }

  @Test
  func datesReadBack() {
    for days in stride(from: Int32(-800_000), through: 4_000_000, by: 379) {
      #expect(date(writtenDate(days)) == days)
    }
    #expect(writtenDate(0) == "1970-01-01")
    #expect(writtenDate(-719_528) == "0000-01-01")
    #expect(writtenDate(-719_529) == "-0001-12-31")
    #expect(writtenDate(2_932_897) == "+10000-01-01")
    #expect(writtenDate(.min) == "-5877641-06-23")
    #expect(writtenDate(.max) == "+5881580-07-11")
  }

  @Test(arguments: [
    ("00:00", 0), ("23:59", 86_340_000_000), ("23:59:59", 86_399_000_000),
    ("12:34:56.7", 45_296_700_000), ("12:34:56.789", 45_296_789_000),
    ("23:59:59.999999", 86_399_999_999), ("00:00:00.000001000", 1),
  ])
  func readsTimes(text: String, microseconds: Int64) {
    #expect(time(text) == microseconds)
  }

  @Test(arguments: [
    "", "1:00", "24:00", "23:60", "23:59:60", "12:34:", "12:34:5", "12:34:56.", "12:34:56.0000001",
    "12:34:56.1234567", "12:34:56.0000000000", "12.34", "12:34:56,7", "12:34:56.7a", "-1:00",
    "12:34Z",
  ])
  func refusesWhatIsNoTime(text: String) {
    #expect(time(text) == nil)
  }

  @Test
  func timesReadBack() {
    for value in [0, 1, 999, 1000, 999_999, 1_000_000, 86_399_999_999, 45_296_789_000] as [Int64] {
      let text = written(room: TimeText.byteCountMax) {
        TimeText.write(microseconds: value, to: $0)
      }
      #expect(time(text) == value, "\(text)")
    }
  }

  @Test(arguments: [
    ("1970-01-01 00:00", 0, false), ("1970-01-01T00:00:00Z", 0, true),
    ("1970-01-01t00:00:00.000001z", 1, true), ("1970-01-01 00:00:00 UTC", 0, true),
    ("1970-01-01 01:00+01:00", 0, true), ("1970-01-01T01:30:00+0130", 0, true),
    ("1969-12-31 23:00:00.5-01", 500_000, true), ("1969-12-31 23:59:59.999999", -1, false),
    ("2024-02-29 12:34:56.789", 1_709_210_096_789_000, false),
    ("-0001-12-31 23:59:59", -62_167_219_201_000_000, false),
    ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999, true),
    ("+294247-01-10T04:00:54.775807Z", Int64.max, true),
    ("-290308-12-21T19:59:05.224192Z", Int64.min, true),
    ("+294247-01-10T22:00:54.775807+18:00", Int64.max, true),
    ("-290308-12-21T01:59:05.224192-18:00", Int64.min, true),
  ])
  func readsTimestamps(text: String, microseconds: Int64, hasZone: Bool) {
    #expect(timestamp(text) == .init(microseconds: microseconds, hasZone: hasZone))
  }

  @Test(arguments: [
    "", "2024-01-01", "2024-01-01 ", "2024-01-01T", "2024-01-01  00:00", "2024-01-01_00:00",
    "2024-01-01 24:00", "2024-01-01 00:00:60", "2024-02-30 00:00", "2024-01-01 00:00 Z",
    "2024-01-01 00:00:00 GMT", "2024-01-01 00:00+1", "2024-01-01 00:00+19:00",
    "2024-01-01 00:00+18:01",
    "2024-01-01 00:00+01:60", "2024-01-01 00:00+01:", "2024-01-01 00:00+01:000",
    "2024-01-01 00:00ZZ",
    "2024-01-01 00:00:00.1234567", "+294247-01-10T04:00:54.775808Z", "+5881579-01-01 00:00",
    "-290308-12-21T19:59:05.224191Z", "-290308-12-21T19:59:05.224192+01",
  ])
  func refusesWhatIsNoTimestamp(text: String) {
    #expect(timestamp(text) == nil)
  }

  @Test
  func timestampsReadBack() {
    var random = SeededRandom(seed: 7)
    for index in 0..<20_000 {
      let value = Int64(bitPattern: random.next()) >> (index % 40)
      let isMoment = index % 2 == 0
      let text = writtenTimestamp(value, isMoment: isMoment)
      #expect(timestamp(text) == .init(microseconds: value, hasZone: isMoment), "\(text)")
    }
    #expect(writtenTimestamp(0) == "1970-01-01T00:00:00Z")
    #expect(writtenTimestamp(-1, isMoment: false) == "1969-12-31T23:59:59.999999")
    #expect(writtenTimestamp(1_000) == "1970-01-01T00:00:00.001Z")
    #expect(writtenTimestamp(.min) == "-290308-12-21T19:59:05.224192Z")
  }

  /// A token lies in the midst of other bytes; none of them may decide anything.
  @Test(arguments: ["2024-02-29", "2024-02-29 12:34:56.789+01:30", "+12345-06-07 12:30:00 UTC"])
  func noPrefixReadsAsTheWhole(text: String) {
    for length in 0..<text.utf8.count {
      let prefix = String(text.prefix(length))
      let whole = timestamp(text)
      if let parsed = timestamp(prefix) { #expect(parsed != whole, "\(prefix)") }
      if length != 10 { #expect(date(prefix) == nil || date(prefix) != date(text)) }
    }
  }
}
