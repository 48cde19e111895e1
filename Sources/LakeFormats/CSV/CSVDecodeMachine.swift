import LakeCore

/// The inner loop of reading CSV into columns: walks over the text of a record and writes each
/// value where it belongs, in one pass, without an allocation.
///
/// A *fault* is a broken record. A *mismatch* is a text that does not fit its column: it is
/// written as null and noted (the first of a record), and the caller's policy decides.
struct CSVDecodeMachine: ~Copyable {
  let plan: CSVDecodePlan
  /// One for each of the plan's fields.
  private let columns: UnsafeMutablePointer<CSVColumn>
  private let columnCount: Int
  private let fieldCount: Int
  private let dialect: CSVDialect
  private let nullText: CSVNullText?
  private let hasNullText: Bool
  private let rowCapacity: Int
  private var buffers: [Buffer?]
  private let tracker: MemoryTracker?
  private var arena: TextArena

  var fault: CSVFault?
  var mismatch: CSVMismatch?
  /// Values that do not fit, of the record being read.
  var mismatchCount = 0
  var exhausted: LakeError?

  /// A machine that needs `makeRoom` before the first record.
  init(plan: CSVDecodePlan, format: CSVFileFormat, rowCapacity: Int, tracker: MemoryTracker?) {
    self.plan = plan
    dialect = format.dialect
    nullText = format.nullText
    hasNullText = format.nullText != nil
    self.rowCapacity = rowCapacity
    self.tracker = tracker
    fieldCount = plan.fieldCount
    columnCount = plan.fields.count
    columns = .allocate(capacity: columnCount)
    for index in 0..<columnCount {
      (columns + index).initialize(to: CSVColumn(plan.kinds[index], plan.fields[index].type))
      columns[index].valid = .allocate(capacity: rowCapacity)
    }
    buffers = Array(repeating: nil, count: columnCount)
    arena = TextArena(tracker: tracker)
  }

  deinit {
    for index in 0..<columnCount { columns[index].valid.deallocate() }
    columns.deallocate()
  }

  /// New buffers for all columns; those before belong to the batch that was made of them.
  mutating func makeRoom() throws(LakeError) {
    for index in 0..<columnCount {
      let width = columns[index].kind.width
      columns[index].hasNulls = false
      if width == 0 { continue }
      let buffer = try Buffer(byteCount: rowCapacity * width, tracker: tracker)
      buffers[index] = buffer
      columns[index].values = buffer.base
    }
  }

  /// One record into one row; the cursor at the line end behind it, or nil with the fault.
  @inline(__always)
  mutating func record(_ start: Cursor, _ end: Cursor, row: Int) -> Cursor? {
    fault = nil
    mismatch = nil
    mismatchCount = 0
    let (columns, dialect) = (columns, dialect)
    let last = fieldCount &- 1
    var cursor = start
    var index = 0
    while true {
      guard let place = field(columns + index, index, row, cursor, end) else { return nil }
      cursor = place
      let isDelimited = cursor.pointee == dialect.delimiter && cursor < end
      // Too few fields, or too many; the walker counts them.
      if isDelimited != (index < last) { return nil }
      if index == last { break }
      index &+= 1
      cursor += 1
    }
    for missing in fieldCount..<columnCount { setNull(columns + missing, row) }
    return cursor
  }

  /// The text at the cursor into one row of a column; the cursor at the delimiter or line end.
  @inline(__always)
  private mutating func field(
    _ column: UnsafeMutablePointer<CSVColumn>, _ index: Int, _ row: Int, _ cursor: Cursor,
    _ end: Cursor
  ) -> Cursor? {
    // Any text may be the one for null.
    if hasNullText { return otherField(column, index, row, cursor, end) }
    switch column.pointee.kind {
    case .varchar:
      let place = CSVScan.fieldEnd(cursor, end, dialect)
      // An empty field is null; one that begins with a quote is looked at again.
      if place > cursor, cursor.pointee != dialect.quote {
        // Safe: a chunk is readable for 64 bytes behind its end.
        column.pointee.store(StringView(padded: cursor, count: place - cursor), at: row)
        return place
      }
    case .bigint:
      if let (value, place) = JSONScan.shortInteger(cursor),
        CSVScan.endsField(place, end, dialect)
      {
        column.pointee.store(value, at: row)
        return place
      }
    case .double:
      if let (value, place) = JSONScan.shortDouble(cursor),
        CSVScan.endsField(place, end, dialect)
      {
        column.pointee.store(value, at: row)
        return place
      }
    default:
      break
    }
    return otherField(column, index, row, cursor, end)
  }

  /// The fields that the fast paths above leave.
  private mutating func otherField(
    _ column: UnsafeMutablePointer<CSVColumn>, _ index: Int, _ row: Int, _ cursor: Cursor,
    _ end: Cursor
  ) -> Cursor? {
    if cursor < end, cursor.pointee == dialect.quote {
      return quotedField(column, index, row, cursor, end)
    }
    let place = CSVScan.fieldEnd(cursor, end, dialect)
    if place == cursor || (hasNullText && nullText?.matches(cursor, place) == true) {
      setNull(column, row)
    } else {
      store(ByteView(cursor, count: place - cursor), column, index, row, at: cursor)
    }
    return place
  }

  private mutating func quotedField(
    _ column: UnsafeMutablePointer<CSVColumn>, _ index: Int, _ row: Int, _ cursor: Cursor,
    _ end: Cursor
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
    let source = ByteView(cursor + 1, count: close - cursor - 1)
    if source.isEmpty, column.pointee.kind != .varchar {
      setNull(column, row)
    } else if hasPairs {
      guard storeUnquoted(source, column, index, row) else { return nil }
    } else {
      store(source, column, index, row, at: source.start)
    }
    return close + 1
  }

  /// A text with pairs of quotes, by way of the arena; false only where memory has run out.
  private mutating func storeUnquoted(
    _ source: ByteView, _ column: UnsafeMutablePointer<CSVColumn>, _ index: Int, _ row: Int
  ) -> Bool {
    do throws(LakeError) {
      let target = try arena.reserve(source.count + CSVDecodeMachine.textPadding)
      let count = CSVScan.unquote(source, dialect.quote, into: target)
      arena.take(count)
      let text = ByteView(UnsafePointer<UInt8>(target), count: count)
      store(text, column, index, row, at: source.start)
      return exhausted == nil
    } catch {
      exhausted = error
      return false
    }
  }

  /// What is readable behind a text in the arena, as behind one in a chunk.
  private static let textPadding = 64

  private mutating func store(
    _ text: ByteView, _ column: UnsafeMutablePointer<CSVColumn>, _ index: Int, _ row: Int,
    at start: Cursor
  ) {
    if column.pointee.kind == .varbinary {
      if storeBase64(text, column, row) { return }
    } else if CSVValue.store(text, in: column, at: row) {
      return
    }
    if mismatch == nil { mismatch = CSVMismatch(place: index, text: text, start: start) }
    mismatchCount += 1
    setNull(column, row)
  }

  private mutating func storeBase64(
    _ text: ByteView, _ column: UnsafeMutablePointer<CSVColumn>, _ row: Int
  ) -> Bool {
    do throws(LakeError) {
      let target = try arena.reserve(text.count + CSVDecodeMachine.textPadding)
      guard let count = Base64.decode(text, into: target) else { return false }
      arena.take(count)
      column.pointee.store(StringView(UnsafeRawPointer(target), count: count), at: row)
      return true
    } catch {
      exhausted = error
      return false
    }
  }

  private func setNull(_ column: UnsafeMutablePointer<CSVColumn>, _ row: Int) {
    column.pointee.hasNulls = true
    column.pointee.valid[row] = 0
    let width = column.pointee.kind.width
    (column.pointee.values + row * width).initializeMemory(
      as: UInt8.self, repeating: 0, count: width)
  }

  /// The first `rowCount` rows of all columns as a batch, which takes the memory with it. `source`
  /// is the chunk that plain strings point into.
  mutating func takeBatch(rowCount: Int, source: Buffer) throws(LakeError) -> Batch {
    let owners = [source] + arena.release()
    var vectors: [ColumnVector] = []
    vectors.reserveCapacity(plan.places.count)
    for place in plan.places { vectors.append(try vector(place, count: rowCount, owners: owners)) }
    try makeRoom()
    return Batch(columns: vectors, rowCount: rowCount)
  }

  private func vector(
    _ place: Int, count: Int, owners: [Buffer]
  ) throws(LakeError) -> ColumnVector {
    let type = plan.fields[place].type
    let column = columns[place]
    guard let buffer = buffers[place] else {
      return try ColumnVector.nulls(type: type, count: count)
    }
    let validity = column.hasNulls ? try packed(column.valid, count: count) : nil
    let values: FlatColumn.Values
    switch column.kind {
    case .varchar, .varbinary, .json:
      values = .strings(StringValues(views: buffer, owners: owners))
    default:
      values = .fixed(buffer)
    }
    return ColumnVector(
      type: type, flat: FlatColumn(count: count, validity: validity, values: values))
  }

  /// One bit for each byte that is not zero.
  private func packed(
    _ bytes: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(LakeError) -> Bitmap {
    let wordCount = Bitmap.wordCount(for: count)
    let buffer = try Buffer(byteCount: wordCount * 8, tracker: tracker)
    let words = buffer.pointer(as: UInt64.self)
    for word in 0..<wordCount {
      var bits: UInt64 = 0
      for bit in 0..<min(64, count - word * 64) {
        bits |= UInt64(bytes[word * 64 + bit]) &<< UInt64(bit)
      }
      words[word] = bits
    }
    return Bitmap(buffer: buffer, count: count)
  }
}

/// A text that does not fit its column, noted for the message.
struct CSVMismatch {
  /// The column's place among the plan's fields.
  var place: Int
  var text: ByteView
  /// Where it stands in the chunk, which the text itself does not where quotes were taken out.
  var start: Cursor
}
