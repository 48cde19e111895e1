import LakeCore

extension TypeEvidence {
  /// Whether every value that was seen is surely read as a value of a type. False where some are
  /// not, and also where the counts do not tell: then only reading the file again does.
  package func fits(_ type: DataType) -> Bool {
    if valueCount == 0 { return true }
    switch type {
    case .varchar: return true
    case .boolean: return self[.boolean] == valueCount
    case .tinyint, .smallint, .integer, .bigint: return fitsInteger(type)
    case .double:
      return numberCount == valueCount && self[.wideInteger] == 0 && self[.hugeInteger] == 0
        && self[.unboundedNumber] == 0 && self[.beyondDouble] == 0
    case .real:
      // 38 digits are below the greatest float; integers beyond 2^24 would lose digits.
      return self[.fraction] == valueCount && integerDigitsMax <= 38
    case .decimal(let precision, let scale): return fitsDecimal(precision, scale)
    case .date: return self[.date] == valueCount
    case .timestamp: return self[.timestamp] == valueCount
    case .localTimestamp: return self[.localTimestamp] == valueCount
    case .array(let item):
      return self[.array] == valueCount && (element.first?.fits(item) ?? true)
    case .row(let fields): return self[.object] == valueCount && fitsRow(fields)
    case .map(key: .varchar, let value):
      return self[.object] == valueCount && !hasTooManyMembers
        && members.allSatisfy { $0.evidence.fits(value) }
    default: return false
    }
  }

  private func fitsInteger(_ type: DataType) -> Bool {
    guard self[.integer] == valueCount else { return false }
    // As many digits as any number has that fits.
    return switch type {
    case .tinyint: integerDigitsMax <= 2
    case .smallint: integerDigitsMax <= 4
    case .integer: integerDigitsMax <= 9
    default: true
    }
  }

  private func fitsDecimal(_ precision: Int, _ scale: Int) -> Bool {
    guard numberCount == valueCount, self[.wideInteger] == 0, self[.hugeInteger] == 0,
      self[.unboundedNumber] == 0, scaleMax <= scale
    else { return false }
    // Fractions of up to seven digits before the point are not looked at closely.
    let digits = max(integerDigitsMax, self[.fraction] > 0 ? 7 : 1)
    return digits <= precision - scale
  }

  private func fitsRow(_ fields: [Field]) -> Bool {
    if hasTooManyMembers { return false }
    let types = Dictionary(
      fields.map { ($0.name.lowercased(), $0.type) }, uniquingKeysWith: { first, _ in first })
    return members.allSatisfy { member in
      types[member.name.lowercased()].map { member.evidence.fits($0) } ?? true
    }
  }
}
