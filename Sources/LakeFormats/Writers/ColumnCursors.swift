import LakeCore

/// The columns of a batch as a writer of rows wants them: one small struct of raw pointers for each
/// place in the schema, so that a row is written without looking at a vector again.
///
/// Valid only while the batch is; `ColumnCursors.with` keeps it alive.
struct ColumnCursor: BitwiseCopyable {
  enum Kind: BitwiseCopyable {
    case unseen, boolean, int8, int16, int32, int64, real, double
    case shortDecimal, longDecimal
    case text, json, binary, date, time, timestamp, localTimestamp, uuid
    case months, microseconds
    case array, map, row
  }

  let kind: Kind
  /// Values by physical width; offsets of arrays and maps.
  var values: UnsafeRawPointer
  var validity: UnsafePointer<UInt64>?
  /// Where row `i` of a dictionary vector finds its value.
  var indices: UnsafePointer<UInt32>?
  var isConstant = false
  var scale = 0
  /// The children's places among all cursors: the members of a row, the element of an array, the
  /// key and the value of a map.
  var firstChild = 0
  var childCount = 0

  var children: Range<Int> { firstChild..<(firstChild + childCount) }

  /// The position of a row's value; nil where it is null.
  @inline(__always)
  func position(_ row: Int) -> Int? {
    let at = isConstant ? 0 : row
    if let validity, validity[at &>> 6] &>> UInt64(at & 63) & 1 == 0 { return nil }
    if let indices { return Int(indices[at]) }
    return kind == .unseen ? nil : at
  }

  @inline(__always)
  func load<T: BitwiseCopyable>(_ position: Int, as type: T.Type) -> T {
    values.assumingMemoryBound(to: T.self)[position]
  }
}

/// `"name":` as it stands in JSON, in memory that sixteen bytes at a time can be copied from.
struct EncodedName: Sendable {
  let bytes: Buffer
  let count: Int

  init(_ name: String) throws(LakeError) {
    var sink = try ByteSink(capacity: name.utf8.count + 16)
    let utf8 = Array(name.utf8)
    try EncodedName.appendQuoted(utf8, to: &sink)
    try sink.append(UInt8(ascii: ":"))
    count = sink.count
    bytes = Buffer(untracked: count)
    bytes.base.copyMemory(from: sink.view.start, byteCount: count)
  }

  private static func appendQuoted(_ name: [UInt8], to sink: inout ByteSink) throws(LakeError) {
    // An empty array may have no address; one byte more than the name has one.
    let padded = name + [0]
    var failure: LakeError?
    padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(LakeError) {
        try JSONText.appendQuoted(base, count: name.count, to: &sink)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}

/// All cursors of a batch: those of the columns first, in order, then everything below them.
struct ColumnCursors {
  private(set) var all: [ColumnCursor] = []
  /// The names of a row's members, ready to be written; empty for all others.
  private(set) var memberNames: [[EncodedName]] = []
  let columnCount: Int

  init(_ columns: [ColumnVector]) throws(LakeError) {
    columnCount = columns.count
    for column in columns { try add(column) }
    for (index, column) in columns.enumerated() { try addChildren(of: column, at: index) }
  }

  private mutating func add(_ vector: ColumnVector) throws(LakeError) {
    all.append(ColumnCursor(vector))
    var names: [EncodedName] = []
    for field in vector.type.rowFields { names.append(try EncodedName(field.name)) }
    memberNames.append(names)
  }

  private mutating func addChildren(of vector: ColumnVector, at index: Int) throws(LakeError) {
    let children = ColumnCursor.children(of: vector)
    guard !children.isEmpty else { return }
    let first = all.count
    all[index].firstChild = first
    all[index].childCount = children.count
    for child in children { try add(child) }
    for (offset, child) in children.enumerated() {
      try addChildren(of: child, at: first + offset)
    }
  }
}

extension ColumnCursor {
  init(_ vector: ColumnVector) {
    kind = Kind(vector.type)
    let flat: FlatColumn
    switch vector.form {
    case .flat(let column):
      flat = column
      validity = column.validity.map { UnsafePointer($0.words) }
    case .constant(let column):
      flat = column
      validity = column.validity.map { UnsafePointer($0.words) }
      isConstant = true
    case .dictionary(let column):
      flat = column.dictionary.values
      validity = column.validity.map { UnsafePointer($0.words) }
      indices = UnsafePointer(column.indices.pointer(as: UInt32.self))
    }
    switch flat.values {
    case .fixed(let buffer): values = UnsafeRawPointer(buffer.base)
    case .strings(let strings): values = UnsafeRawPointer(strings.views.base)
    case .list(let list): values = UnsafeRawPointer(list.offsets.base)
    case .row, .none: values = ColumnCursor.nothing
    }
    if case .decimal(_, let scale) = vector.type { self.scale = scale }
  }

  /// Never read from: rows have no values of their own.
  private static var nothing: UnsafeRawPointer {
    UnsafeRawPointer(bitPattern: Buffer.alignment).unsafelyUnwrapped
  }

  static func children(of vector: ColumnVector) -> [ColumnVector] {
    let flat: FlatColumn
    switch vector.form {
    case .flat(let column), .constant(let column): flat = column
    case .dictionary(let column): flat = column.dictionary.values
    }
    switch flat.values {
    case .row(let members): return members
    case .list(let list):
      if case .map = vector.type { return entries(of: list.child) }
      return [list.child]
    default: return []
    }
  }

  /// The keys and the values of a map.
  private static func entries(of child: ColumnVector) -> [ColumnVector] {
    guard case .flat(let flat) = child.form, case .row(let columns) = flat.values else {
      preconditionFailure("the entries of a map are a flat row")
    }
    return columns
  }
}

extension ColumnCursor.Kind {
  init(_ type: DataType) {
    switch type {
    case .unseen: self = .unseen
    case .boolean: self = .boolean
    case .tinyint: self = .int8
    case .smallint: self = .int16
    case .integer: self = .int32
    case .bigint: self = .int64
    case .real: self = .real
    case .double: self = .double
    case .decimal: self = type.physical == .int64 ? .shortDecimal : .longDecimal
    case .varchar: self = .text
    case .json: self = .json
    case .varbinary: self = .binary
    case .date: self = .date
    case .time: self = .time
    case .timestamp: self = .timestamp
    case .localTimestamp: self = .localTimestamp
    case .intervalYearToMonth: self = .months
    case .intervalDayToSecond: self = .microseconds
    case .uuid: self = .uuid
    case .array: self = .array
    case .map: self = .map
    case .row: self = .row
    }
  }
}
