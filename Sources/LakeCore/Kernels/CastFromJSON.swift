/// JSON scalars to values: a string by its text, a number or boolean as it stands. Null is null;
/// arrays and objects fail here.
extension Kernels {
  func castFromJSON(_ flat: FlatColumn, to target: DataType) throws(LakeError) -> Outcome {
    let text = try scalarTexts(flat)
    if target == .varchar { return text }
    // `1.0` and `1e3` are whole numbers in JSON.
    let through: DataType =
      switch target {
      case .tinyint, .smallint, .integer, .bigint: .decimal(precision: 38, scale: 0)
      default: .varchar
      }
    let texts = try text.vector.flattened(self)
    var outcome =
      through == .varchar
      ? try castFlat(texts, from: .varchar, to: target)
      : try castThrough(through, texts, from: .varchar, to: target)
    outcome.failed = try Bitmap.union(text.failed, outcome.failed, tracker: tracker)
    return outcome
  }

  private func scalarTexts(_ flat: FlatColumn) throws(LakeError) -> Outcome {
    guard let strings = flat.strings else { throw LakeError(.internal, "json without views") }
    let target = try buffer(of: StringView.self, count: flat.count)
    let views = target.pointer(as: StringView.self)
    let valid = try Buffer(booleans: flat.count, tracker: tracker)
    let answered = try Buffer(booleans: flat.count, tracker: tracker)
    let (isValid, answer) = (valid.pointer(as: UInt8.self), answered.pointer(as: UInt8.self))
    var arena = StringArena(tracker: tracker)
    for row in 0..<flat.count {
      views[row] = StringView()
      (isValid[row], answer[row]) = (flat.isNull(row) ? 0 : 1, 1)
      if flat.isNull(row) { continue }
      switch try JSONScalar.text(of: strings.pointer[row], into: &arena) {
      case .text(let view): views[row] = view
      case .null: isValid[row] = 0
      case .none: answer[row] = 0
      }
    }
    let validity = try Bitmap.packing(isValid, count: flat.count, tracker: tracker)
    let values = FlatColumn.Values.strings(StringValues(views: target, owners: arena.owners))
    let column = FlatColumn(count: flat.count, validity: validity, values: values)
    return try nullingFailures(values, answered, column, .varchar)
  }
}

/// The text of one JSON scalar.
private enum JSONScalar {
  enum Answer {
    case text(StringView)
    case null
    case none
  }

  static func text(
    of view: StringView, into arena: inout StringArena
  ) throws(LakeError) -> Answer {
    // The text is never longer than the JSON, and sixteen bytes more are room for whole words.
    let room = try Buffer(byteCount: view.count + 16)
    let bytes = room.pointer(as: UInt8.self)
    view.withBytes { source in
      if let base = source.baseAddress {
        room.base.copyMemory(from: base, byteCount: source.count)
      }
    }
    var (start, end) = (0, view.count)
    while start < end, JSONCursor.isBlank(bytes[start]) { start += 1 }
    while end > start, JSONCursor.isBlank(bytes[end - 1]) { end -= 1 }
    let body = ByteView(room, count: view.count)[start..<end]
    guard body.count > 0 else { return .none }
    if body.equals("null") { return .null }
    switch body[0] {
    case UInt8(ascii: "["), UInt8(ascii: "{"): return .none
    case UInt8(ascii: "\""):
      // In place: what is written never overtakes what is read.
      guard let count = unescape(body, to: bytes) else { return .none }
      return .text(try arena.append(UnsafeRawPointer(bytes), count: count))
    default: return .text(try arena.append(UnsafeRawPointer(body.start), count: body.count))
    }
  }

  /// Writes the text of a string in quotes; nil where it is none.
  private static func unescape(
    _ body: ByteView, to target: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    guard body.count >= 2, body[body.count - 1] == UInt8(ascii: "\"") else { return nil }
    let end = body.count - 1
    let cursor = JSONCursor(UnsafeRawBufferPointer(start: body.start, count: body.count))
    var (read, written) = (1, 0)
    while read < end {
      let byte = body[read]
      read += 1
      if byte == UInt8(ascii: "\"") { return nil }
      guard byte == UInt8(ascii: "\\") else {
        target[written] = byte
        written += 1
        continue
      }
      guard read < end, let scalar = cursor.escaped(&read, end, replacesHalves: false) else {
        return nil
      }
      for unit in UTF8.encode(scalar).map({ Array($0) }) ?? [] {
        target[written] = unit
        written += 1
      }
    }
    return written
  }
}
