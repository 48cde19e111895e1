/// When customers step on their trainer, and how many readings each time has.
///
/// Time is cut into 32 rounds of a day. In each round every customer has one *slot*, in an order
/// of the round's own; a slot becomes an *event*, one step record with its readings, if the
/// customer takes part (always in the first round, else 15 times of 16). The instants of a round
/// rise with the slots, except that one slot in 16 has the instant of the slot before: people who
/// step at the same time, whom a join on time alone would confuse.
///
///     slot       0      1      2      3      4        of one round
///     customer   17     3      88     41     5        the round's permutation
///     instant    t0     t1     t1     t3     t4       slot 2 shares
///     readings   3      2      4      –      0        41 did not take part
///
/// Any slot can be computed by itself, so that files are made in parallel, and all of them come out
/// in the order of time over all customers.
struct StediSchedule: Sendable {
  static let rounds = 32
  /// 2022-06-18, in milliseconds since 1970.
  static let start = 1_655_510_400_000
  /// In milliseconds.
  static let day = 86_400_000
  /// Readings of an event by a random number of four bits, 2.875 on average: a hexadecimal digit
  /// each.
  private static let readingCounts: UInt64 = 0x6544_4333_3322_2110
  static let readingsMax = 6

  let population: StediPopulation
  let customerCount: Int
  private let orderKey: UInt64
  private let instantKey: UInt64
  private let eventKey: UInt64
  /// Milliseconds from one slot to the next.
  private let stride: Int

  init(_ population: StediPopulation, seed: UInt64) {
    self.population = population
    customerCount = population.count
    var keys = RandomStream(seed: seed ^ 0x0053_6368_6564_756C)
    orderKey = keys.next()
    instantKey = keys.next()
    eventKey = keys.next()
    stride = StediSchedule.day / population.count
  }

  var slotCount: Int { StediSchedule.rounds * customerCount }

  func order(of round: Int) -> IndexPermutation {
    IndexPermutation(count: customerCount, key: RandomStream.number(round, key: orderKey))
  }

  func instantKey(of round: Int) -> UInt64 { RandomStream.number(round, key: instantKey) }
  func eventKey(of round: Int) -> UInt64 { RandomStream.number(round, key: eventKey) }

  /// The instant of a slot, or nil where it is that of the slot before.
  @inline(__always)
  func ownInstant(round: Int, position: Int, key: UInt64) -> Int? {
    let random = RandomStream.number(position, key: key)
    if position > 0, random & 15 == 0 { return nil }
    return StediSchedule.start + round * StediSchedule.day + position * stride
      + RandomStream.below(stride, random)
  }

  /// The event of a customer in a round, or nil if the customer takes no part.
  @inline(__always)
  func event(round: Int, customer: Int, instant: Int, key: UInt64) -> StediEvent? {
    let random = RandomStream.number(customer, key: key)
    if round > 0, random & 15 == 0 { return nil }
    let traits = population.traits(of: customer)
    var readings = 0
    if traits.hasReadings {
      readings = Int(
        truncatingIfNeeded: StediSchedule.readingCounts &>> (random &>> 4 & 15 * 4) & 15)
      if round == 0 { readings = max(1, readings) }
    }
    return StediEvent(
      customer: customer, traits: traits, instant: instant, readingCount: readings, random: random)
  }
}

/// One step record and the readings of its time.
struct StediEvent {
  let customer: Int
  let traits: StediPopulation.Traits
  let instant: Int
  let readingCount: Int
  let random: UInt64

  /// In millimetres, 200 to 299.
  @inline(__always)
  var distance: Int { 200 + RandomStream.below(100, random) }
}

/// Walks the events of a range of slots in the order of time.
struct StediWalk {
  private let schedule: StediSchedule
  private var round: Int
  private var position: Int
  private var remaining: Int
  private var order: IndexPermutation
  private var instantKey: UInt64
  private var eventKey: UInt64
  private var instant: Int

  init(_ schedule: StediSchedule, slots: Range<Int>) {
    self.schedule = schedule
    round = slots.lowerBound / schedule.customerCount
    position = slots.lowerBound % schedule.customerCount
    remaining = slots.count
    order = schedule.order(of: round)
    instantKey = schedule.instantKey(of: round)
    eventKey = schedule.eventKey(of: round)
    instant = 0
    // The range may begin in the middle of people who share an instant.
    var leader = position
    while true {
      if let own = schedule.ownInstant(round: round, position: leader, key: instantKey) {
        instant = own
        break
      }
      leader -= 1
    }
  }

  @inline(__always)
  mutating func next() -> StediEvent? {
    while remaining > 0 {
      remaining -= 1
      if position == schedule.customerCount { beginRound() }
      if let own = schedule.ownInstant(round: round, position: position, key: instantKey) {
        instant = own
      }
      let customer = order[position]
      position += 1
      if let event = schedule.event(
        round: round, customer: customer, instant: instant, key: eventKey)
      {
        return event
      }
    }
    return nil
  }

  private mutating func beginRound() {
    round += 1
    position = 0
    order = schedule.order(of: round)
    instantKey = schedule.instantKey(of: round)
    eventKey = schedule.eventKey(of: round)
  }
}
