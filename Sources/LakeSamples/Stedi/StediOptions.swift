/// What STEDI data to make.
package struct StediOptions: Sendable, Equatable {
  /// The customers of the course's data set, which scale 1 has.
  package static let customersAtScaleOne = 956
  /// The emails of the course's early file.
  package static let earlyPeopleAtScaleOne = StediHistory.blockPeople
  package static let scaleRange = 0.001...10_000.0
  package static let fileRange = 1...10_000

  /// How many times the size of the course's data set; within `scaleRange`.
  package var scale: Double
  package var seed: UInt64
  package var profile: StediProfile
  /// Files of each table; nil chooses by size.
  package var files: Int?
  package var damage: StediDamage?
  package var replacesExisting: Bool

  package init(
    scale: Double = 1, seed: UInt64 = 1, profile: StediProfile = .revised, files: Int? = nil,
    damage: StediDamage? = nil, replacesExisting: Bool = false
  ) {
    precondition(StediOptions.scaleRange.contains(scale))
    precondition(files.map(StediOptions.fileRange.contains) ?? true)
    self.scale = scale
    self.seed = seed
    self.profile = profile
    self.files = files
    self.damage = damage
    self.replacesExisting = replacesExisting
  }

  /// People, whether they have one record or several.
  package var customerCount: Int {
    // Safe: at most 956 times 10,000.
    switch profile {
    case .revised: max(1, Int((Double(StediOptions.customersAtScaleOne) * scale).rounded()))
    case .early:
      max(
        StediHistory.peopleMin,
        Int((Double(StediOptions.earlyPeopleAtScaleOne) * scale).rounded()))
    }
  }
}

/// Which of the course's data sets the data is like.
package enum StediProfile: String, Sendable, CaseIterable {
  /// One record and one serial number each, a consent is a date or an absent key.
  case revised
  /// Repeated emails with mixed answers, shared serial numbers, flags that only look like consent.
  case early
}

/// The ways in which landing files are known to be broken.
package enum StediDamage: String, Sendable, CaseIterable {
  /// A comma after each line but the last.
  case commas
  /// Objects without anything between them.
  case glued
  /// Every file ends in the middle of one more object.
  case cut
  /// The files of a table take turns: whole, commas, glued, cut.
  case mixed
}

/// How one file is laid out.
enum FileForm: Sendable {
  case whole, commas, glued, cut

  init(_ damage: StediDamage?, fileIndex: Int) {
    switch damage {
    case nil: self = .whole
    case .commas: self = .commas
    case .glued: self = .glued
    case .cut: self = .cut
    case .mixed: self = [.whole, .commas, .glued, .cut][fileIndex % 4]
    }
  }
}

/// The landing tables.
package enum StediTable: String, Sendable, CaseIterable {
  case customer
  case accelerometer
  case stepTrainer = "step_trainer"
}
