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
    let target = try outputTarget(conversion)
    let opener = InputFiles(
      fileSystem: fileSystem, libraries: libraries,
      temporaryDirectory: settings.temporaryDirectory)
    let files = try opener.open(conversion, activity)
    try refuseInputAsOutput(conversion, files)

    var scan = TextScan(files: files)
    scan.onError = conversion.onError
    scan.tracker = memory
    scan.cancellation = activity?.cancellation
    scan.progress = activity?.progress(.inferring)

    var report = ConversionReport()
    let inference = conversion.schema == nil ? try scan.infer(on: pool) : nil
    scan.progress = activity?.progress(.reading)
    let schema = conversion.schema ?? inference?.schema ?? Schema([])
    report.schema = schema
    try requireColumns(schema, inference, files)
    let output = try ConversionOutput(
      target: target, format: format, schema: schema,
      isCompressed: conversion.output.hasSuffix(".gz"), libraries: libraries, memory: memory)
    let rejects = try RejectLog(conversion.rejectsOutput, fileSystem: fileSystem)
    try output.begin()
    let summaries = try scan.run(
      on: pool, makeDecoder: try scan.decoderFactory(schema: schema),
      transform: output.encoder,
      consume: { try output.write($0) },
      reject: { try rejects.add($0) })
    report.warnings += files.flatMap(\.warnings)
    report.add(summaries, rejects, inference)
    try conversion.rejectLimit?.check(report)
    try requireRecords(report)
    try rejects.commit()
    try output.commit()
    report.outputBytes = output.byteCount
    return report
  }

  private func outputTarget(_ conversion: Conversion) throws(LakeError) -> any OutputTarget {
    if conversion.output == "-" { return StandardOutput() }
    if !conversion.replacesOutput,
      try fileSystem.status(of: conversion.output, followLinks: true) != nil
    {
      throw LakeError(
        .alreadyExists, "the output is there already", at: .file(conversion.output),
        hint: "Replace it with --force, or choose another name.")
    }
    return try AtomicFileWriter(path: conversion.output, fileSystem: fileSystem)
  }

  private func refuseInputAsOutput(
    _ conversion: Conversion, _ files: [TextFile]
  ) throws(LakeError) {
    for path in [conversion.output, conversion.rejectsOutput].compactMap({ $0 }) where path != "-" {
      guard let status = try fileSystem.status(of: path, followLinks: true) else { continue }
      for file in files where try file.file.status().inode == status.inode {
        throw LakeError(
          .invalidInput, "the output is one of the inputs", at: .file(path),
          hint: "Choose another name; a file is not converted in place.")
      }
    }
  }

  /// A file without a single record that could be read has no columns to write.
  private func requireColumns(
    _ schema: Schema, _ inference: TextInference?, _ files: [TextFile]
  ) throws(LakeError) {
    guard schema.fields.isEmpty, let inference, inference.recordCount == 0,
      files.contains(where: { $0.size > 0 })
    else { return }
    throw LakeError(
      .invalidInput, "no record could be read", at: files.first.map { .file($0.path) },
      hint: "See what it is with lake inspect, or say its format with --from.")
  }

  private func requireRecords(_ report: ConversionReport) throws(LakeError) {
    guard report.recordCount == 0, report.rejectCount > 0, let first = report.firstRejects.first
    else { return }
    throw LakeError(
      .invalidInput, "none of \(report.rejectCount) records could be read: \(first.reason)",
      at: LakeError.Place(
        path: first.path, byteOffset: first.byteOffset, line: first.line, column: first.column),
      hint: "Check --schema and --from.")
  }
}

extension InputFiles {
  func open(_ conversion: Conversion, _ activity: Activity?) throws -> [TextFile] {
    let csv = CSVReadOptions(
      delimiter: conversion.csv.delimiter, hasHeader: conversion.csv.hasHeader,
      nullText: conversion.csv.nullText)
    return try open(conversion.inputs, as: conversion.inputFormat?.textFormat, csv: csv, activity)
  }
}

extension Conversion.InputFormat {
  var textFormat: TextFormat {
    switch self {
    case .json: .json
    case .csv: .csv
    case .tsv: .tsv
    }
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
    default:
      throw LakeError(
        .invalidInput, "the output's name does not say its format", at: .file(output),
        hint: "Say it with --to ndjson, csv or tsv.")
    }
  }
}

extension Conversion.RejectLimit {
  func check(_ report: ConversionReport) throws(LakeError) {
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
      hint: "Nothing was written. Raise --max-rejects, or mend the input.")
  }
}
