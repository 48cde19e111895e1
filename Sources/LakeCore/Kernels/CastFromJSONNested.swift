/// JSON arrays and objects to arrays, maps and rows.
///
/// First they are taken apart, into values of the same shape whose members are JSON still; those
/// are cast like any nested value. A row is made of an object by the names of its members, or of an
/// array by their places.
extension Kernels {
  func castFromJSONNested(_ flat: FlatColumn, to target: DataType) throws(LakeError) -> Outcome {
    let shape: DataType =
      switch target {
      case .array: .array(.json)
      case .map: .map(key: .varchar, value: .json)
      default: .row(target.rowFields.map { Field($0.name, .json) })
      }
    let parts = try taken(apart: flat, shape)
    if shape == target { return parts }
    var cast = try castFlat(try parts.vector.flattened(self), from: shape, to: target)
    cast.failed = try Bitmap.union(parts.failed, cast.failed, tracker: tracker)
    return cast
  }

  private func taken(apart flat: FlatColumn, _ shape: DataType) throws(LakeError) -> Outcome {
    guard let strings = flat.strings else { throw LakeError(.internal, "json without views") }
    // Members are pieces of the text that they stand in.
    var parts = JSONParts(shape, owners: strings.owners)
    let answered = try Buffer(booleans: flat.count, tracker: tracker)
    let valid = try Buffer(booleans: flat.count, tracker: tracker)
    let (answer, isValid) = (answered.pointer(as: UInt8.self), valid.pointer(as: UInt8.self))
    for row in 0..<flat.count {
      (answer[row], isValid[row]) = (1, 0)
      if !flat.isNull(row) {
        switch parts.add(strings.pointer[row]) {
        case .value: isValid[row] = 1
        case .null: break
        case .none: (answer[row], isValid[row]) = (0, 1)
        }
      }
      try parts.endRow()
    }
    let validity = try Bitmap.packing(isValid, count: flat.count, tracker: tracker)
    let values = try parts.finish(count: flat.count, tracker)
    let column = FlatColumn(count: flat.count, validity: validity, values: values)
    return try nullingFailures(values, answered, column, shape)
  }
}

/// The members of JSON arrays and objects, one column for each.
private struct JSONParts {
  enum Answer { case value, null, none }

  private let shape: DataType
  private let names: [[UInt8]]
  private let owners: [Buffer]
  /// Of arrays the elements, of maps the values, of rows one column for each field; nil is null.
  private var columns: [[StringView?]]
  private var keys: [[UInt8]] = []
  private var offsets: [UInt32] = [0]
  private var rowCount = 0

  init(_ shape: DataType, owners: [Buffer]) {
    self.shape = shape
    self.owners = owners
    names = shape.rowFields.map { Array($0.name.lowercased().utf8) }
    columns = Array(repeating: [], count: max(1, names.count))
  }

  mutating func add(_ view: StringView) -> Answer {
    view.withBytes { raw in
      let scan = JSONCursor(raw)
      let start = scan.skippingBlanks(0)
      if let end = scan.endOfValue(start),
        ByteView(scan.start + start, count: end - start).equals("null")
      {
        return .null
      }
      // An inline text goes away with this view, and so do its pieces; they are short, and inline.
      let whole: Bool
      switch shape {
      case .array: whole = addElements(scan, start)
      case .map: whole = addEntries(scan, start)
      default: whole = addFields(scan, start)
      }
      return whole ? .value : .none
    }
  }

  private func piece(_ scan: JSONCursor, _ range: Range<Int>) -> StringView {
    StringView(UnsafeRawPointer(scan.start + range.lowerBound), count: range.count)
  }

  private mutating func addElements(_ scan: JSONCursor, _ start: Int) -> Bool {
    let before = columns[0].count
    let isWhole = scan.forEachElement(start) { range in
      columns[0].append(piece(scan, range))
      return true
    }
    if !isWhole { columns[0].removeLast(columns[0].count - before) }
    return isWhole
  }

  private mutating func addEntries(_ scan: JSONCursor, _ start: Int) -> Bool {
    let before = columns[0].count
    var known = true
    let isWhole = scan.forEachMember(start) { name, range in
      guard let key = scan.decoded(name) else {
        known = false
        return false
      }
      keys.append(key)
      columns[0].append(piece(scan, range))
      return true
    }
    if isWhole, known { return true }
    columns[0].removeLast(columns[0].count - before)
    keys.removeLast(keys.count - before)
    return false
  }

  private mutating func addFields(_ scan: JSONCursor, _ start: Int) -> Bool {
    var values: [StringView?] = Array(repeating: nil, count: names.count)
    var place = 0
    let isWhole =
      scan.byte(start) == UInt8(ascii: "[")
      ? scan.forEachElement(start) { range in
        if place < values.count { values[place] = piece(scan, range) }
        place += 1
        return true
      }
      : scan.forEachMember(start) { name, range in
        let lowered = scan.decoded(name).map { String(decoding: $0, as: UTF8.self).lowercased() }
        if let field = names.firstIndex(of: Array((lowered ?? "").utf8)), values[field] == nil {
          values[field] = piece(scan, range)
        }
        return true
      }
    guard isWhole, place <= values.count else { return false }
    for (index, value) in values.enumerated() { columns[index].append(value) }
    return true
  }

  mutating func endRow() throws(LakeError) {
    rowCount += 1
    guard case .row = shape else {
      guard let end = UInt32(exactly: columns[0].count) else { throw LakeError.listsTooLong }
      offsets.append(end)
      return
    }
    for index in columns.indices where columns[index].count < rowCount {
      columns[index].append(nil)
    }
  }

  func finish(count: Int, _ tracker: MemoryTracker?) throws(LakeError) -> FlatColumn.Values {
    var vectors: [ColumnVector] = []
    for column in columns { vectors.append(try vector(column, tracker)) }
    if case .row(let fields) = shape { return .row(fields.isEmpty ? [] : vectors) }
    let buffer = try Buffer(byteCount: offsets.count * 4, tracker: tracker)
    for (index, offset) in offsets.enumerated() { buffer.pointer(as: UInt32.self)[index] = offset }
    if case .array = shape { return .list(ListValues(offsets: buffer, child: vectors[0])) }
    let texts = try ColumnBuilder(.varchar, tracker: tracker)
    for key in keys { try texts.append(.string(String(decoding: key, as: UTF8.self))) }
    let entries = FlatColumn(
      count: keys.count, validity: nil, values: .row([try texts.finish(), vectors[0]]))
    return .list(
      ListValues(
        offsets: buffer, child: ColumnVector(type: shape.listElement, flat: entries)))
  }

  private func vector(
    _ values: [StringView?], _ tracker: MemoryTracker?
  ) throws(LakeError) -> ColumnVector {
    let views = try Buffer(byteCount: values.count * 16, tracker: tracker)
    let valid = try Buffer(booleans: values.count, tracker: tracker)
    for (index, value) in values.enumerated() {
      views.pointer(as: StringView.self)[index] = value ?? StringView()
      valid.pointer(as: UInt8.self)[index] = value == nil ? 0 : 1
    }
    let validity = try Bitmap.packing(
      valid.pointer(as: UInt8.self), count: values.count, tracker: tracker)
    return ColumnVector(
      type: .json,
      flat: FlatColumn(
        count: values.count, validity: validity,
        values: .strings(StringValues(views: views, owners: owners))))
  }
}
