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
    let rejects = try rejectLog(conversion)
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
    let output = try ConversionOutput(
      target: target, format: format, schema: schema,
      isCompressed: conversion.output.hasSuffix(".gz"), libraries: libraries, memory: memory)
    try output.begin()
    let summaries = try scan.run(
      on: pool, makeDecoder: try scan.decoderFactory(schema: schema),
      transform: output.encoder,
      consume: { try output.write($0) },
      reject: { try rejects.add($0) })
    report.warnings += files.flatMap(\.warnings)
    report.add(summaries, rejects, inference)
    // The rejects are kept also where they are too many: they say why.
    try rejects.commit()
    try conversion.rejectLimit?.check(report, isStreaming: conversion.output == "-")
    try requireRecords(report, summaries)
    try output.commit()
    report.outputBytes = output.byteCount
    return report
  }

  private func outputTarget(_ conversion: Conversion) throws(LakeError) -> any OutputTarget {
    if conversion.output == "-" { return StandardOutput() }
    try refuseReplacing(conversion.output, "the output is there already", conversion)
    return try AtomicFileWriter(path: conversion.output, fileSystem: fileSystem)
  }

  /// The file for the rejects, where one is wanted.
  private func rejectLog(_ conversion: Conversion) throws(LakeError) -> RejectLog {
    guard let path = conversion.rejectsOutput else {
      return RejectLog(nil)
    }
    if path == "-" {
      throw LakeError(
        .invalidInput, "the rejects cannot go to standard output",
        hint: "Name a file with --rejects.")
    }
    if conversion.output != "-", try isSameName(path, conversion.output) {
      throw LakeError(
        .invalidInput, "the rejects would be written over the output", at: .file(path),
        hint: "Choose another name for one of them.")
    }
    try refuseReplacing(path, "the file for the rejects is there already", conversion)
    return RejectLog(try AtomicFileWriter(path: path, fileSystem: fileSystem))
  }

  private func refuseReplacing(
    _ path: String, _ message: String, _ conversion: Conversion
  ) throws(LakeError) {
    // What is no file is refused by the writer.
    guard !conversion.replacesOutput,
      try fileSystem.status(of: path, followLinks: true)?.kind == .file
    else { return }
    throw LakeError(
      .alreadyExists, message, at: .file(path),
      hint: "Replace it with --force, or choose another name.")
  }

  /// Whether two paths name one entry of one directory, or lead to one file.
  private func isSameName(_ one: String, _ other: String) throws(LakeError) -> Bool {
    if one == other { return true }
    if let first = try fileSystem.status(of: one, followLinks: true),
      let second = try fileSystem.status(of: other, followLinks: true)
    {
      return first.isSameFile(as: second)
    }
    guard Path.lastComponent(of: one) == Path.lastComponent(of: other),
      let first = try fileSystem.status(of: Path.directory(of: one), followLinks: true),
      let second = try fileSystem.status(of: Path.directory(of: other), followLinks: true)
    else { return false }
    return first.isSameFile(as: second)
  }

  private func refuseInputAsOutput(
    _ conversion: Conversion, _ files: [TextFile]
  ) throws(LakeError) {
    let outputs = [
      (conversion.output, "the output"),
      (conversion.rejectsOutput ?? "-", "the file for the rejects"),
    ]
    for (path, meaning) in outputs where path != "-" {
      guard let status = try fileSystem.status(of: path, followLinks: true) else { continue }
      for file in files where try file.file.status().isSameFile(as: status) {
        throw LakeError(
          .invalidInput, "\(meaning) is one of the inputs", at: .file(path),
          hint: "Choose another name; a file is not converted in place.")
      }
    }
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
    case .text: .text
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
