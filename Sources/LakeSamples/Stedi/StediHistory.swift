/// The customer records of the early profile: people who answer more than once.
///
/// People come in blocks of 609, the emails of the course's early file, and every whole block
/// holds exactly what that file holds: 999 records, 262 repeated emails, 153 of them with both
/// answers, 497 records that grant. `kinds` says who answers what; a person's place in it follows
/// from the index by steps of the golden ratio, so that fewer people are a fair sample of it.
///
/// Records have a *sequence* in which neighbours are never of the same person and of all kinds.
/// It is cut into runs of 25 to 42 records, and each run shares one serial number.
///
///     block      one record of each person and round of answers, by kind
///     sequence   the same in steps of the golden ratio: who shares a serial number
///     position   the sequence in a random order: where in the landing files
struct StediHistory: Sendable {
  static let blockPeople = 609
  /// Fewer people could not all share.
  static let peopleMin = 30
  static let recordsMax = 3
  /// How many of 609 people answer how, the newest answer last.
  private static let kinds: [(people: Int, answers: String)] = [
    (188, "1"), (26, "11"), (24, "111"), (45, "01"), (20, "001"), (16, "101"), (40, "10"),
    (16, "110"), (16, "100"), (23, "00"), (36, "000"), (159, "0"),
  ]
  /// 30 serial numbers for 999 records.
  private static let recordsPerHundredSerials = 3_330
  private static let jitter = 4
  private static let golden = 376

  let personCount: Int
  let recordCount: Int
  let serialCount: Int
  private let answers: [StediAnswers]
  private let offset: Int
  private let wholeBlocks: Int
  private let whole: StediBlock
  private let last: StediBlock
  private let order: IndexPermutation
  private let serialKey: UInt64
  private let dateKey: UInt64
  private let answerKey: UInt64

  init(personCount: Int, seed: UInt64) {
    var keys = RandomStream(seed: seed ^ 0x0048_6973_746F_7279)
    let offset = RandomStream.below(StediHistory.blockPeople, keys.next())
    let firstRefusal = RandomStream.below(StediRefusal.cycle.count, keys.next())
    let answers = StediHistory.kinds.flatMap { kind in
      Array(repeating: StediAnswers(kind.answers), count: kind.people)
    }
    let block = { (people: Int) in
      StediBlock(
        kinds: (0..<people).map { StediHistory.kind(of: $0, offset) }, answers,
        firstRefusal: firstRefusal)
    }
    self.personCount = personCount
    self.offset = offset
    self.answers = answers
    wholeBlocks = personCount / StediHistory.blockPeople
    whole = block(StediHistory.blockPeople)
    last = block(personCount % StediHistory.blockPeople)
    recordCount = wholeBlocks * whole.entries.count + last.entries.count
    serialCount = max(1, recordCount * 100 / StediHistory.recordsPerHundredSerials)
    order = IndexPermutation(count: recordCount, key: keys.next())
    serialKey = keys.next()
    dateKey = keys.next()
    answerKey = keys.next()
  }

  /// A person's place among the kinds.
  private static func kind(of personInBlock: Int, _ offset: Int) -> Int {
    (personInBlock * golden + offset) % blockPeople
  }

  func answers(of person: Int) -> StediAnswers {
    answers[StediHistory.kind(of: person % StediHistory.blockPeople, offset)]
  }

  /// The record at a place in the landing files.
  func record(at position: Int) -> StediCustomerRecord { record(inSequence: order[position]) }

  func record(inSequence sequence: Int) -> StediCustomerRecord {
    let blockRecords = whole.entries.count
    let block = min(sequence / blockRecords, wholeBlocks)
    let entry = (block < wholeBlocks ? whole : last).entries[sequence - block * blockRecords]
    return StediCustomerRecord(
      person: block * StediHistory.blockPeople + entry.person, round: entry.round,
      refusal: entry.refusal, serial: serial(inSequence: sequence),
      random: RandomStream.number(sequence, key: answerKey))
  }

  /// The serial number of a person's newest record: of the device that is in use.
  func serial(of person: Int) -> Int {
    let block = person / StediHistory.blockPeople
    let places = block < wholeBlocks ? whole.places : last.places
    let newest = answers(of: person).count - 1
    let place = places[person % StediHistory.blockPeople * StediHistory.recordsMax + newest]
    return serial(inSequence: block * whole.entries.count + place)
  }

  /// Registration, and the date of each record. They rise.
  func dates(of person: Int) -> StediDates {
    var random = RandomStream(seed: RandomStream.number(person, key: dateKey))
    let day = StediSchedule.day
    let registered =
      StediSchedule.start - 30 * day
      + RandomStream.below(28 * day / 1000, random.next()) * 1000
      + RandomStream.below(1000, random.next())
    let first = random.next()
    let second = registered + (first & 1 == 0 ? 0 : RandomStream.below(day, first))
    let third = second + day + RandomStream.below(20 * day, random.next())
    return StediDates(
      registered: registered,
      updated: (second, third, third + day + RandomStream.below(20 * day, random.next())))
  }

  /// Since when the newest record grants. Only to be asked about those whose newest does.
  func consentDate(of person: Int) -> Int {
    let answers = answers(of: person)
    return dates(of: person).updated(answers.grantedSince(answers.count - 1))
  }

  private func serial(inSequence sequence: Int) -> Int {
    // Bounds are moved by less than half of a run.
    let guess = sequence * serialCount / recordCount
    if guess + 1 < serialCount, sequence >= start(ofSerial: guess + 1) { return guess + 1 }
    return sequence < start(ofSerial: guess) ? guess - 1 : guess
  }

  private func start(ofSerial serial: Int) -> Int {
    guard serial > 0 else { return 0 }
    let move = RandomStream.below(
      2 * StediHistory.jitter + 1, RandomStream.number(serial, key: serialKey))
    // The first sequence for which `serial(inSequence:)` guesses this one, moved.
    return (serial * recordCount + serialCount - 1) / serialCount + move - StediHistory.jitter
  }
}

/// What one person answered in one to three records, the oldest in the lowest bit.
struct StediAnswers: Sendable {
  let count: Int
  private let bits: UInt8

  init(_ text: String) {
    count = text.utf8.count
    bits = text.utf8.reversed().reduce(0) { $0 << 1 | ($1 == UInt8(ascii: "1") ? 1 : 0) }
  }

  func grants(_ round: Int) -> Bool { bits >> UInt8(round) & 1 != 0 }
  var newestGrants: Bool { grants(count - 1) }
  var anyGrants: Bool { bits != 0 }
  var allGrant: Bool { bits == 1 << UInt8(count) - 1 }

  /// The round in which a consent was given that still holds in another.
  func grantedSince(_ round: Int) -> Int {
    var since = round
    while since > 0, grants(since - 1) { since -= 1 }
    return since
  }
}

struct StediDates {
  let registered: Int
  fileprivate let updated: (Int, Int, Int)

  func updated(_ round: Int) -> Int {
    round == 0 ? updated.0 : round == 1 ? updated.1 : updated.2
  }
}

/// The ways in which a record does not grant.
enum StediRefusal: Int, Sendable {
  case missing, zero, empty, null, future

  /// Its length shares no factor with the numbers of records that people have.
  static let cycle: [StediRefusal] = [.missing, .zero, .missing, .empty, .null, .missing, .future]
}

/// One landing record of the early profile.
struct StediCustomerRecord {
  let person: Int
  let round: Int
  /// Nil in a record that grants.
  let refusal: StediRefusal?
  let serial: Int
  let random: UInt64
}

/// The records of up to 609 people.
struct StediBlock: Sendable {
  typealias Entry = (person: Int, round: Int, refusal: StediRefusal?)

  /// By place in the sequence.
  let entries: [Entry]
  /// The place of person × 3 + round.
  let places: [Int]

  init(kinds: [Int], _ answers: [StediAnswers], firstRefusal: Int) {
    var byKind: [Entry] = []
    var refusals = firstRefusal
    for (person, kind) in kinds.enumerated().sorted(by: { $0.element < $1.element }) {
      let answers = answers[kind]
      for round in 0..<answers.count {
        var refusal: StediRefusal?
        if !answers.grants(round) {
          refusal = StediRefusal.cycle[refusals % StediRefusal.cycle.count]
          refusals += 1
          // Text may make the record a reject, which takes its person's consent: only of people
          // who have none, so that the counts are the same either way.
          if refusal == .empty, answers.newestGrants { refusal = .missing }
        }
        byKind.append((person, round, refusal))
      }
    }
    let step = StediBlock.step(byKind.count)
    var places = [Int](repeating: 0, count: kinds.count * StediHistory.recordsMax)
    entries = (0..<byKind.count).map { place in
      let entry = byKind[place * step % byKind.count]
      places[entry.person * StediHistory.recordsMax + entry.round] = place
      return entry
    }
    self.places = places
  }

  /// The golden part of a count, moved to where it visits everything.
  private static func step(_ count: Int) -> Int {
    func greatestDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestDivisor(b, a % b) }
    var step = max(1, count * 618 / 1000)
    while greatestDivisor(step, count) > 1 { step += 1 }
    return step
  }
}
