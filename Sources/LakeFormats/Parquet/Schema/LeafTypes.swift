import LakeCore

/// The type of a leaf that is read, and how its values become those of a vector.
struct LeafTypes {
  private let element: ParquetSchemaElement
  private let name: String

  init(_ element: ParquetSchemaElement, name: String) {
    self.element = element
    self.name = name
  }

  func resolve() throws(LakeError) -> (DataType, LeafConversion) {
    let logical = element.logicalType ?? legacy
    if logical == .unknown { return (.unseen, .nothing) }
    if case .decimal(let scale, let precision) = logical, let type = element.type {
      return try decimal(type, precision: precision, scale: scale)
    }
    switch element.type {
    case .boolean: return (.boolean, .none)
    case .int32: return int32(logical)
    case .int64: return int64(logical)
    case .int96: return (.timestamp, .int96)
    case .float: return (.real, .none)
    case .double: return (.double, .none)
    case .byteArray: return (text(logical), .none)
    case .fixed: return fixed(logical)
    case nil: throw LakeError.parquetDamage("\(name) has no type")
    }
  }

  /// What the older annotation says.
  private var legacy: ParquetLogicalType? {
    switch element.convertedType {
    case .utf8: .string
    case .enumeration: .enumeration
    case .decimal: .decimal(scale: element.scale ?? 0, precision: element.precision ?? 0)
    case .date: .date
    case .timeMillis: .time(isAdjustedToUTC: true, unit: .millis)
    case .timeMicros: .time(isAdjustedToUTC: true, unit: .micros)
    case .timestampMillis: .timestamp(isAdjustedToUTC: true, unit: .millis)
    case .timestampMicros: .timestamp(isAdjustedToUTC: true, unit: .micros)
    case .uint8: .integer(bitWidth: 8, isSigned: false)
    case .uint16: .integer(bitWidth: 16, isSigned: false)
    case .uint32: .integer(bitWidth: 32, isSigned: false)
    case .uint64: .integer(bitWidth: 64, isSigned: false)
    case .int8: .integer(bitWidth: 8, isSigned: true)
    case .int16: .integer(bitWidth: 16, isSigned: true)
    case .int32: .integer(bitWidth: 32, isSigned: true)
    case .int64: .integer(bitWidth: 64, isSigned: true)
    case .json: .json
    case .bson: .bson
    case .map, .mapKeyValue, .list, .interval, nil: nil
    }
  }

  private func int32(_ logical: ParquetLogicalType?) -> (DataType, LeafConversion) {
    switch logical {
    case .date: (.date, .none)
    case .time(_, .millis): (.time, .milliseconds)
    case .integer(8, true): (.tinyint, .narrow)
    case .integer(16, true), .integer(8, false): (.smallint, .narrow)
    case .integer(32, false): (.bigint, .widenUnsigned)
    default: (.integer, .none)
    }
  }

  private func int64(_ logical: ParquetLogicalType?) -> (DataType, LeafConversion) {
    switch logical {
    case .time(_, let unit): (.time, conversion(unit))
    case .timestamp(true, let unit): (.timestamp, conversion(unit))
    case .timestamp(false, let unit): (.localTimestamp, conversion(unit))
    case .integer(64, false): (.decimal(precision: 20, scale: 0), .widenUnsigned)
    default: (.bigint, .none)
    }
  }

  private func conversion(_ unit: ParquetTimeUnit) -> LeafConversion {
    switch unit {
    case .millis: .milliseconds
    case .micros: .none
    case .nanos: .divide(1000)
    }
  }

  private func text(_ logical: ParquetLogicalType?) -> DataType {
    switch logical {
    case .string, .enumeration: .varchar
    case .json: .json
    default: .varbinary
    }
  }

  private func fixed(_ logical: ParquetLogicalType?) -> (DataType, LeafConversion) {
    switch logical {
    case .uuid where element.typeLength == 16: (.uuid, .uuid)
    case .float16 where element.typeLength == 2: (.real, .float16)
    default: (.varbinary, .none)
    }
  }

  private func decimal(
    _ physical: ParquetType, precision: Int, scale: Int
  ) throws(LakeError) -> (DataType, LeafConversion) {
    guard (1...38).contains(precision), (0...precision).contains(scale) else {
      throw LakeError(
        .unsupported,
        "column \(name) is a decimal of \(precision) digits, \(scale) of them "
          + "behind the point; 38 are supported")
    }
    let type = DataType.decimal(precision: precision, scale: scale)
    switch physical {
    case .int32, .int64: return (type, .widen)
    case .byteArray, .fixed: return (type, .bigEndian)
    case .boolean, .int96, .float, .double:
      throw LakeError.parquetDamage("column \(name) is a decimal that lies as \(physical)")
    }
  }
}
