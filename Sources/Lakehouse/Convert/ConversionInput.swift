import LakeCore
import LakeFormats

/// The files that are read: all of them text, or all of them Parquet.
enum ConversionInput {
  case text([TextFile])
  case parquet([ParquetInput])

  /// The open files, for comparison with the output.
  var files: [any ReadableFile] {
    switch self {
    case .text(let files): files.map(\.file)
    case .parquet(let files): files.map(\.handle)
    }
  }

  var warnings: [String] {
    if case .text(let files) = self { files.flatMap(\.warnings) } else { [] }
  }
}

/// A Parquet file that was opened, and what it lies in.
struct ParquetInput {
  let handle: any ReadableFile
  let file: ParquetFile
  /// Bytes on disk.
  let size: Int
}

extension InputFiles {
  /// The files of a conversion. Parquet is known by its first bytes, or where it is asked for.
  func open(
    _ conversion: Conversion, memory: MemoryTracker, _ activity: Activity?
  ) throws -> ConversionInput {
    let csv = CSVReadOptions(
      delimiter: conversion.csv.delimiter, hasHeader: conversion.csv.hasHeader,
      nullText: conversion.csv.nullText)
    let format = conversion.inputFormat?.textFormat
    var texts: [TextFile] = []
    var parquets: [ParquetInput] = []
    for file in try openAll(conversion.inputs, activity) {
      let isParquet =
        conversion.inputFormat == nil
        ? try InputFiles.isParquet(file) : conversion.inputFormat == .parquet
      if isParquet {
        parquets.append(
          ParquetInput(
            handle: file,
            file: try ParquetFile.open(file, libraries: libraries, tracker: memory),
            size: try file.status().size))
      } else {
        texts.append(try TextFile(file, as: format, csv: csv, libraries: libraries))
      }
      if let text = texts.first(where: { !$0.isEmpty }), let parquet = parquets.first {
        throw LakeError(
          .invalidInput,
          "the inputs have different formats: \(parquet.file.path) is Parquet, and this is "
            + text.format.name,
          at: .file(text.path), hint: "Convert them one by one.")
      }
    }
    return parquets.isEmpty ? .text(texts) : .parquet(parquets)
  }

  static func isParquet(_ file: any ReadableFile) throws(LakeError) -> Bool {
    let head = try Buffer(byteCount: FileSignature.byteCount)
    let count = try file.read(into: head.base, count: head.byteCount, at: 0)
    return FileSignature(ByteView(head, count: count)) == .parquet
  }
}

extension TextFile {
  /// Whether it holds no records, whatever they would have been: it goes with files of any format.
  fileprivate var isEmpty: Bool { if case .blank = format { true } else { false } }
}

extension Conversion.InputFormat {
  /// Nil for what is no text.
  var textFormat: TextFormat? {
    switch self {
    case .json: .json
    case .csv: .csv
    case .tsv: .tsv
    case .text: .text
    case .parquet: nil
    }
  }
}
