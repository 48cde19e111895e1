/// Values to JSON text, and JSON scalars to values.
///
/// Lists become arrays, maps and rows objects (the keys of a map as their text), dates and all that
/// is no number text in quotes. A null inside is JSON's null; NaN and infinity have no JSON. Arrays
/// and objects as values of nested types are left to the reader of JSON files.
extension Kernels {
  func castToJSON(_ flat: FlatColumn, from source: DataType) throws(LakeError) -> Outcome {
    switch source {
    case .varchar: return try quoted(flat)
    case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal:
      return named(try castToText(flat, from: source))
    case .real: return try run(FloatToJSON(), textOf: flat, to: .json)
    case .double: return try run(DoubleToJSON(), textOf: flat, to: .json)
    case .array, .map, .row: return try castNestedToJSON(flat, from: source)
    default:
      let text = try castToText(flat, from: source)
      var json = try quoted(try text.vector.flattened(self))
      json.failed = text.failed
      return json
    }
  }

  /// The same strings, said to be JSON.
  private func named(_ outcome: Outcome) -> Outcome {
    guard case .flat(let flat) = outcome.vector.form else { return outcome }
    return Outcome(ColumnVector(type: .json, flat: flat), failed: outcome.failed)
  }

  private func quoted(_ flat: FlatColumn) throws(LakeError) -> Outcome {
    guard let strings = flat.strings else { throw LakeError(.internal, "text without views") }
    var writer = try JSONRows(count: flat.count, kernels: self)
    for row in 0..<flat.count where !flat.isNull(row) {
      try writer.appendQuoted(strings.pointer[row])
      try writer.endRow(row)
    }
    return Outcome(made(writer.values, flat.count, flat.validity, .json))
  }

  private func castNestedToJSON(
    _ flat: FlatColumn, from source: DataType
  ) throws(LakeError) -> Outcome {
    switch (flat.values, source) {
    case (.list(let lists), .map(let key, _)):
      return try castMapsToJSON(lists, flat, keyType: key)
    case (.list(let lists), _):
      let members = try castInside(lists.child, to: .json)
      let texts = try members.vector.flattened(self)
      var writer = try JSONRows(count: flat.count, kernels: self)
      for row in 0..<flat.count where !flat.isNull(row) {
        try writer.append("[")
        for member in Int(lists.pointer[row])..<Int(lists.pointer[row + 1]) {
          if member > Int(lists.pointer[row]) { try writer.append(",") }
          try writer.append(texts, member)
        }
        try writer.append("]")
        try writer.endRow(row)
      }
      return try finish(writer, flat, lists: lists, failures: [members.failed])
    case (.row(let children), .row(let fields)):
      return try castRowsToJSON(children, fields, flat)
    default: throw LakeError(.internal, "\(source) is not nested")
    }
  }

  private func castMapsToJSON(
    _ lists: ListValues, _ flat: FlatColumn, keyType: DataType
  ) throws(LakeError) -> Outcome {
    guard let (keys, values) = try entries(lists) else {
      throw LakeError(.internal, "a map without entries")
    }
    let names = try castInside(keys, to: .varchar)
    let members = try castInside(values, to: .json)
    let (nameTexts, texts) = (
      try names.vector.flattened(self), try members.vector.flattened(self)
    )
    var writer = try JSONRows(count: flat.count, kernels: self)
    for row in 0..<flat.count where !flat.isNull(row) {
      try writer.append("{")
      for entry in Int(lists.pointer[row])..<Int(lists.pointer[row + 1]) {
        if entry > Int(lists.pointer[row]) { try writer.append(",") }
        try writer.appendQuoted(nameTexts.strings?.pointer[entry] ?? StringView())
        try writer.append(":")
        try writer.append(texts, entry)
      }
      try writer.append("}")
      try writer.endRow(row)
    }
    return try finish(writer, flat, lists: lists, failures: [names.failed, members.failed])
  }

  private func castRowsToJSON(
    _ children: [ColumnVector], _ fields: [Field], _ flat: FlatColumn
  ) throws(LakeError) -> Outcome {
    var members: [FlatColumn] = []
    var failures: [Bitmap?] = []
    for child in children {
      let member = try castInside(child, to: .json)
      members.append(try member.vector.flattened(self))
      failures.append(member.failed)
    }
    var writer = try JSONRows(count: flat.count, kernels: self)
    for row in 0..<flat.count where !flat.isNull(row) {
      try writer.append("{")
      for (index, field) in fields.enumerated() {
        if index > 0 { try writer.append(",") }
        try writer.appendQuoted(field.name)
        try writer.append(":")
        try writer.append(members[index], row)
      }
      try writer.append("}")
      try writer.endRow(row)
    }
    return try finish(writer, flat, lists: nil, failures: failures)
  }

  /// A row fails if a member did; the members of a list are those of its range.
  private func finish(
    _ writer: borrowing JSONRows, _ flat: FlatColumn, lists: ListValues?, failures: [Bitmap?]
  ) throws(LakeError) -> Outcome {
    var failed: Bitmap?
    for failure in failures { failed = try Bitmap.union(failed, failure, tracker: tracker) }
    guard let failed else {
      return Outcome(made(writer.values, flat.count, flat.validity, .json))
    }
    let answered = try Buffer(booleans: flat.count, tracker: tracker)
    let answer = answered.pointer(as: UInt8.self)
    for row in 0..<flat.count {
      let start = lists.map { Int($0.pointer[row]) } ?? row
      let end = lists.map { Int($0.pointer[row + 1]) } ?? row + 1
      answer[row] = (start..<end).contains { failed[$0] } ? 0 : 1
    }
    return try nullingFailures(writer.values, answered, flat, .json)
  }
}

/// JSON texts that are written row by row; rows that are left out are empty.
private struct JSONRows: ~Copyable {
  private var sink: ByteSink
  private var arena: StringArena
  private let views: Buffer

  init(count: Int, kernels: Kernels) throws(LakeError) {
    let empty = try kernels.buffer(of: StringView.self, count: count)
    for row in 0..<count { empty.pointer(as: StringView.self)[row] = StringView() }
    let text = try ByteSink(tracker: kernels.tracker)
    views = empty
    arena = StringArena(tracker: kernels.tracker)
    sink = text
  }

  var values: FlatColumn.Values { .strings(StringValues(views: views, owners: arena.owners)) }

  mutating func append(_ text: StaticString) throws(LakeError) { try sink.append(text) }

  /// A text that is JSON already; JSON's null where it is null.
  mutating func append(_ texts: FlatColumn, _ row: Int) throws(LakeError) {
    guard !texts.isNull(row), let view = texts.strings?.pointer[row] else {
      return try sink.append("null")
    }
    if !view.isInline { return try sink.append(view.pointer, count: view.count) }
    var bytes = (view.head, view.tail)
    try sink.reserve(16)
    withUnsafeBytes(of: &bytes) { raw in
      guard let base = raw.baseAddress else { return }
      sink.cursor.update(
        from: (base + 4).assumingMemoryBound(to: UInt8.self), count: view.count)
    }
    sink.advance(by: view.count)
  }

  mutating func appendQuoted(_ text: String) throws(LakeError) {
    let bytes = Array(text.utf8)
    var own = StringArena()
    var view = StringView()
    var failure: LakeError?
    bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return }
      do throws(LakeError) { view = try own.append(base, count: raw.count) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    // The arena holds the bytes until the view has been read.
    try withExtendedLifetime(own.owners) { () throws(LakeError) in try appendQuoted(view) }
  }

  mutating func appendQuoted(_ view: StringView) throws(LakeError) {
    if !view.isInline {
      let bytes = view.pointer.assumingMemoryBound(to: UInt8.self)
      return try JSONText.appendQuoted(bytes, count: view.count, to: &sink)
    }
    let bytes = try Buffer(byteCount: 16)
    bytes.base.storeBytes(of: view.head &>> 32, as: UInt64.self)
    bytes.base.storeBytes(of: view.tail, toByteOffset: 4, as: UInt64.self)
    try JSONText.appendQuoted(bytes.pointer(as: UInt8.self), count: view.count, to: &sink)
  }

  mutating func endRow(_ row: Int) throws(LakeError) {
    let text = sink.view
    views.pointer(as: StringView.self)[row] = try arena.append(
      UnsafeRawPointer(text.start), count: text.count)
    sink.removeAll()
  }
}

private struct DoubleToJSON: TextConversion {
  func write(_ value: Double, to target: UnsafeMutablePointer<UInt8>) -> Int {
    value.isFinite ? DoubleText.write(value, to: target) : -1
  }
}

private struct FloatToJSON: TextConversion {
  func write(_ value: Float, to target: UnsafeMutablePointer<UInt8>) -> Int {
    value.isFinite ? DoubleText.write(value, to: target) : -1
  }
}
