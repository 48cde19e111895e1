/// What the format's specification calls things: for people who look into files.
extension ParquetEncoding {
  var specificationName: String {
    switch self {
    case .plain: "PLAIN"
    case .plainDictionary: "PLAIN_DICTIONARY"
    case .rle: "RLE"
    case .bitPacked: "BIT_PACKED"
    case .deltaBinaryPacked: "DELTA_BINARY_PACKED"
    case .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY"
    case .deltaByteArray: "DELTA_BYTE_ARRAY"
    case .rleDictionary: "RLE_DICTIONARY"
    case .byteStreamSplit: "BYTE_STREAM_SPLIT"
    }
  }
}

extension ParquetCodec {
  var specificationName: String {
    switch self {
    case .uncompressed: "none"
    case .snappy: "snappy"
    case .gzip: "gzip"
    case .lzo: "lzo"
    case .brotli: "brotli"
    case .lz4: "lz4"
    case .zstd: "zstd"
    case .lz4Raw: "lz4_raw"
    }
  }
}

extension ParquetPageType {
  var name: String {
    switch self {
    case .data: "data"
    case .dataV2: "data v2"
    case .dictionary: "dictionary"
    case .index: "index"
    }
  }
}

extension ParquetRepetition {
  var name: String {
    switch self {
    case .required: "required"
    case .optional: "optional"
    case .repeated: "repeated"
    }
  }
}

extension ParquetSchemaElement {
  /// `INT64`, `FIXED_LEN_BYTE_ARRAY(16)`; nil for groups.
  var physicalName: String? {
    switch type {
    case nil: nil
    case .boolean: "BOOLEAN"
    case .int32: "INT32"
    case .int64: "INT64"
    case .int96: "INT96"
    case .float: "FLOAT"
    case .double: "DOUBLE"
    case .byteArray: "BYTE_ARRAY"
    case .fixed: "FIXED_LEN_BYTE_ARRAY(\(typeLength ?? 0))"
    }
  }

  /// The annotation: `STRING`, `TIMESTAMP(MICROS, UTC)`; nil where there is none.
  var logicalName: String? {
    switch logicalType {
    case nil: convertedType.map { $0.name(self) }
    case .string: "STRING"
    case .map: "MAP"
    case .list: "LIST"
    case .enumeration: "ENUM"
    case .decimal(let scale, let precision): "DECIMAL(\(precision), \(scale))"
    case .date: "DATE"
    case .time(let isUTC, let unit): "TIME(\(unit.name)\(isUTC ? ", UTC" : ""))"
    case .timestamp(let isUTC, let unit): "TIMESTAMP(\(unit.name)\(isUTC ? ", UTC" : ""))"
    case .integer(let width, let isSigned): "INTEGER(\(width)\(isSigned ? "" : ", unsigned"))"
    case .unknown: "UNKNOWN"
    case .json: "JSON"
    case .bson: "BSON"
    case .uuid: "UUID"
    case .float16: "FLOAT16"
    case .other(let number): "logical type \(number)"
    }
  }
}

extension ParquetTimeUnit {
  fileprivate var name: String {
    switch self {
    case .millis: "MILLIS"
    case .micros: "MICROS"
    case .nanos: "NANOS"
    }
  }
}

extension ParquetConvertedType {
  fileprivate func name(_ element: ParquetSchemaElement) -> String {
    switch self {
    case .utf8: "UTF8"
    case .map: "MAP"
    case .mapKeyValue: "MAP_KEY_VALUE"
    case .list: "LIST"
    case .enumeration: "ENUM"
    case .decimal: "DECIMAL(\(element.precision ?? 0), \(element.scale ?? 0))"
    case .date: "DATE"
    case .timeMillis: "TIME_MILLIS"
    case .timeMicros: "TIME_MICROS"
    case .timestampMillis: "TIMESTAMP_MILLIS"
    case .timestampMicros: "TIMESTAMP_MICROS"
    case .uint8: "UINT_8"
    case .uint16: "UINT_16"
    case .uint32: "UINT_32"
    case .uint64: "UINT_64"
    case .int8: "INT_8"
    case .int16: "INT_16"
    case .int32: "INT_32"
    case .int64: "INT_64"
    case .json: "JSON"
    case .bson: "BSON"
    case .interval: "INTERVAL"
    }
  }
}
