import LakeCore
import LakeSQL

extension ExpressionBinder {
  func bind(_ literal: Literal, _ origin: Origin) throws -> BoundExpression {
    switch literal {
    case .null: return .literal(.null, .unseen)
    case .boolean(let value): return .literal(.bool(value), .boolean)
    case .integer(let digits): return try integer(digits, isNegative: false, origin)
    case .decimal(let digits): return try decimal(digits, isNegative: false, origin)
    case .double(let text): return try constant(text, .double, "number", origin)
    case .string(let text): return .literal(.string(text), .varchar)
    case .binary(let bytes): return .literal(.bytes(bytes), .varbinary)
    case .date(let text): return try constant(text, .date, "date", origin)
    case .time(let text): return try constant(text, .time, "time", origin)
    case .timestamp(let text): return try timestamp(text, origin)
    case .interval(let interval): return try bind(interval, origin)
    }
  }

  /// A number with a minus in front; nil where the literal is none. The sign belongs to the
  /// literal, so that the least integer is one.
  func negated(_ literal: Literal, _ origin: Origin) throws -> BoundExpression? {
    switch literal {
    case .integer(let digits): return try integer(digits, isNegative: true, origin)
    case .decimal(let digits): return try decimal(digits, isNegative: true, origin)
    case .double(let text): return try constant("-" + text, .double, "number", origin)
    default: return nil
    }
  }

  private func integer(
    _ digits: String, isNegative: Bool, _ origin: Origin
  ) throws -> BoundExpression {
    if let value = Int64(isNegative ? "-" + digits : digits) {
      return .literal(.int(value), Int32(exactly: value) == nil ? .bigint : .integer)
    }
    return try decimal(digits, isNegative: isNegative, origin)
  }

  /// The type has the digits that are written, leading zeros left out.
  private func decimal(
    _ text: String, isNegative: Bool, _ origin: Origin
  ) throws -> BoundExpression {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = parts[0].drop { $0 == "0" }
    let fraction = parts.count > 1 ? parts[1] : ""
    let precision = max(1, whole.count + fraction.count)
    guard precision <= DecimalText.precisionMax,
      let unscaled = Int128(whole + fraction + "") ?? (whole.isEmpty && fraction.isEmpty ? 0 : nil)
    else {
      throw binder.error(
        "the number has \(precision) digits, and a decimal has at most"
          + " \(DecimalText.precisionMax)", origin, hint: "Write it with an exponent: 1.5e40.")
    }
    let signed = isNegative ? -unscaled : unscaled
    let type = DataType.decimal(precision: precision, scale: fraction.count)
    return .literal(precision <= 18 ? .int(Int64(signed)) : .int128(signed), type)
  }

  private func timestamp(_ text: String, _ origin: Origin) throws -> BoundExpression {
    if let day = Value.parsed(text, as: .date), case .int(let days) = day {
      let (micros, overflow) = days.multipliedReportingOverflow(by: 86_400_000_000)
      if !overflow { return .literal(.int(micros), .timestamp) }
    }
    return try constant(text, .timestamp, "timestamp", origin)
  }

  private func constant(
    _ text: String, _ type: DataType, _ what: String, _ origin: Origin
  ) throws -> BoundExpression {
    guard let value = Value.parsed(text, as: type) else {
      throw binder.error("'\(text)' is no \(what)", origin)
    }
    return .literal(value, type)
  }

  private func bind(_ interval: IntervalLiteral, _ origin: Origin) throws -> BoundExpression {
    do throws(LakeError) {
      let (value, type) = try IntervalValue.value(of: interval)
      return .literal(.int(value), type)
    } catch {
      throw binder.error(error.message, origin, hint: error.hint)
    }
  }
}

/// What INTERVAL means.
enum IntervalValue {
  /// Months, or microseconds.
  static func value(
    of interval: IntervalLiteral
  ) throws(LakeError) -> (value: Int64, type: DataType) {
    let trimmed = interval.text.drop { $0 == " " || $0 == "+" }
    let isNegative = interval.isNegative != trimmed.hasPrefix("-")
    let text = String(trimmed.hasPrefix("-") ? trimmed.dropFirst() : trimmed)
    let size = unit(interval.unit)
    let total =
      interval.lastUnit.map { compound(text, interval.unit, $0) } ?? simple(text, size.value)
    let fits = size.type != .intervalYearToMonth || Int32(exactly: total ?? 0) != nil
    guard let total, fits else {
      throw LakeError(
        .invalidInput, "'\(interval.text)' is no interval of \(interval.unit.rawValue)",
        hint: "Write INTERVAL '3' DAY, INTERVAL '1-6' YEAR TO MONTH, or"
          + " INTERVAL '2 12:30:00' DAY TO SECOND.")
    }
    return (isNegative ? -total : total, size.type)
  }

  private static func unit(
    _ unit: IntervalLiteral.Unit
  ) -> (value: Int64, type: DataType) {
    switch unit {
    case .year: (12, .intervalYearToMonth)
    case .quarter: (3, .intervalYearToMonth)
    case .month: (1, .intervalYearToMonth)
    case .week: (604_800_000_000, .intervalDayToSecond)
    case .day: (86_400_000_000, .intervalDayToSecond)
    case .hour: (3_600_000_000, .intervalDayToSecond)
    case .minute: (60_000_000, .intervalDayToSecond)
    case .second: (1_000_000, .intervalDayToSecond)
    case .millisecond: (1_000, .intervalDayToSecond)
    }
  }

  /// A whole number of units; of seconds also a fraction.
  private static func simple(_ text: String, _ size: Int64) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = parts.first.flatMap({ number($0) }), parts.count < 3 else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    guard parts.count == 2 else { return product }
    guard size == 1_000_000, parts[1].utf8.count <= 6, let fraction = number(parts[1]) else {
      return nil
    }
    let scale = Int64(DecimalText.powerOfTen(6 - parts[1].utf8.count))
    // Safe: fraction * scale is less than a million.
    let (total, carry) = product.addingReportingOverflow(fraction * scale)
    return carry ? nil : total
  }

  /// `1-6`, `2 12:30:00.5`.
  private static func compound(
    _ text: String, _ first: IntervalLiteral.Unit, _ last: IntervalLiteral.Unit
  ) -> Int64? {
    let units: [IntervalLiteral.Unit] =
      unit(first).type == .intervalYearToMonth ? [.year, .month] : [.day, .hour, .minute, .second]
    guard let start = units.firstIndex(of: first), let end = units.firstIndex(of: last),
      start < end
    else { return nil }
    let pieces = text.split { $0 == "-" || $0 == " " || $0 == ":" }
    guard pieces.count == end - start + 1 else { return nil }
    var total: Int64 = 0
    for (piece, part) in zip(pieces, units[start...end]) {
      guard part == last || !piece.contains("."),
        let value = simple(String(piece), unit(part).value)
      else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(value)
      if overflow { return nil }
      total = sum
    }
    return total
  }

  private static func number(_ digits: Substring) -> Int64? {
    let isPlain = digits.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    return isPlain ? Int64(digits) : nil
  }
}
