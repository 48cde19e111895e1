import LakeCore

/// Lists of pieces of an argument's text, put together row by row.
struct TextLists {
  private let call: FunctionCall
  private let offsets: Buffer
  private var views: GrowableBuffer
  private var valid: GrowableBuffer
  private var total = 0
  private var hasNull = false

  init(_ call: FunctionCall) throws {
    self.call = call
    offsets = try Buffer(byteCount: (call.rowCount + 1) * 4, tracker: call.tracker)
    offsets.pointer(as: UInt32.self)[0] = 0
    views = try GrowableBuffer(tracker: call.tracker)
    valid = try GrowableBuffer(tracker: call.tracker)
  }

  /// Nil is a null in the list.
  mutating func append(_ view: StringView?) throws {
    try views.append(view ?? StringView())
    try valid.append(UInt8(view == nil ? 0 : 1))
    if view == nil { hasNull = true }
    total += 1
  }

  /// Rows end in their order, each once.
  func end(row: Int) throws {
    guard let end = UInt32(exactly: total) else {
      throw LakeError(.limitExceeded, "the lists of one batch have more than 2^32 elements")
    }
    offsets.pointer(as: UInt32.self)[row + 1] = end
  }

  /// The lists; rows whose byte in `answered` is 0 have none.
  mutating func finish(
    owners: [Buffer], answered: Buffer, error: @escaping @Sendable (Int) -> LakeError
  ) throws -> CheckedVector {
    let bytes = try valid.take()
    let validity = hasNull ? try Bitmap.packing(bytes.pointer(as: UInt8.self), count: total) : nil
    let strings = StringValues(views: try views.take(), owners: owners)
    let child = ColumnVector(
      type: .varchar, flat: FlatColumn(count: total, validity: validity, values: .strings(strings)))
    return try call.withFailures(
      .list(ListValues(offsets: offsets, child: child)), answered, error)
  }
}

extension FunctionCall {
  /// A function that gives a list of pieces of an argument's text. The body appends the pieces of a
  /// row and says whether there is an answer; only rows without null are computed.
  func pieceLists(
    of input: Input<StringView>, error: @escaping @Sendable (Int) -> LakeError,
    _ body: (Int, inout TextLists) throws -> Bool
  ) throws -> CheckedVector {
    var lists = try TextLists(self)
    let validity = try validity()
    let answered = try buffer(of: UInt8.self)
    let answer = answered.pointer(as: UInt8.self)
    for row in 0..<rowCount {
      let isValid = validity.map { $0[row] } ?? true
      let hasAnswer = isValid ? try body(row, &lists) : false
      answer[row] = hasAnswer ? 1 : 0
      try lists.end(row: row)
    }
    return try lists.finish(
      owners: input.column.strings?.owners ?? [], answered: answered, error: error)
  }
}
