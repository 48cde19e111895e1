import LakeCore
import LakeFormats

extension Lake {
  /// Reads the inputs and writes them as one output, which appears under its name only when it is
  /// whole.
  ///
  /// 1. The inputs are opened and looked at.
  /// 2. Where no schema is given, every record is read once to infer the columns.
  /// 3. Every record is read into columns and written, both in parallel, in order.
  public func convert(
    _ conversion: Conversion, activity: Activity? = nil
  ) throws -> ConversionReport {
    let format = try conversion.resolvedOutputFormat()
    guard format == .parquet || conversion.parquet == Conversion.ParquetOptions() else {
      throw LakeError(
        .invalidInput, "compression and row groups are those of Parquet, and the output is none",
        hint: "Text is compressed where the output's name ends with .gz.")
    }
    let target = try outputTarget(conversion, format)
    let rejects = try rejectLog(conversion)
    let opener = InputFiles(
      fileSystem: fileSystem, libraries: libraries,
      standardInput: standardInput)
    let input = try opener.open(conversion, memory: memory, activity)
    try refuseInputAsOutput(conversion, input.files)
    let reader: any ConversionReader =
      switch input {
      case .text(let files): try TextConversionReader(files, conversion, self, activity)
      case .parquet(let files): try ParquetConversionReader(files, conversion, self, activity)
      }
    func run(_ output: some ConversionOutput) throws -> ConversionReport {
      try convert(reader, to: output, rejects, conversion)
    }
    if format == .parquet {
      return try run(
        ParquetOutput(
          target: target, conversion.parquet, schema: reader.schema, pool: pool,
          libraries: libraries, memory: memory, cancellation: activity?.cancellation))
    }
    return try run(
      TextOutput(
        target: target, format: format, schema: reader.schema,
        isCompressed: conversion.output.hasSuffix(".gz"), libraries: libraries, memory: memory))
  }

  private func convert(
    _ reader: any ConversionReader, to output: some ConversionOutput, _ rejects: RejectLog,
    _ conversion: Conversion
  ) throws -> ConversionReport {
    try output.begin()
    let summaries = try reader.run(
      keepsBatches: output.keepsBatches, transform: output.encoder,
      consume: { try output.write($0) },
      reject: { try rejects.add($0) })
    try output.finish()
    var report = ConversionReport()
    report.schema = reader.schema
    report.warnings += reader.warnings
    report.add(summaries, rejects, reader.inference)
    // The rejects are kept also where they are too many: they say why.
    try rejects.commit()
    try conversion.rejectLimit?.check(report, isStreaming: conversion.output == "-")
    try requireRecords(report, summaries)
    try output.commit()
    report.outputBytes = output.byteCount
    return report
  }

  private func requireRecords(
    _ report: ConversionReport, _ summaries: [FileSummary]
  ) throws(LakeError) {
    guard report.recordCount == 0, report.rejectCount > 0, let first = report.firstRejects.first
    else { return }
    if report.rejectCount == 1, let damage = summaries.lazy.compactMap(\.damage).first {
      throw damage
    }
    let count = report.rejectCount
    throw LakeError(
      .invalidInput,
      count == 1
        ? "the only record could not be read: \(first.reason)"
        : "none of \(count) records could be read: \(first.reason)",
      at: LakeError.Place(
        path: first.path, byteOffset: first.byteOffset, line: first.line, column: first.column),
      hint: "See what it is with lake inspect, and say how to read it with --from or --schema.")
  }
}

extension Conversion {
  /// The format that was asked for, or the one that the output's extension says.
  func resolvedOutputFormat() throws(LakeError) -> OutputFormat {
    if let outputFormat { return outputFormat }
    if output == "-" { return .ndjson }
    var name = Path.lastComponent(of: output).lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    switch name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last {
    case "json", "ndjson", "jsonl": return .ndjson
    case "csv": return .csv
    case "tsv", "tab": return .tsv
    case "parquet", "pq": return .parquet
    default:
      throw LakeError(
        .invalidInput, "the output's name does not say its format", at: .file(output),
        hint: "Say it with --to ndjson, csv, tsv or parquet.")
    }
  }
}

extension Conversion.RejectLimit {
  /// Records that went to a stream are out already.
  func check(_ report: ConversionReport, isStreaming: Bool) throws(LakeError) {
    let all = report.recordCount + report.rejectCount
    let limit: Int
    switch self {
    case .count(let count): limit = count
    case .share(let share): limit = Int((Double(all) * share).rounded(.down))
    }
    if report.rejectCount <= limit { return }
    throw LakeError(
      .qualityLimit,
      "\(report.rejectCount) of \(all) records were rejected, and at most \(limit) may be",
      at: report.firstRejects.first.map {
        LakeError.Place(path: $0.path, byteOffset: $0.byteOffset, line: $0.line, column: $0.column)
      },
      hint: (isStreaming ? "" : "No output was written. ")
        + "Raise --max-rejects, or mend the input.")
  }
}
