import LakeCore
import LakeFormats
import Lakehouse

extension ParquetInspection {
  var json: JSONText {
    var members: [JSONText.Member] = [
      .init("path", .string(report.path)),
      .init("format", .string("Parquet")),
      .init("file_bytes", .integer(report.fileBytes)),
      .init("footer_bytes", .integer(report.footerBytes)),
      .init("version", .integer(report.version)),
      .init("created_by", .optional(report.createdBy)),
      .init("records", .integer(report.rowCount)),
      .init(
        "metadata",
        .array(
          report.keyValueMetadata.map { name, value in
            .object([.init("key", .string(name)), .init("value", .string(value))])
          })),
      .init("columns", .array((report.schema?.fields ?? []).map { columnJSON($0) })),
      .init("schema", .array(report.elements.map(\.json))),
      .init("leaves", .array(leaves.map(\.json))),
      .init("row_groups", .array(report.rowGroups.map(\.json))),
    ]
    if let pages { members.append(.init("pages", .array(pages.map(\.json)))) }
    members.append(.init("faults", .array(faults.map(\.faultJSON))))
    return .object(members)
  }

  private func columnJSON(_ field: Field) -> JSONText {
    let leaf = leaf(ofColumn: field.name)
    return .object([
      .init("name", .string(field.name)),
      .init("type", .string(field.type.description)),
      .init("nulls", .optional(leaf?.nullCount)),
      .init("minimum", .optional(leaf?.minimum?.text)),
      .init("maximum", .optional(leaf?.maximum?.text)),
    ])
  }
}

extension ParquetReport.Element {
  fileprivate var json: JSONText {
    .object([
      .init("name", .string(name)),
      .init("depth", .integer(depth)),
      .init("repetition", .string(repetition)),
      .init("physical_type", .optional(physicalType)),
      .init("logical_type", .optional(logicalType)),
      .init("field_id", .optional(fieldID)),
    ])
  }
}

extension ParquetInspection.Leaf {
  fileprivate var json: JSONText {
    .object([
      .init("path", .string(path)),
      .init("type", .optional(type?.description)),
      .init("encodings", .array(encodings.map(JSONText.string))),
      .init("codecs", .array(codecs.map(JSONText.string))),
      .init("bytes", .integer(compressedBytes)),
      .init("uncompressed_bytes", .integer(uncompressedBytes)),
      .init("nulls", .optional(nullCount)),
      .init("minimum", .optional(minimum?.text)),
      .init("minimum_is_exact", .optional(minimum?.isExact)),
      .init("maximum", .optional(maximum?.text)),
      .init("maximum_is_exact", .optional(maximum?.isExact)),
      .init("page_index", .boolean(hasPageIndex)),
      .init("bloom_filter", .boolean(hasBloomFilter)),
    ])
  }
}

extension ParquetReport.RowGroup {
  fileprivate var json: JSONText {
    .object([
      .init("rows", .integer(rowCount)),
      .init("bytes", .integer(compressedBytes)),
      .init("uncompressed_bytes", .integer(uncompressedBytes)),
      .init("sorted_by", .array(sorting.map(JSONText.string))),
      .init(
        "chunks",
        .array(
          chunks.map { chunk in
            .object([
              .init("path", .string(chunk.path)),
              .init("offset", .integer(chunk.offset)),
              .init("values", .integer(chunk.valueCount)),
              .init("nulls", .optional(chunk.nullCount)),
              .init("encodings", .array(chunk.encodings.map(JSONText.string))),
              .init("codec", .string(chunk.codec)),
              .init("bytes", .integer(chunk.compressedBytes)),
              .init("uncompressed_bytes", .integer(chunk.uncompressedBytes)),
            ])
          })),
    ])
  }
}

extension ParquetPage {
  fileprivate var json: JSONText {
    let bounds = self.bounds
    return .object([
      .init("row_group", .integer(rowGroup)),
      .init("column", .string(column)),
      .init("page", .string(kind)),
      .init("offset", .integer(offset)),
      .init("header_bytes", .integer(headerBytes)),
      .init("bytes", .integer(compressedBytes)),
      .init("uncompressed_bytes", .integer(uncompressedBytes)),
      .init("values", .integer(valueCount)),
      .init("nulls", .optional(nullCount)),
      .init("encoding", .string(encoding)),
      .init("first_row", .optional(firstRow)),
      .init("minimum", .optional(bounds.minimum)),
      .init("maximum", .optional(bounds.maximum)),
      .init("crc", .string(checksum.rawValue)),
    ])
  }
}

extension LakeError {
  fileprivate var faultJSON: JSONText {
    .object([
      .init("message", .string(message)), .init("offset", .optional(place?.byteOffset)),
    ])
  }
}

extension JSONText {
  /// True, false, or null.
  fileprivate static func optional(_ value: Bool?) -> JSONText {
    value.map(JSONText.boolean) ?? .null
  }
}
