import LakeCore
import LakeFormats

/// Turns what a user names into the files to be read: paths, directories, patterns, standard input.
struct InputFiles {
  /// What stands for standard input.
  static let standardInput = "-"

  let fileSystem: any FileSystem
  let libraries: CodecLibraries
  let standardInput: SpooledInput

  /// The files in byte order of their paths within each name, the names in their own order.
  func open(
    _ names: [String], as format: TextFormat?, csv: CSVReadOptions = CSVReadOptions(),
    _ activity: Activity?
  ) throws -> [TextFile] {
    try openAll(names, activity).map {
      try TextFile($0, as: format, csv: csv, libraries: libraries)
    }
  }

  /// The files that names stand for, not yet looked at.
  func openAll(_ names: [String], _ activity: Activity?) throws -> [any ReadableFile] {
    var files: [any ReadableFile] = []
    for name in names {
      if name == InputFiles.standardInput {
        files.append(try standardInput.file(activity?.cancellation))
        continue
      }
      for path in try expand(name) { files.append(try fileSystem.openForReading(path)) }
    }
    return files
  }

  /// The paths that a name stands for, at least one.
  func expand(_ name: String) throws(LakeError) -> [String] {
    try FileNames.expand(name, in: fileSystem)
  }
}
