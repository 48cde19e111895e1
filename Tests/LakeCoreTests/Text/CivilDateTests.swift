import LakeCore
import Testing

@Suite("CivilDate")
struct CivilDateTests {
  @Test
  func everyDayOfTwelveThousandYearsFollowsTheOneBefore() {
    var days = CivilDate(year: -2000, month: 1, day: 1).days
    var expected = CivilDate(year: -2000, month: 1, day: 1)
    while expected.year <= 10_000 {
      let date = CivilDate(days: days)
      guard date == expected, date.days == days, date.isValid else {
        Issue.record("day \(days) is \(date), expected \(expected)")
        return
      }
      days += 1
      expected.day += 1
      if expected.day > length(expected.month, expected.year) {
        expected.day = 1
        expected.month += 1
      }
      if expected.month > 12 {
        expected.month = 1
        expected.year += 1
      }
    }
    #expect(CivilDate(days: 0) == CivilDate(year: 1970, month: 1, day: 1))
    #expect(CivilDate(year: 2000, month: 2, day: 29).days == 11_016)
  }

  @Test
  func everyDayOf32BitsComesBack() {
    for days in [Int32.min, .min + 1, -1, 0, 1, .max - 1, .max] {
      #expect(CivilDate(days: days).days == days)
    }
    var days = Int32.min
    var wrong: [Int32] = []
    while days < Int32.max - 100_000 {
      if CivilDate(days: days).days != days { wrong.append(days) }
      days += 99_991
    }
    #expect(wrong.first == nil)
  }

  @Test
  func yearsAreThoseThat32BitsReachWholly() {
    let years = CivilDate.years
    #expect(CivilDate(days: .min).year == years.lowerBound - 1)
    #expect(CivilDate(days: .max).year == years.upperBound + 1)
    #expect(CivilDate(year: years.upperBound, month: 12, day: 31).isValid)
    #expect(!CivilDate(year: years.upperBound + 1, month: 1, day: 1).isValid)
    #expect(!CivilDate(year: years.lowerBound - 1, month: 12, day: 31).isValid)
  }

  private func length(_ month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
