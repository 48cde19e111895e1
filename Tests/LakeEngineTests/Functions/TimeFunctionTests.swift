import Testing

@Suite("Functions of time")
struct TimeFunctionTests {
  @Test(
    arguments: [
      ("DATE '2024-01-31' + INTERVAL '1' MONTH", "2024-02-29"),
      ("DATE '2024-02-29' - INTERVAL '1' YEAR", "2023-02-28"),
      ("INTERVAL '1' DAY + DATE '2024-02-29'", "2024-03-01"),
      ("DATE '2024-03-01' - INTERVAL '2' DAY", "2024-02-28"),
      ("TIMESTAMP '2024-02-29 12:00:00' + INTERVAL '90' MINUTE", "2024-02-29 13:30:00"),
      ("TIMESTAMP '2024-01-31 10:00:00' + INTERVAL '1' MONTH", "2024-02-29 10:00:00"),
      ("TIMESTAMP '1969-12-31 23:00:00' - INTERVAL '1' MONTH", "1969-11-30 23:00:00"),
      ("DATE '2024-03-01' - DATE '2024-02-28' = INTERVAL '2' DAY", "true"),
      ("TIME '23:00:00' + INTERVAL '2' HOUR", "01:00:00"),
      ("TIME '01:00:00' - INTERVAL '2' HOUR", "23:00:00"),
      ("INTERVAL '1' DAY * 3 = INTERVAL '3' DAY", "true"),
      ("2 * INTERVAL '1' MONTH = INTERVAL '2' MONTH", "true"),
      ("INTERVAL '3' DAY / 2 = INTERVAL '36' HOUR", "true"),
      ("INTERVAL '1' DAY - INTERVAL '1' HOUR = INTERVAL '23' HOUR", "true"),
    ]) func signs(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }

  @Test(
    arguments: [
      ("year(DATE '2024-02-29')", "2024"), ("quarter(DATE '2024-02-29')", "1"),
      ("quarter(DATE '2024-10-01')", "4"), ("month(TIMESTAMP '2024-02-29 23:59:59')", "2"),
      ("day(DATE '2024-02-29')", "29"), ("hour(TIMESTAMP '1969-12-31 23:30:15.250')", "23"),
      ("minute(TIMESTAMP '1969-12-31 23:30:15.250')", "30"),
      ("second(TIMESTAMP '1969-12-31 23:30:15.250')", "15"),
      ("millisecond(TIMESTAMP '1969-12-31 23:30:15.250')", "250"), ("hour(TIME '07:00:00')", "7"),
      ("day_of_week(DATE '2024-02-29')", "4"), ("day_of_week(DATE '2024-03-03')", "7"),
      ("day_of_week(DATE '1969-12-29')", "1"), ("day_of_year(DATE '2024-12-31')", "366"),
      ("week(DATE '2021-01-03')", "53"), ("year_of_week(DATE '2021-01-03')", "2020"),
      ("week(DATE '2024-12-30')", "1"), ("year_of_week(DATE '2024-12-30')", "2025"),
      ("last_day_of_month(DATE '2024-02-10')", "2024-02-29"),
      ("now()", "2024-02-29 12:30:00.123456"), ("current_date", "2024-02-29"),
      ("EXTRACT(YEAR FROM DATE '2024-02-29')", "2024"),
    ]) func parts(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }

  @Test(
    arguments: [
      ("date_trunc('hour', TIMESTAMP '2024-02-29 12:34:56')", "2024-02-29 12:00:00"),
      ("date_trunc('day', TIMESTAMP '1969-12-31 12:34:56')", "1969-12-31 00:00:00"),
      ("date_trunc('week', DATE '2024-02-29')", "2024-02-26"),
      ("date_trunc('month', DATE '2024-02-29')", "2024-02-01"),
      ("date_trunc('quarter', DATE '2024-06-30')", "2024-04-01"),
      ("date_trunc('YEAR', TIMESTAMP '2024-06-30 01:02:03')", "2024-01-01 00:00:00"),
      ("date_add('month', 1, DATE '2024-01-31')", "2024-02-29"),
      ("date_add('day', -1, DATE '2024-03-01')", "2024-02-29"),
      ("date_add('quarter', 2, DATE '2024-01-01')", "2024-07-01"),
      ("date_add('hour', 25, TIMESTAMP '2024-02-28 23:00:00')", "2024-03-01 00:00:00"),
      ("date_diff('day', DATE '2024-02-28', DATE '2024-03-01')", "2"),
      ("date_diff('day', DATE '2024-03-01', DATE '2024-02-28')", "-2"),
      ("date_diff('month', DATE '2024-01-31', DATE '2024-02-29')", "1"),
      ("date_diff('month', DATE '2024-01-15', DATE '2024-02-14')", "0"),
      ("date_diff('month', DATE '2024-02-14', DATE '2024-01-15')", "0"),
      ("date_diff('year', DATE '2000-02-29', DATE '2024-02-28')", "23"),
      ("date_diff('hour', TIMESTAMP '2024-01-01 00:30:00', TIMESTAMP '2024-01-01 02:00:00')", "1"),
      (
        "date_diff('second', TIMESTAMP '1969-12-31 23:59:59', TIMESTAMP '1970-01-01 00:00:01')", "2"
      ),
      ("datediff(DATE '2024-03-01', DATE '2024-02-28')", "2"),
      ("add_months(DATE '2024-01-31', 1)", "2024-02-29"),
    ]) func units(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }

  @Test(
    arguments: [
      ("from_unixtime(0)", "1970-01-01 00:00:00"),
      ("from_unixtime(-0.5e0)", "1969-12-31 23:59:59.500"),
      ("from_unixtime_ms(1655564114000)", "2022-06-18 14:55:14"),
      ("to_unixtime(TIMESTAMP '1970-01-01 00:01:00.5')", "60.5"),
      ("date(TIMESTAMP '2024-02-29 23:00:00')", "2024-02-29"), ("date('2024-02-29')", "2024-02-29"),
      ("to_date('2024-02-29')", "2024-02-29"), ("to_iso8601(DATE '2024-02-29')", "2024-02-29"),
      (
        "date_format(TIMESTAMP '2024-02-09 07:05:09.001', '%Y-%m-%d %H:%i:%s.%f')",
        "2024-02-09 07:05:09.001000"
      ),
      ("date_format(TIMESTAMP '2024-02-09 19:05:09', '%e.%c.%y %l:%i %p')", "9.2.24 7:05 PM"),
      ("date_format(TIMESTAMP '2024-02-09 00:05:09', '%r %T')", "12:05:09 AM 00:05:09"),
      (
        "date_format(DATE '2024-02-09', '%W %a %M %b %j %x-%v %%')",
        "Friday Fri February Feb 040 2024-06 %"
      ),
      ("date_parse('2024-02-09 07:05', '%Y-%m-%d %H:%i')", "2024-02-09 07:05:00"),
      ("date_parse('9 FEB 24, 7 pm', '%e %b %y, %l %p')", "2024-02-09 19:00:00"),
      ("date_parse('2024-040', '%Y-%j')", "2024-02-09 00:00:00"),
      ("date_parse('00:00:00.25', '%T.%f')", "1970-01-01 00:00:00.250"),
      ("date_parse('Friday', '%W')", "1970-01-01 00:00:00"),
      ("TRY(date_parse('2024-02-30', '%Y-%m-%d'))", "null"),
      ("TRY(date_parse('2024-02-09x', '%Y-%m-%d'))", "null"),
      ("TRY(date_parse('2024-367', '%Y-%j'))", "null"), ("TRY(date('soon'))", "null"),
    ]) func conversions(sql: String, expected: String) throws
  {
    #expect(try SQLValue.text(sql) == expected, "\(sql)")
  }

  @Test(
    arguments: [
      ("date_trunc('age', DATE '2024-02-29')", "there is no unit of time 'age'"),
      ("date_trunc('hour', DATE '2024-02-29')", "a date has no hour"),
      ("date_add('day', 3000000000, DATE '2024-02-29')", "a moment that cannot be told"),
      ("DATE '2024-02-29' + INTERVAL '1' HOUR", "other than whole days"),
      ("from_unixtime(1e30)", "a moment that cannot be told"),
      ("date_format(DATE '2024-02-29', '%q')", "the format is not one of date_format"),
      ("date_parse('x', '%Y')", "the text is not of the format"),
    ]) func whatHasNoAnswerIsAnError(sql: String, expected: String)
  {
    let message = SQLValue.error(sql) ?? ""
    #expect(message.contains(expected), "\(sql): \(message)")
  }
}
