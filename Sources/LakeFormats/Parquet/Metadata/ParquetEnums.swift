/// The numbers of the Parquet format.
enum ParquetType: Int, Sendable {
  case boolean = 0
  case int32 = 1
  case int64 = 2
  case int96 = 3
  case float = 4
  case double = 5
  case byteArray = 6
  case fixed = 7

  /// The bytes of one value; nil where values have their own lengths, or are bits.
  var width: Int? {
    switch self {
    case .int32, .float: 4
    case .int64, .double: 8
    case .int96: 12
    case .boolean, .byteArray, .fixed: nil
    }
  }
}

enum ParquetRepetition: Int, Sendable {
  case required = 0
  case optional = 1
  case repeated = 2
}

enum ParquetEncoding: Int, Sendable {
  case plain = 0
  case plainDictionary = 2
  case rle = 3
  case bitPacked = 4
  case deltaBinaryPacked = 5
  case deltaLengthByteArray = 6
  case deltaByteArray = 7
  case rleDictionary = 8
  case byteStreamSplit = 9
}

enum ParquetCodec: Int, Sendable {
  case uncompressed = 0
  case snappy = 1
  case gzip = 2
  case lzo = 3
  case brotli = 4
  case lz4 = 5
  case zstd = 6
  case lz4Raw = 7
}

enum ParquetPageType: Int, Sendable {
  case data = 0
  case index = 1
  case dictionary = 2
  case dataV2 = 3
}

enum ParquetConvertedType: Int, Sendable {
  case utf8 = 0
  case map = 1
  case mapKeyValue = 2
  case list = 3
  case enumeration = 4
  case decimal = 5
  case date = 6
  case timeMillis = 7
  case timeMicros = 8
  case timestampMillis = 9
  case timestampMicros = 10
  case uint8 = 11
  case uint16 = 12
  case uint32 = 13
  case uint64 = 14
  case int8 = 15
  case int16 = 16
  case int32 = 17
  case int64 = 18
  case json = 19
  case bson = 20
  case interval = 21
}

enum ParquetTimeUnit: Int, Sendable {
  case millis = 1
  case micros = 2
  case nanos = 3
}

/// What a physical type means.
enum ParquetLogicalType: Sendable, Equatable {
  case string
  case map
  case list
  case enumeration
  case decimal(scale: Int, precision: Int)
  case date
  case time(isAdjustedToUTC: Bool, unit: ParquetTimeUnit)
  case timestamp(isAdjustedToUTC: Bool, unit: ParquetTimeUnit)
  case integer(bitWidth: Int, isSigned: Bool)
  case unknown
  case json
  case bson
  case uuid
  case float16
  /// One that this program does not know; the number is its field in the union.
  case other(Int)
}
