/// What STEDI data to make.
package struct StediOptions: Sendable, Equatable {
  /// The customers of the course's data set, which scale 1 has.
  package static let customersAtScaleOne = 956
  package static let scaleRange = 0.001...10_000.0
  package static let fileRange = 1...10_000

  /// How many times the size of the course's data set; within `scaleRange`.
  package var scale: Double
  package var seed: UInt64
  /// Files of each table; nil chooses by size.
  package var files: Int?
  package var damage: StediDamage?
  package var replacesExisting: Bool

  package init(
    scale: Double = 1, seed: UInt64 = 1, files: Int? = nil, damage: StediDamage? = nil,
    replacesExisting: Bool = false
  ) {
    precondition(StediOptions.scaleRange.contains(scale))
    precondition(files.map(StediOptions.fileRange.contains) ?? true)
    self.scale = scale
    self.seed = seed
    self.files = files
    self.damage = damage
    self.replacesExisting = replacesExisting
  }

  package var customerCount: Int {
    // Safe: at most 956 times 10,000.
    max(1, Int((Double(StediOptions.customersAtScaleOne) * scale).rounded()))
  }
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
