import LakeCore

/// A column while it is being read: where the next value goes. Plain memory.
///
/// Rows are written by index, never appended, so a record that turns out to be broken is undone by
/// not counting it.
struct CSVColumn {
  enum Kind: UInt8 {
    /// A field of the file that is no column of the schema.
    case passedOver
    /// A column that holds nothing but nulls.
    case unseen
    case boolean, tinyint, smallint, integer, bigint, real, double
    case shortDecimal, longDecimal
    case varchar, varbinary, json, date, time, timestamp, uuid
  }

  var kind: Kind
  /// The values by their physical width.
  var values: UnsafeMutableRawPointer
  /// One byte a row, written with every value; packed into bits at the end, and only if needed.
  var valid: UnsafeMutablePointer<UInt8>
  var hasNulls = false
  /// The range of narrower integers.
  var minimum = Int64.min
  var maximum = Int64.max
  var precision = 0
  var scale = 0

  init(_ kind: Kind, _ type: DataType) {
    self.kind = kind
    // Replaced before the first value: `makeRoom` gives every column its memory.
    values = UnsafeMutableRawPointer(bitPattern: Buffer.alignment).unsafelyUnwrapped
    valid = UnsafeMutablePointer(bitPattern: Buffer.alignment).unsafelyUnwrapped
    switch type {
    case .tinyint: (minimum, maximum) = (Int64(Int8.min), Int64(Int8.max))
    case .smallint: (minimum, maximum) = (Int64(Int16.min), Int64(Int16.max))
    case .integer: (minimum, maximum) = (Int64(Int32.min), Int64(Int32.max))
    case .decimal(let precision, let scale): (self.precision, self.scale) = (precision, scale)
    default: break
    }
  }

  @inline(__always)
  func store<T: BitwiseCopyable>(_ value: T, at row: Int) {
    values.assumingMemoryBound(to: T.self)[row] = value
    valid[row] = 1
  }
}

extension CSVColumn.Kind {
  /// Nil for the types that have no form in CSV.
  init?(_ type: DataType) {
    switch type {
    case .unseen: self = .unseen
    case .boolean: self = .boolean
    case .tinyint: self = .tinyint
    case .smallint: self = .smallint
    case .integer: self = .integer
    case .bigint: self = .bigint
    case .real: self = .real
    case .double: self = .double
    case .decimal(let precision, _): self = precision <= 18 ? .shortDecimal : .longDecimal
    case .varchar: self = .varchar
    case .varbinary: self = .varbinary
    case .json: self = .json
    case .date: self = .date
    case .time: self = .time
    case .timestamp, .localTimestamp: self = .timestamp
    case .uuid: self = .uuid
    case .intervalYearToMonth, .intervalDayToSecond, .array, .map, .row: return nil
    }
  }

  /// Bytes of one row.
  var width: Int {
    switch self {
    case .passedOver, .unseen: 0
    case .boolean, .tinyint: 1
    case .smallint: 2
    case .integer, .real, .date: 4
    case .bigint, .double, .shortDecimal, .time, .timestamp: 8
    case .longDecimal, .uuid, .varchar, .varbinary, .json: 16
    }
  }
}
