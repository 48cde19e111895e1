import LakeCore
import LakeEngine
import Testing

/// Zones of the system's database, of which a machine may have none.
@Suite("Time zones", .enabled(if: ZoneDatabase.isThere))
struct TimeZoneTests {
  @Test(
    arguments: [
      ("2024-01-01 12:00:00", "Europe/Berlin", "2024-01-01 13:00:00"),
      ("2024-07-01 12:00:00", "Europe/Berlin", "2024-07-01 14:00:00"),
      ("2024-03-31 00:59:59", "Europe/Berlin", "2024-03-31 01:59:59"),
      ("2024-03-31 01:00:00", "Europe/Berlin", "2024-03-31 03:00:00"),
      ("2024-10-27 00:59:59", "Europe/Berlin", "2024-10-27 02:59:59"),
      ("2024-10-27 01:00:00", "Europe/Berlin", "2024-10-27 02:00:00"),
      ("2099-07-01 12:00:00", "Europe/Berlin", "2099-07-01 14:00:00"),
      ("2099-12-01 12:00:00", "America/New_York", "2099-12-01 07:00:00"),
      ("2099-07-01 12:00:00", "Australia/Sydney", "2099-07-01 22:00:00"),
      ("2099-01-01 12:00:00", "Australia/Sydney", "2099-01-01 23:00:00"),
      ("1970-01-01 00:00:00", "Asia/Kolkata", "1970-01-01 05:30:00"),
      ("2024-01-01 00:00:00", "UTC", "2024-01-01 00:00:00"),
      ("2024-01-01 00:00:00", "+05:45", "2024-01-01 05:45:00"),
      ("2024-01-01 00:00:00", "UTC-3", "2023-12-31 21:00:00"),
    ]) func clocksShowWhatTheyDo(moment: String, zone: String, expected: String) throws
  {
    #expect(try SQLValue.text("TIMESTAMP '\(moment)' AT TIME ZONE '\(zone)'") == expected)
  }

  @Test(
    arguments: [
      ("2024-07-01 14:00:00", "2024-07-01 12:00:00"),
      ("2024-03-31 02:30:00", "2024-03-31 01:30:00"),
      ("2024-10-27 02:30:00", "2024-10-27 00:30:00"),
      ("2024-10-27 03:00:00", "2024-10-27 02:00:00"),
    ]) func clocksTellMoments(clock: String, expected: String) throws
  {
    let sql = "with_timezone(TIMESTAMP '\(clock)', 'Europe/Berlin')"
    #expect(try SQLValue.text(sql) == expected)
  }

  @Test(arguments: [
    "Nowhere/Land", "../../etc/passwd", "/etc/passwd", "", "Europe", "+19:00", "a b",
  ])
  func whatIsNoZoneIsRefused(zone: String) {
    let message = SQLValue.error("now() AT TIME ZONE '\(zone)'") ?? ""
    #expect(message.contains("no such time zone"), "\(message)")
  }

  @Test func aSecondZoneIsOfTheSameMoment() throws {
    let sql = "TIMESTAMP '2024-01-01 00:00:00' AT TIME ZONE '+01:00' AT TIME ZONE '+02:00'"
    #expect(try SQLValue.text(sql) == "2024-01-01 02:00:00")
  }
}

private enum ZoneDatabase {
  static let isThere =
    (try? SQLValue.text("at_timezone(TIMESTAMP '2024-01-01 00:00:00', 'Europe/Berlin')")) != nil
}
