import LakeCore
import Synchronization

/// The row counts that a right pipeline must produce, from what the generator knows about each
/// customer and each event, not from the files.
package struct StediTruth: Sendable, Equatable {
  /// Records of them.
  package var customers = 0
  package var readings = 0
  package var steps = 0
  /// Customers who share with research, by their newest record.
  package var customerTrusted = 0
  /// Readings of those.
  package var accelerometerTrusted = 0
  /// Those of them who have readings.
  package var customersCurated = 0
  /// Step records of the curated customers.
  package var stepTrainerTrusted = 0
  /// Those step records, with each trusted reading of the same customer at the same time.
  package var machineLearningCurated = 0
  /// The same joined on time alone: what comes out when readings of other people slip in.
  package var joinedOnTimeAlone = 0
  /// Trusted readings that are not older than the consent.
  package var readingsAfterConsent = 0
  /// What the records of the early profile say.
  package var consent: StediConsentTruth?

  package init() {}

  /// The five tables by the names that pipelines give them, in the order that they are made.
  package var tables: [(name: String, rows: Int)] {
    [
      ("customer_trusted", customerTrusted),
      ("accelerometer_trusted", accelerometerTrusted),
      ("customers_curated", customersCurated),
      ("step_trainer_trusted", stepTrainerTrusted),
      ("machine_learning_curated", machineLearningCurated),
    ]
  }

  /// Counts everything, a round of the schedule at a time.
  static func count(
    _ schedule: StediSchedule, pool: ThreadPool, cancellation: CancellationFlag
  ) throws -> StediTruth {
    let total = Mutex(try ofCustomers(schedule.population, cancellation))
    try pool.forEach(count: StediSchedule.rounds, cancellation: cancellation) { _, round in
      let part = try ofRound(round, schedule, cancellation)
      total.withLock { $0.add(part) }
    }
    return total.withLock { $0 }
  }

  /// How often the loops look whether they are still wanted.
  private static let checkMask = 0xFFFF

  private static func ofCustomers(
    _ population: StediPopulation, _ cancellation: CancellationFlag
  ) throws -> StediTruth {
    var truth = StediTruth()
    truth.customers = population.recordCount
    truth.consent = try population.history.map {
      try StediConsentTruth.count($0, cancellation: cancellation)
    }
    for customer in 0..<population.count {
      if customer & checkMask == checkMask { try cancellation.check() }
      let traits = population.traits(of: customer)
      guard traits.sharesWithResearch else { continue }
      truth.customerTrusted += 1
      // Whoever has readings has one in the first round.
      if traits.hasReadings { truth.customersCurated += 1 }
    }
    return truth
  }

  private static func ofRound(
    _ round: Int, _ schedule: StediSchedule, _ cancellation: CancellationFlag
  ) throws -> StediTruth {
    let count = schedule.customerCount
    var truth = StediTruth()
    var walk = StediWalk(schedule, slots: (round * count)..<((round + 1) * count))
    // Of the people who share the current instant.
    var instant = 0
    var joinedSteps = 0
    var trustedReadings = 0
    let history = schedule.population.history
    while let event = walk.next() {
      truth.steps += 1
      if truth.steps & checkMask == 0 { try cancellation.check() }
      truth.readings += event.readingCount
      if event.instant != instant {
        truth.joinedOnTimeAlone += joinedSteps * trustedReadings
        (instant, joinedSteps, trustedReadings) = (event.instant, 0, 0)
      }
      let isCurated = event.traits.sharesWithResearch && event.traits.hasReadings
      // A shared serial number is also that of somebody curated; a right pipeline takes none.
      if history != nil || isCurated { joinedSteps += 1 }
      if history == nil, isCurated {
        truth.stepTrainerTrusted += 1
        truth.machineLearningCurated += event.readingCount
      }
      guard event.traits.sharesWithResearch else { continue }
      truth.accelerometerTrusted += event.readingCount
      trustedReadings += event.readingCount
      // Without a history every consent is older than the first reading.
      if let history, event.instant < history.consentDate(of: event.customer) { continue }
      truth.readingsAfterConsent += event.readingCount
    }
    truth.joinedOnTimeAlone += joinedSteps * trustedReadings
    return truth
  }

  private mutating func add(_ other: StediTruth) {
    readings += other.readings
    steps += other.steps
    accelerometerTrusted += other.accelerometerTrusted
    stepTrainerTrusted += other.stepTrainerTrusted
    machineLearningCurated += other.machineLearningCurated
    joinedOnTimeAlone += other.joinedOnTimeAlone
    readingsAfterConsent += other.readingsAfterConsent
  }
}
