import LakeCore
import LakeFormats

/// Where the output and the rejects of a conversion go, and what they must not be written over.
extension Lake {
  func outputTarget(
    _ conversion: Conversion, _ format: Conversion.OutputFormat
  ) throws(LakeError) -> any OutputTarget {
    if conversion.output == "-" {
      guard format != .parquet else {
        throw LakeError(
          .invalidInput, "Parquet does not go to standard output: half of it is no file",
          hint: "Name a file.")
      }
      return StandardOutput()
    }
    try refuseReplacing(conversion.output, "the output is there already", conversion)
    return try AtomicFileWriter(path: conversion.output, fileSystem: fileSystem)
  }

  /// The file for the rejects, where one is wanted.
  func rejectLog(_ conversion: Conversion) throws(LakeError) -> RejectLog {
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

  func refuseInputAsOutput(
    _ conversion: Conversion, _ files: [any ReadableFile]
  ) throws(LakeError) {
    let outputs = [
      (conversion.output, "the output"),
      (conversion.rejectsOutput ?? "-", "the file for the rejects"),
    ]
    for (path, meaning) in outputs where path != "-" {
      guard let status = try fileSystem.status(of: path, followLinks: true) else { continue }
      for file in files where try file.status().isSameFile(as: status) {
        throw LakeError(
          .invalidInput, "\(meaning) is one of the inputs", at: .file(path),
          hint: "Choose another name; a file is not converted in place.")
      }
    }
  }
}
