import LakeCore

/// Whether the bounds of a chunk's pages go one way.
enum ParquetBoundaryOrder: Int, Sendable {
  case unordered = 0
  case ascending = 1
  case descending = 2
}

/// What is known of the values of each page of a chunk.
struct ParquetColumnIndex: Sendable, Equatable {
  /// Pages without values; their bounds are empty.
  var isNullPage: [Bool] = []
  var minimums: [[UInt8]] = []
  var maximums: [[UInt8]] = []
  var order = ParquetBoundaryOrder.unordered
  var nullCounts: [Int]?
}

/// Where a data page is, its header included.
struct ParquetPageLocation: Sendable, Equatable {
  var offset = 0
  var compressedSize = 0
  /// The number of its first row in the row group.
  var firstRow = 0
}

/// Where the data pages of a chunk are.
struct ParquetOffsetIndex: Sendable, Equatable {
  var pages: [ParquetPageLocation] = []
}

/// Where something is in the file.
struct ParquetFilePart: Sendable, Equatable {
  var offset: Int
  var length: Int
}

extension ParquetColumnIndex {
  func write(to out: inout ThriftWriter) throws(LakeError) {
    out.begin()
    try out.field(1, list: .yes, count: isNullPage.count)
    for isNull in isNullPage { try out.append(isNull) }
    try out.field(2, list: .binary, count: minimums.count)
    for bound in minimums { try out.append(bytes: bound) }
    try out.field(3, list: .binary, count: maximums.count)
    for bound in maximums { try out.append(bytes: bound) }
    try out.field(4, int32: order.rawValue)
    if let nullCounts {
      try out.field(5, list: .int64, count: nullCounts.count)
      for count in nullCounts { try out.append(count) }
    }
    try out.end()
  }

  init(_ reader: inout ThriftReader) throws(LakeError) {
    try reader.structure { (reader, field) throws(LakeError) in
      switch field.id {
      case 1:
        try reader.list(field, of: .yes) { (reader) throws(LakeError) in
          isNullPage.append(try reader.bool())
        }
      case 2:
        try reader.list(field, of: .binary) { (reader) throws(LakeError) in
          minimums.append(try reader.binary())
        }
      case 3:
        try reader.list(field, of: .binary) { (reader) throws(LakeError) in
          maximums.append(try reader.binary())
        }
      // An order that is not known is as good as none.
      case 4: order = ParquetBoundaryOrder(rawValue: try reader.int(field)) ?? .unordered
      case 5:
        var counts: [Int] = []
        try reader.list(field, of: .int64) { (reader) throws(LakeError) in
          counts.append(try reader.int())
        }
        nullCounts = counts
      default: try reader.skip(field)
      }
    }
  }
}

extension ParquetOffsetIndex {
  func write(to out: inout ThriftWriter) throws(LakeError) {
    out.begin()
    try out.field(1, list: .structure, count: pages.count)
    for page in pages {
      out.begin()
      try out.field(1, int64: page.offset)
      try out.field(2, int32: page.compressedSize)
      try out.field(3, int64: page.firstRow)
      try out.end()
    }
    try out.end()
  }

  init(_ reader: inout ThriftReader) throws(LakeError) {
    try reader.structure { (reader, field) throws(LakeError) in
      guard field.id == 1 else { return try reader.skip(field) }
      try reader.list(field, of: .structure) { (reader) throws(LakeError) in
        var page = ParquetPageLocation()
        try reader.structure { (reader, field) throws(LakeError) in
          switch field.id {
          case 1: page.offset = try reader.int(field)
          case 2: page.compressedSize = try reader.int(field)
          case 3: page.firstRow = try reader.int(field)
          default: try reader.skip(field)
          }
        }
        pages.append(page)
      }
    }
  }
}
