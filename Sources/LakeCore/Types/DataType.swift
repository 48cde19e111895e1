/// The type of a column, nested ones included.
///
/// SQL spells types as Trino does, the catalog as Hive does; both spellings, and Spark's, are read
/// by `DataType.init(parsing:)` and written by `spelled(_:)`.
///
/// - `timestamp` is a moment: microseconds since 1970 in UTC. `localTimestamp` is a reading of a
///   wall clock without a zone.
/// - `unseen` is the type of a column that never held anything but null. The first real type that
///   it meets is no conflict.
/// - A varchar has no length; `varchar(20)` is read as `varchar`.
public indirect enum DataType: Sendable, Hashable {
  case unseen
  case boolean
  case tinyint
  case smallint
  case integer
  case bigint
  case real
  case double
  /// Precision 1 to 38, scale 0 to the precision.
  case decimal(precision: Int, scale: Int)
  case varchar
  case varbinary
  /// Days since 1970-01-01.
  case date
  /// Microseconds since midnight.
  case time
  case timestamp
  case localTimestamp
  /// Months.
  case intervalYearToMonth
  /// Microseconds.
  case intervalDayToSecond
  /// Text that is valid JSON.
  case json
  /// Sixteen bytes.
  case uuid
  case array(DataType)
  case map(key: DataType, value: DataType)
  case row([Field])
}

/// A named column, or a named member of a row type.
public struct Field: Sendable, Hashable {
  public var name: String
  public var type: DataType
  public var isNullable: Bool

  public init(_ name: String, _ type: DataType, isNullable: Bool = true) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
  }
}

/// How a value lies in memory. Kernels are specialised on these and on nothing else.
package enum PhysicalType: Sendable, Hashable {
  /// One byte a row, 0 or 1.
  case boolean
  case int8
  case int16
  case int32
  case int64
  case int128
  case float32
  case float64
  /// A `StringView` a row.
  case string
  /// Offsets into one child: arrays, and maps as arrays of (key, value) rows.
  case list
  /// One child a member.
  case row
  /// Nothing at all: every row is null.
  case none

  /// The bytes that one row takes in the vector's own buffer; 0 for `row` and `none`.
  package var byteWidth: Int {
    switch self {
    case .boolean, .int8: 1
    case .int16: 2
    case .int32, .float32, .list: 4
    case .int64, .float64: 8
    case .int128, .string: 16
    case .row, .none: 0
    }
  }
}

extension DataType {
  package var physical: PhysicalType {
    switch self {
    case .unseen: .none
    case .boolean: .boolean
    case .tinyint: .int8
    case .smallint: .int16
    case .integer, .date, .intervalYearToMonth: .int32
    case .bigint, .time, .timestamp, .localTimestamp, .intervalDayToSecond: .int64
    case .real: .float32
    case .double: .float64
    case .decimal(let precision, _): precision <= 18 ? .int64 : .int128
    case .varchar, .varbinary, .json: .string
    case .uuid: .int128
    case .array, .map: .list
    case .row: .row
    }
  }

  /// The type of a map's entries as they lie in memory.
  package static func entries(key: DataType, value: DataType) -> DataType {
    .row([Field("key", key, isNullable: false), Field("value", value)])
  }

  public var isNested: Bool {
    switch self {
    case .array, .map, .row: true
    default: false
    }
  }
}
