/// The customers. Everything about one follows from the seed and the customer's index.
///
/// Emails are unique because each index has its own pair of names or, past the number of pairs,
/// its own number behind them. Serial numbers are unique because their first eight digits are a
/// permutation of the index.
struct StediPopulation: Sendable {
  /// What decides about a customer's rows downstream.
  struct Traits {
    let bits: UInt64

    /// Half of all customers each, independently of one another. In the early profile it is the
    /// newest record that decides about research.
    @inline(__always) var sharesWithResearch: Bool { bits & 1 != 0 }
    @inline(__always) var sharesWithPublic: Bool { bits & 2 != 0 }
    @inline(__always) var sharesWithFriends: Bool { bits & 4 != 0 }
    /// 31 of 32 customers.
    @inline(__always) var hasReadings: Bool { bits & 0xF8 != 0 }
  }

  let count: Int
  /// In the early profile.
  let history: StediHistory?
  private let names = StediNames()
  private let pairs: IndexPermutation
  private let traitKey: UInt64
  private let serialKey: UInt64
  private let detailKey: UInt64

  init(count: Int, seed: UInt64, profile: StediProfile) {
    self.count = count
    history = profile == .early ? StediHistory(personCount: count, seed: seed) : nil
    var keys = RandomStream(seed: seed ^ 0x0043_7573_746F_6D65)
    pairs = IndexPermutation(count: names.firstCount * names.lastCount, key: keys.next())
    traitKey = keys.next()
    serialKey = keys.next()
    detailKey = keys.next()
  }

  /// Of landing records, one or more of each customer.
  var recordCount: Int { history?.recordCount ?? count }

  @inline(__always)
  func traits(of customer: Int) -> Traits {
    let bits = RandomStream.number(customer, key: traitKey)
    guard let history else { return Traits(bits: bits) }
    return Traits(bits: bits & ~1 | (history.answers(of: customer).newestGrants ? 1 : 0))
  }

  /// `Frank.Doshi@test.com`, or `Frank.Doshi2@test.com` for the second of that name.
  @inline(__always)
  func appendEmail(of customer: Int, to cursor: inout ByteCursor) {
    let (first, last, repetition) = nameParts(of: customer)
    appendName(first, to: &cursor)
    cursor.append(UInt8(ascii: "."))
    appendName(last, to: &cursor)
    if repetition > 0 { cursor.appendNumber(repetition + 1) }
    cursor.append("@test.com")
  }

  /// The serial number of the device that a customer uses.
  @inline(__always)
  func appendSerial(of customer: Int, to cursor: inout ByteCursor) {
    appendSerial(history?.serial(of: customer) ?? customer, to: &cursor)
  }

  /// A random UUID (version 4).
  @inline(__always)
  private func appendSerial(_ serial: Int, to cursor: inout ByteCursor) {
    let random = RandomStream.number(serial, key: serialKey)
    cursor.appendHex(UInt64(uniqueWord(serial)), count: 8)
    cursor.append("-")
    cursor.appendHex(random, count: 4)
    cursor.append("-4")
    cursor.appendHex(random &>> 16, count: 3)
    cursor.append("-")
    cursor.appendHex(8 | (random &>> 28 & 3), count: 1)
    cursor.appendHex(random &>> 30, count: 3)
    cursor.append("-")
    cursor.appendHex((random &* 0x9FB2_1C65_1E98_DF25) &>> 16, count: 12)
  }

  /// A landing record, without a line end: at most 512 bytes.
  func appendRecord(at position: Int, to cursor: inout ByteCursor) {
    guard let history else {
      var details = appendPerson(position, serial: position, to: &cursor)
      appendDates(traits(of: position), &details, to: &cursor)
      cursor.append("}")
      return
    }
    let record = history.record(at: position)
    _ = appendPerson(record.person, serial: record.serial, to: &cursor)
    appendAnswers(record, history, to: &cursor)
    cursor.append("}")
  }

  /// What begins the record of somebody who is in no other: how a file ends that is cut off. So
  /// whatever a reader concludes from the loss of it is about nobody in the data.
  func appendStranger(_ number: Int, to cursor: inout ByteCursor) {
    _ = appendPerson(count + number, serial: count + number, to: &cursor)
  }

  /// The part of a record that says who it is about, and the random numbers for the rest.
  private func appendPerson(
    _ customer: Int, serial: Int, to cursor: inout ByteCursor
  ) -> RandomStream {
    var details = RandomStream(seed: RandomStream.number(customer, key: detailKey))
    cursor.append("{\"customerName\":\"")
    let (first, last, _) = nameParts(of: customer)
    appendName(first, to: &cursor)
    cursor.append(" ")
    appendName(last, to: &cursor)
    cursor.append("\",\"email\":\"")
    appendEmail(of: customer, to: &cursor)
    cursor.append("\",\"phone\":\"")
    appendPhone(details.next(), to: &cursor)
    cursor.append("\",\"birthDay\":\"")
    appendBirthDay(details.next(), to: &cursor)
    cursor.append("\",\"serialNumber\":\"")
    appendSerial(serial, to: &cursor)
    return details
  }
}

extension StediPopulation {
  private func nameParts(of customer: Int) -> (first: Int, last: Int, repetition: Int) {
    let pair = pairs[customer % pairs.count]
    return (
      pair / names.lastCount, names.firstCount + pair % names.lastCount, customer / pairs.count
    )
  }

  @inline(__always)
  private func appendName(_ index: Int, to cursor: inout ByteCursor) {
    cursor.append16(names.bytes + index * StediNames.stride, keeping: Int(names.lengths[index]))
  }

  /// A permutation of the 32-bit numbers: each step can be undone.
  @inline(__always)
  private func uniqueWord(_ customer: Int) -> UInt32 {
    var word = UInt32(truncatingIfNeeded: customer) ^ UInt32(truncatingIfNeeded: serialKey)
    word = (word ^ word &>> 16) &* 0x85EB_CA6B
    word = (word ^ word &>> 13) &* 0xC2B2_AE35
    return word ^ word &>> 16
  }

  private func appendPhone(_ random: UInt64, to cursor: inout ByteCursor) {
    cursor.appendDigits(200 + RandomStream.below(800, random), count: 3)
    cursor.append("555")
    cursor.appendDigits(RandomStream.below(10_000, random &<< 32), count: 4)
  }

  private func appendBirthDay(_ random: UInt64, to cursor: inout ByteCursor) {
    let day = RandomStream.below(70 * 12 * 28, random)
    cursor.appendDigits(1935 + day / (12 * 28), count: 4)
    cursor.append("-")
    cursor.appendDigits(1 + day / 28 % 12, count: 2)
    cursor.append("-")
    cursor.appendDigits(1 + day % 28, count: 2)
  }

  /// Registered in the thirty days before the first reading, and every consent given at once or
  /// within a day: all of it before the first reading.
  private func appendDates(
    _ traits: Traits, _ details: inout RandomStream, to cursor: inout ByteCursor
  ) {
    let registered =
      StediSchedule.start - 30 * StediSchedule.day
      + RandomStream.below(28 * StediSchedule.day / 1000, details.next()) * 1000
      + RandomStream.below(1000, details.next())
    let shares = [traits.sharesWithResearch, traits.sharesWithPublic, traits.sharesWithFriends]
    var dates: [Int?] = []
    for agreed in shares {
      let random = details.next()
      let delay = random & 1 == 0 ? 0 : RandomStream.below(StediSchedule.day, random)
      dates.append(agreed ? registered + delay : nil)
    }
    let updated = dates.reduce(registered) { max($0, $1 ?? 0) }
    appendLife(registered, updated, to: &cursor)
    if let date = dates[0] {
      cursor.append(",\"shareWithResearchAsOfDate\":")
      cursor.appendNumber(date)
    }
    appendOtherConsents(dates[1], dates[2], to: &cursor)
  }

  /// The same of a record of the early profile, where a consent lasts from record to record.
  private func appendAnswers(
    _ record: StediCustomerRecord, _ history: StediHistory, to cursor: inout ByteCursor
  ) {
    let dates = history.dates(of: record.person)
    let updated = dates.updated(record.round)
    appendLife(dates.registered, updated, to: &cursor)
    if record.refusal != .missing { cursor.append(",\"shareWithResearchAsOfDate\":") }
    switch record.refusal {
    case nil:
      let since = history.answers(of: record.person).grantedSince(record.round)
      cursor.appendNumber(dates.updated(since))
    case .missing: break
    case .zero: cursor.append("0")
    case .empty: cursor.append("\"\"")
    case .null: cursor.append("null")
    case .future:
      cursor.appendNumber(
        StediPopulation.future + RandomStream.below(StediSchedule.day, record.random))
    }
    appendOtherConsents(
      record.random & 1 == 0 ? nil : updated, record.random & 2 == 0 ? nil : updated, to: &cursor)
  }

  /// 2099-01-01, in milliseconds since 1970.
  private static let future = 4_070_908_800_000

  private func appendLife(_ registered: Int, _ updated: Int, to cursor: inout ByteCursor) {
    cursor.append("\",\"registrationDate\":")
    cursor.appendNumber(registered)
    cursor.append(",\"lastUpdateDate\":")
    cursor.appendNumber(updated)
  }

  private func appendOtherConsents(
    _ sharedWithPublic: Int?, _ sharedWithFriends: Int?, to cursor: inout ByteCursor
  ) {
    if let date = sharedWithPublic {
      cursor.append(",\"shareWithPublicAsOfDate\":")
      cursor.appendNumber(date)
    }
    if let date = sharedWithFriends {
      cursor.append(",\"shareWithFriendsAsOfDate\":")
      cursor.appendNumber(date)
    }
  }
}
