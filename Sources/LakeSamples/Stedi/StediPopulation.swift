/// The customers. Everything about one follows from the seed and the customer's index.
///
/// Emails are unique because each index has its own pair of names or, past the number of pairs,
/// its own number behind them. Serial numbers are unique because their first eight digits are a
/// permutation of the index.
struct StediPopulation: Sendable {
  /// What decides about a customer's rows downstream.
  struct Traits {
    let bits: UInt64

    /// Half of all customers each, independently of one another.
    @inline(__always) var sharesWithResearch: Bool { bits & 1 != 0 }
    @inline(__always) var sharesWithPublic: Bool { bits & 2 != 0 }
    @inline(__always) var sharesWithFriends: Bool { bits & 4 != 0 }
    /// 31 of 32 customers.
    @inline(__always) var hasReadings: Bool { bits & 0xF8 != 0 }
  }

  let count: Int
  private let names = StediNames()
  private let pairs: IndexPermutation
  private let traitKey: UInt64
  private let serialKey: UInt64
  private let detailKey: UInt64

  init(count: Int, seed: UInt64) {
    self.count = count
    var keys = RandomStream(seed: seed ^ 0x0043_7573_746F_6D65)
    pairs = IndexPermutation(count: names.firstCount * names.lastCount, key: keys.next())
    traitKey = keys.next()
    serialKey = keys.next()
    detailKey = keys.next()
  }

  @inline(__always)
  func traits(of customer: Int) -> Traits {
    Traits(bits: RandomStream.number(customer, key: traitKey))
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

  /// A random UUID (version 4).
  @inline(__always)
  func appendSerial(of customer: Int, to cursor: inout ByteCursor) {
    let random = RandomStream.number(customer, key: serialKey)
    cursor.appendHex(UInt64(uniqueWord(customer)), count: 8)
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
  func appendRecord(of customer: Int, to cursor: inout ByteCursor) {
    let traits = traits(of: customer)
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
    appendSerial(of: customer, to: &cursor)
    appendDates(traits, &details, to: &cursor)
    cursor.append("}")
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
    cursor.append("\",\"registrationDate\":")
    cursor.appendNumber(registered)
    cursor.append(",\"lastUpdateDate\":")
    cursor.appendNumber(updated)
    if let date = dates[0] {
      cursor.append(",\"shareWithResearchAsOfDate\":")
      cursor.appendNumber(date)
    }
    if let date = dates[1] {
      cursor.append(",\"shareWithPublicAsOfDate\":")
      cursor.appendNumber(date)
    }
    if let date = dates[2] {
      cursor.append(",\"shareWithFriendsAsOfDate\":")
      cursor.appendNumber(date)
    }
  }
}
