/// Makes a flat vector from single values: for tests, generators and cold paths. Readers of formats
/// write into buffers themselves.
///
/// A value that does not fit the type is `invalidInput`, and then nothing has been appended.
package final class ColumnBuilder {
  package let type: DataType
  package private(set) var count = 0
  private let tracker: MemoryTracker?
  private var nullCount = 0
  private var validity: GrowableBuffer
  private var values: GrowableBuffer
  private var arena: StringArena
  /// The element of a list-like type, the members of a row.
  private var children: [ColumnBuilder]

  package init(_ type: DataType, tracker: MemoryTracker? = nil) throws(LakeError) {
    self.type = type
    self.tracker = tracker
    validity = try GrowableBuffer(tracker: tracker)
    values = try GrowableBuffer(tracker: tracker)
    arena = StringArena(tracker: tracker)
    children = []
    switch type.physical {
    case .list:
      children = [try ColumnBuilder(type.listElement, tracker: tracker)]
      try values.append(UInt32(0))
    case .row:
      for field in type.rowFields {
        children.append(try ColumnBuilder(field.type, tracker: tracker))
      }
    default: break
    }
  }

  package func append(_ value: Value) throws(LakeError) {
    guard ColumnBuilder.accepts(value, as: type) else {
      throw LakeError(.invalidInput, "\(value) is no value of type \(type)")
    }
    try appendAccepted(value)
  }

  /// The vector of all values so far; the builder starts anew.
  package func finish() throws(LakeError) -> ColumnVector {
    let rows = count
    let flat = FlatColumn(count: rows, validity: try takeValidity(), values: try takeValues())
    (count, nullCount) = (0, 0)
    if case .list = type.physical { try values.append(UInt32(0)) }
    return ColumnVector(type: type, flat: flat)
  }

  /// Whether a value can stand in a column of a type.
  package static func accepts(_ value: Value, as type: DataType) -> Bool {
    switch (value, type.physical) {
    case (.null, _): return true
    case (.bool, .boolean), (.float, .float32), (.double, .float64): return true
    case (.int(let int), .int8): return Int8(exactly: int) != nil
    case (.int(let int), .int16): return Int16(exactly: int) != nil
    case (.int(let int), .int32): return Int32(exactly: int) != nil
    case (.int(let int), .int64): return fits(Int128(int), type)
    case (.int128(let wide), .int128): return fits(wide, type)
    case (.string, .string): return type != .varbinary
    case (.bytes, .string): return type == .varbinary
    case (.list(let elements), .list):
      guard case .map = type else {
        return elements.allSatisfy { accepts($0, as: type.listElement) }
      }
      return elements.allSatisfy { !$0.isNull && accepts($0, as: type.listElement) }
    case (.row(let members), .row):
      let fields = type.rowFields
      return members.count == fields.count
        && zip(members, fields).allSatisfy { accepts($0, as: $1.type) }
    default: return false
    }
  }

  private static func fits(_ unscaled: Int128, _ type: DataType) -> Bool {
    guard case .decimal(let precision, _) = type else { return true }
    return unscaled.magnitude < DecimalText.powerOfTen(precision)
  }
}

extension ColumnBuilder {
  private func appendAccepted(_ value: Value) throws(LakeError) {
    if type.physical != .none { try appendBit(!value.isNull) }
    switch value {
    case .null: try appendNullValue()
    case .bool(let bool): try values.append(UInt8(bool ? 1 : 0))
    case .int(let int): try append(int)
    case .int128(let wide): try values.append(wide)
    case .float(let float): try values.append(float)
    case .double(let double): try values.append(double)
    case .string(let text): try append(bytes: Array(text.utf8))
    case .bytes(let bytes): try append(bytes: bytes)
    case .list(let elements):
      for element in elements { try children[0].appendAccepted(element) }
      try appendOffset()
    case .row(let members):
      for (child, member) in zip(children, members) { try child.appendAccepted(member) }
    }
    count += 1
  }

  private func appendNullValue() throws(LakeError) {
    switch type.physical {
    case .list: try appendOffset()
    case .row: for child in children { try child.appendAccepted(.null) }
    default: try values.appendZeroes(type.physical.byteWidth)
    }
  }

  private func append(_ int: Int64) throws(LakeError) {
    switch type.physical {
    case .int8: try values.append(Int8(truncatingIfNeeded: int))
    case .int16: try values.append(Int16(truncatingIfNeeded: int))
    case .int32: try values.append(Int32(truncatingIfNeeded: int))
    default: try values.append(int)
    }
  }

  private func append(bytes: [UInt8]) throws(LakeError) {
    var view = StringView()
    var failure: LakeError?
    bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return }
      do throws(LakeError) { view = try arena.append(base, count: raw.count) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    try values.append(view)
  }

  private func appendOffset() throws(LakeError) {
    guard let offset = UInt32(exactly: children[0].count) else { throw LakeError.listsTooLong }
    try values.append(offset)
  }

  private func appendBit(_ valid: Bool) throws(LakeError) {
    let row = count
    if row % 64 == 0 { try validity.append(UInt64(0)) }
    if valid {
      validity.withPointer(as: UInt64.self) { $0[row / 64] |= 1 << UInt64(row % 64) }
    } else {
      nullCount += 1
    }
  }

  private func takeValidity() throws(LakeError) -> Bitmap? {
    let buffer = try validity.take()
    return nullCount == 0 ? nil : Bitmap(buffer: buffer, count: count)
  }

  private func takeValues() throws(LakeError) -> FlatColumn.Values {
    switch type.physical {
    case .none: return .none
    case .string:
      let strings = StringValues(views: try values.take(), owners: arena.owners)
      arena = StringArena(tracker: tracker)
      return .strings(strings)
    case .list:
      return .list(ListValues(offsets: try values.take(), child: try children[0].finish()))
    case .row:
      var vectors: [ColumnVector] = []
      for child in children { vectors.append(try child.finish()) }
      return .row(vectors)
    default: return .fixed(try values.take())
    }
  }
}

extension ColumnVector {
  /// A flat vector of some values.
  package static func of(
    _ type: DataType, _ values: [Value], tracker: MemoryTracker? = nil
  ) throws(LakeError) -> ColumnVector {
    let builder = try ColumnBuilder(type, tracker: tracker)
    for value in values { try builder.append(value) }
    return try builder.finish()
  }

  /// A constant vector.
  package static func constant(
    _ type: DataType, _ value: Value, count: Int, tracker: MemoryTracker? = nil
  ) throws(LakeError) -> ColumnVector {
    let one = try of(type, [value], tracker: tracker)
    guard case .flat(let flat) = one.form else { return one }
    return ColumnVector(type: type, constant: flat, count: count)
  }
}

extension LakeError {
  /// A batch whose lists hold more elements than an offset can count.
  static var listsTooLong: LakeError {
    LakeError(
      .limitExceeded, "the lists of one batch hold more than \(UInt32.max) elements together")
  }
}
