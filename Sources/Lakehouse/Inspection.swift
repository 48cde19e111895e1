import LakeCore
import LakeFormats

/// What a file is and what is in it, found by reading all of it.
public struct FileInspection: Sendable {
  public var path: String
  /// Bytes on disk.
  public var fileBytes: Int
  /// `JSON`, `CSV`, `text`, `empty`.
  public var format: String
  /// How the records are arranged: `newline-delimited`, `comma-separated, with a header`.
  public var layout: String
  /// `none` or `gzip`.
  public var compression: String
  /// Bytes of the text, after decompression.
  public var textBytes = 0
  public var recordCount = 0
  public var rejectCount = 0
  public var firstRejects: [RejectSummary] = []
  public var warnings: [String] = []
  public var columns: [ColumnInspection] = []
}

/// What is in one column.
public struct ColumnInspection: Sendable {
  public var name: String
  public var type: DataType
  public var nullCount: Int
  /// As text in the form that the writers use; nil where no value has an order.
  public var minimum: String?
  public var maximum: String?
}

extension Lake {
  /// Reads a file twice, once to infer its columns and once to look at their values.
  public func inspect(
    _ name: String, as format: Conversion.InputFormat? = nil, activity: Activity? = nil
  ) throws -> [FileInspection] {
    let opener = InputFiles(
      fileSystem: fileSystem, libraries: libraries,
      standardInput: standardInput)
    return try opener.open([name], as: format?.textFormat, activity).map {
      try inspect($0, activity)
    }
  }

  private func inspect(_ file: TextFile, _ activity: Activity?) throws -> FileInspection {
    var scan = TextScan(files: [file])
    scan.tracker = memory
    scan.cancellation = activity?.cancellation
    scan.progress = activity?.progress(.inferring)
    let inference = try scan.infer(on: pool)
    scan.progress = activity?.progress(.reading)
    let schema = inference.schema
    let rejects = RejectLog(nil)
    var columns = schema.fields.map { ColumnStatistics(type: $0.type) }
    let summaries = try scan.run(
      on: pool, makeDecoder: try scan.decoderFactory(schema: schema),
      transform: { batch in try Lake.statistics(of: batch) },
      consume: { parts in
        for index in columns.indices { columns[index].add(parts[index]) }
      },
      reject: { try rejects.add($0) })
    var report = ConversionReport()
    report.warnings = file.warnings
    report.add(summaries, rejects, inference)
    return FileInspection(file, report, schema, columns)
  }

  private static func statistics(of batch: Batch) throws(LakeError) -> [ColumnStatistics] {
    var parts: [ColumnStatistics] = []
    for column in batch.columns {
      var statistics = ColumnStatistics(type: column.type)
      try statistics.add(column, within: batch.selection)
      parts.append(statistics)
    }
    return parts
  }
}

extension FileInspection {
  init(
    _ file: TextFile, _ report: ConversionReport, _ schema: Schema, _ columns: [ColumnStatistics]
  ) {
    path = file.path
    fileBytes = file.size
    format = file.format.name
    layout = file.format.layoutName
    compression = file.compression.rawValue
    textBytes = report.inputBytes
    if case .blank(let blank) = file.format { textBytes = blank.byteCount }
    recordCount = report.recordCount
    rejectCount = report.rejectCount
    firstRejects = report.firstRejects
    warnings = report.warnings
    self.columns = zip(schema.fields, columns).map { field, statistics in
      ColumnInspection(
        name: field.name, type: field.type, nullCount: statistics.nullCount,
        minimum: statistics.minimum.map { ValueFormat.text(of: $0, type: field.type) },
        maximum: statistics.maximum.map { ValueFormat.text(of: $0, type: field.type) })
    }
  }
}
