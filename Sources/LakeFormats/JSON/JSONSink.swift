import LakeCore

/// A column, a member or an array's elements while they are being read: where the next value of one
/// place in the schema goes. Plain memory, addressed by number.
///
/// Rows are written by index, never appended. A record that turns out to be broken is thus undone
/// by not counting it, and a key that is met twice overwrites itself.
struct JSONSink {
  enum Kind: UInt8 {
    case unseen, boolean, tinyint, smallint, integer, bigint, real, double
    case shortDecimal, longDecimal
    case varchar, varbinary, json, date, time, timestamp, uuid
    case array, map, row

    /// Whether an empty text stands for no value: CSV has no other way to say it, and writers of
    /// JSON do the same where a number or a date is missing.
    var hasNoText: Bool {
      switch self {
      case .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double, .shortDecimal,
        .longDecimal, .date, .time, .timestamp, .uuid:
        true
      case .unseen, .varchar, .varbinary, .json, .array, .map, .row: false
      }
    }
  }

  var kind: Kind
  /// The values by their physical width; for arrays and maps the offsets, one more than rows.
  var values: UnsafeMutableRawPointer
  /// One byte a row, written with every value; packed into bits at the end, and only if needed.
  var valid: UnsafeMutablePointer<UInt8>
  var hasNulls = false
  var capacity = 0
  /// The range of narrower integers.
  var minimum = Int64.min
  var maximum = Int64.max
  var precision = 0
  var scale = 0
  /// The shape of a row; -1 for all others.
  var shape: Int32 = -1
  /// The elements of an array, the keys of a map.
  var child: Int32 = -1
  /// The values of a map.
  var childValue: Int32 = -1
  /// The members of a row: `memberCount` sinks whose numbers stand in the machine's member list
  /// from `firstMember` on.
  var firstMember: Int32 = 0
  var memberCount: Int32 = 0

  @inline(__always)
  func store<T: BitwiseCopyable>(_ value: T, at row: Int) {
    values.assumingMemoryBound(to: T.self)[row] = value
    valid[row] = 1
  }

  /// Offsets of arrays and maps.
  @inline(__always)
  var offsets: UnsafeMutablePointer<UInt32> { values.assumingMemoryBound(to: UInt32.self) }
}

extension JSONSink.Kind {
  /// Nil for the types that have no form in JSON.
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
    case .intervalYearToMonth, .intervalDayToSecond: return nil
    case .array: self = .array
    case .map: self = .map
    case .row: self = .row
    }
  }

  /// Bytes of one row.
  var width: Int {
    switch self {
    case .unseen, .row: 0
    case .boolean, .tinyint: 1
    case .smallint: 2
    case .integer, .real, .date, .array, .map: 4
    case .bigint, .double, .shortDecimal, .time, .timestamp: 8
    case .longDecimal, .uuid, .varchar, .varbinary, .json: 16
    }
  }
}
