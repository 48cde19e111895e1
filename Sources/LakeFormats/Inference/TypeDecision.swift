import LakeCore

/// The type that follows from evidence, and what it costs.
package struct TypeDecision: Sendable {
  package var type: DataType
  /// Values that stand against the type of all others: few enough that their records are rejects.
  package var outlierCount = 0
  /// Set where values of several types are kept as their source text.
  package var isMixed = false

  /// At most this share of the values, and at most so many, may stand against the type of all
  /// others before the column becomes text.
  package static let outlierShare = (of: 1, in: 1_000)
  package static let outliersMax = 1_000

  /// Whether so few of so many values may be rejects rather than change the column's type.
  package static func areOutliers(_ few: Int, among all: Int) -> Bool {
    few <= outliersMax && few * outlierShare.in <= all * outlierShare.of
  }
}

extension TypeEvidence {
  /// The join over all values that are not null.
  ///
  /// Text holds every value as it stands, so nothing stands against a column that is mostly text.
  package var decision: TypeDecision {
    let families: [(count: Int, type: () -> DataType)] = [
      (numberCount, { self.numberType }),
      (self[.boolean], { .boolean }),
      (self[.date], { .date }),
      (self[.timestamp], { .timestamp }),
      (self[.localTimestamp], { .localTimestamp }),
      (self[.object], { self.rowType }),
      (self[.array], { .array(self.element.first?.decision.type ?? .unseen) }),
    ]
    let all = valueCount
    if all == 0 { return TypeDecision(type: .unseen) }
    guard let most = families.max(by: { $0.count < $1.count }), most.count > self[.text] else {
      return TypeDecision(type: .varchar, isMixed: self[.text] != all)
    }
    let others = all - most.count
    guard others == 0 || TypeDecision.areOutliers(others, among: all) else {
      return TypeDecision(type: .varchar, isMixed: true)
    }
    let type = most.type()
    // Text holds the others too.
    if type == .varchar { return TypeDecision(type: type, isMixed: others > 0) }
    return TypeDecision(type: type, outlierCount: others)
  }

  private var numberType: DataType {
    if self[.hugeInteger] > 0 || self[.unboundedNumber] > 0 { return .varchar }
    if self[.fraction] == 0 {
      return self[.wideInteger] > 0 ? .decimal(precision: 38, scale: 0) : .bigint
    }
    if self[.wideInteger] == 0 && self[.beyondDouble] == 0 { return .double }
    // A double would change the digits of the large integers.
    let digits = max(integerDigitsMax, 1)
    return digits + scaleMax <= 38 ? .decimal(precision: 38, scale: scaleMax) : .varchar
  }

  private var rowType: DataType {
    // Objects that never had a member, or that use their keys as data, are kept as text.
    if members.isEmpty || hasTooManyMembers || members.count > JSONLimits.keysMax {
      return .varchar
    }
    return .row(TypeEvidence.fields(members))
  }

  package static func fields(_ members: [Member]) -> [Field] {
    members.map { Field($0.name, $0.evidence.decision.type) }
  }
}
