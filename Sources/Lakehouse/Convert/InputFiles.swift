import LakeCore
import LakeFormats

/// Turns what a user names into the files to be read: paths, directories, patterns, standard input.
struct InputFiles {
  /// What stands for standard input.
  static let standardInput = "-"

  let fileSystem: any FileSystem
  let libraries: CodecLibraries
  let temporaryDirectory: String

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
        files.append(try spoolStandardInput(activity))
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

  /// Puts standard input into a file without a name, since it is read more than once.
  private func spoolStandardInput(_ activity: Activity?) throws -> any ReadableFile {
    let file = try fileSystem.createUnnamed(in: temporaryDirectory)
    let input = StandardInput(cancellation: activity?.cancellation)
    let piece = try Buffer(byteCount: 1 << 20)
    while true {
      let count = try input.read(into: piece.base, count: piece.byteCount)
      if count == 0 { return NamedFile(file, path: StandardInput.name) }
      try file.write(UnsafeRawBufferPointer(start: piece.base, count: count))
    }
  }
}

/// A file under the name by which the user knows it.
private final class NamedFile: ReadableFile {
  let path: String
  private let file: any ReadableFile

  init(_ file: any ReadableFile, path: String) {
    self.file = file
    self.path = path
  }

  func status() throws(LakeError) -> FileStatus { try file.status() }

  func read(
    into target: UnsafeMutableRawPointer, count: Int, at offset: Int
  ) throws(LakeError) -> Int {
    try file.read(into: target, count: count, at: offset)
  }
}
