/// The footer of a Parquet file, as far as it is used.
struct ParquetFileMetadata: Sendable {
  var version = 1
  var schema: [ParquetSchemaElement] = []
  var rowCount = 0
  var rowGroups: [ParquetRowGroupMetadata] = []
  var keyValueMetadata: [(String, String)] = []
  var createdBy: String?
  /// Whether minimum and maximum are ordered as the types say, which older files do not promise.
  var hasTypeOrder = false
}

/// One element of the flattened tree of the schema.
struct ParquetSchemaElement: Sendable {
  var name = ""
  /// Nil for groups.
  var type: ParquetType?
  var typeLength: Int?
  /// Nil for the root.
  var repetition: ParquetRepetition?
  /// Nil for leaves.
  var childCount: Int?
  var convertedType: ParquetConvertedType?
  var scale: Int?
  var precision: Int?
  var fieldID: Int?
  var logicalType: ParquetLogicalType?
}

struct ParquetRowGroupMetadata: Sendable {
  var columns: [ParquetChunkMetadata] = []
  var sortingColumns: [ParquetSortingColumn] = []
  var totalByteSize = 0
  var rowCount = 0
  var fileOffset: Int?
  var totalCompressedSize: Int?
}

/// An order that the rows have; columns are counted by leaves.
struct ParquetSortingColumn: Sendable, Equatable {
  var leaf = 0
  var isDescending = false
  var putsNullsFirst = false
}

/// Where a column of a row group lies and what is known of it.
struct ParquetChunkMetadata: Sendable {
  /// Set where the column is in another file.
  var filePath: String?
  var isEncrypted = false
  var type = ParquetType.int32
  var encodings: [ParquetEncoding] = []
  /// Whether there are others too.
  var hasUnknownEncodings = false
  var path: [String] = []
  /// Nil where this program does not know the codec.
  var codec: ParquetCodec?
  /// Values, nulls included.
  var valueCount = 0
  var totalUncompressedSize = 0
  var totalCompressedSize = 0
  var dataPageOffset = 0
  var dictionaryPageOffset: Int?
  var statistics: ParquetStatistics?
  var bloomFilterOffset: Int?
  /// Nil where an older writer does not say it.
  var bloomFilterLength: Int?
  var columnIndex: ParquetFilePart?
  var offsetIndex: ParquetFilePart?
}

/// Values are as PLAIN encoding has them, without a length.
struct ParquetStatistics: Sendable, Equatable {
  var minimum: [UInt8]?
  var maximum: [UInt8]?
  var isMinimumExact: Bool?
  var isMaximumExact: Bool?
  var nullCount: Int?
  /// The older pair, ordered as the writer liked; used for types where everybody agreed.
  var legacyMinimum: [UInt8]?
  var legacyMaximum: [UInt8]?
}

/// What stands before every page.
struct ParquetPageHeader: Sendable {
  var type = ParquetPageType.data
  var uncompressedSize = 0
  var compressedSize = 0
  var valueCount = 0
  var encoding = ParquetEncoding.plain
  var definitionEncoding = ParquetEncoding.rle
  var repetitionEncoding = ParquetEncoding.rle
  /// Of version 2: bytes before the values that are never compressed.
  var definitionBytes = 0
  var repetitionBytes = 0
  var isCompressed = true
  /// Of version 2: values that are null.
  var nullCount: Int?
  /// Of version 2: the rows that begin in the page, which is all that it has something of.
  var rowCount: Int?
  /// The CRC-32 of the page's bytes as they lie in the file.
  var checksum: UInt32?
}

extension ParquetChunkMetadata {
  /// Some writers say 0 where there is no dictionary.
  var firstPageOffset: Int {
    guard let dictionary = dictionaryPageOffset, dictionary > 0 else { return dataPageOffset }
    return min(dataPageOffset, dictionary)
  }
}
