import LakeCore

/// Counts what kinds of values the fields of a file hold. What a record brings counts only when
/// the record is whole.
struct CSVInferenceMachine: CSVRecordHandler, ~Copyable {
  private struct FieldState {
    /// What the record being read has here.
    var kind = TypeEvidence.Kind.null
    var remark = TypeEvidence.Kind.null
    var integerDigitsMax = 0
    var scaleMax = 0
    var hasEmptyText = false
  }

  private let dialect: CSVDialect
  private let nullText: CSVNullText?
  private let hasNullText: Bool
  private let fieldCount: Int
  private let fields: UnsafeMutablePointer<FieldState>
  /// `TypeEvidence.Kind.stride` counters for each field.
  private let counters: UnsafeMutablePointer<Int>
  private(set) var fault: CSVFault?
  let exhausted: LakeError? = nil
  let isFull = false
  /// Texts with pairs of quotes are put right here.
  private var scratch: [UInt8] = []

  init(_ format: CSVFileFormat) {
    dialect = format.dialect
    nullText = format.nullText
    hasNullText = format.nullText != nil
    fieldCount = format.names.count
    fields = .allocate(capacity: fieldCount)
    fields.initialize(repeating: FieldState(), count: fieldCount)
    let counterCount = fieldCount * TypeEvidence.Kind.stride
    counters = .allocate(capacity: counterCount)
    counters.initialize(repeating: 0, count: counterCount)
  }

  deinit {
    fields.deallocate()
    counters.deallocate()
  }

  @inline(__always)
  mutating func record(_ start: Cursor, _ end: Cursor) -> Cursor? {
    let (dialect, fields, last) = (dialect, fields, fieldCount &- 1)
    fault = nil
    var cursor = start
    var index = 0
    while true {
      guard let place = field(fields + index, index, cursor, end) else { return nil }
      cursor = place
      let isDelimited = cursor.pointee == dialect.delimiter && cursor < end
      if isDelimited != (index < last) {
        // Too few fields, or too many; the walker counts them.
        return nil
      }
      if index == last { return cursor }
      index &+= 1
      cursor += 1
    }
  }

  @inline(__always)
  private mutating func field(
    _ field: UnsafeMutablePointer<FieldState>, _ index: Int, _ cursor: Cursor, _ end: Cursor
  ) -> Cursor? {
    // Any text may be the one for null.
    if hasNullText { return otherField(field, index, cursor, end) }
    if let (value, place) = JSONScan.shortInteger(cursor),
      CSVScan.endsField(place, end, dialect), value.magnitude <= 1 << 53
    {
      field.pointee.kind = .integer
      field.pointee.remark = .null
      let digitCount = place - cursor - (cursor.pointee == UInt8(ascii: "-") ? 1 : 0)
      if digitCount > field.pointee.integerDigitsMax { field.pointee.integerDigitsMax = digitCount }
      return place
    }
    if let (place, scale) = JSONScan.shortFraction(cursor), CSVScan.endsField(place, end, dialect) {
      field.pointee.kind = .fraction
      field.pointee.remark = .null
      // Its few digits before the point are fewer than those of any integer that would make the
      // column a decimal.
      if scale > field.pointee.scaleMax { field.pointee.scaleMax = scale }
      return place
    }
    return otherField(field, index, cursor, end)
  }

  /// The fields that the fast paths above leave.
  private mutating func otherField(
    _ field: UnsafeMutablePointer<FieldState>, _ index: Int, _ cursor: Cursor, _ end: Cursor
  ) -> Cursor? {
    if cursor.pointee == dialect.quote, cursor < end { return quoted(field, index, cursor, end) }
    let place = CSVScan.fieldEnd(cursor, end, dialect)
    let isNull = hasNullText && nullText?.matches(cursor, place) == true
    note(ByteView(cursor, count: isNull ? 0 : place - cursor), field)
    return place
  }

  @inline(__always)
  private func note(_ text: ByteView, _ field: UnsafeMutablePointer<FieldState>) {
    let finding = CSVClassifier.kind(of: text)
    field.pointee.kind = finding.kind
    field.pointee.remark = finding.remark ?? .null
    if finding.integerDigits > field.pointee.integerDigitsMax {
      field.pointee.integerDigitsMax = finding.integerDigits
    }
    if finding.scale > field.pointee.scaleMax { field.pointee.scaleMax = finding.scale }
  }

  private mutating func quoted(
    _ field: UnsafeMutablePointer<FieldState>, _ index: Int, _ cursor: Cursor, _ end: Cursor
  ) -> Cursor? {
    var hasPairs = false
    guard
      let close = CSVScan.closingQuote(cursor + 1, end, dialect.quote, hasPairs: &hasPairs)
    else {
      fault = .unclosedQuote(field: index + 1, cursor)
      return nil
    }
    guard CSVScan.endsField(close + 1, end, dialect) else {
      fault = .textAfterQuote(field: index + 1, close + 1)
      return nil
    }
    if hasPairs {
      // No type but text has a quote in its values.
      field.pointee.kind = .text
      field.pointee.remark = .null
    } else {
      let text = ByteView(cursor + 1, count: close - cursor - 1)
      if text.isEmpty { field.pointee.hasEmptyText = true }
      note(text, field)
    }
    return close + 1
  }

  @inline(__always)
  mutating func accept() -> (reason: String, place: Cursor)? {
    for index in 0..<fieldCount {
      let counter = counters + index &* TypeEvidence.Kind.stride
      counter[fields[index].kind.rawValue] &+= 1
      if fields[index].remark != .null { counter[fields[index].remark.rawValue] &+= 1 }
    }
    return nil
  }

  /// What was counted, by field.
  func evidence(names: [String]) -> [TypeEvidence.Member] {
    names.enumerated().map { index, name in
      var evidence = TypeEvidence()
      let stride = TypeEvidence.Kind.stride
      for kind in 0..<stride { evidence.counts[kind] = counters[index * stride + kind] }
      evidence.integerDigitsMax = fields[index].integerDigitsMax
      evidence.scaleMax = fields[index].scaleMax
      return TypeEvidence.Member(name: name, evidence: evidence)
    }
  }

  /// The fields that held an empty string.
  func emptyTexts(names: [String]) -> [String] {
    names.enumerated().compactMap { fields[$0].hasEmptyText ? $1 : nil }
  }
}
