/// Writes a file that appears under its name whole and durable, or not at all.
///
/// The bytes go to a temporary name in the same directory (`TemporaryName`); `commit` makes them
/// durable and renames. Until then the target is what it was before, whatever happens. The
/// temporary file is removed when the writer fails, is abandoned or goes away; only a process that
/// is killed leaves one, and `TemporaryName.matches` recognises it.
///
///     create .lake-tmp-… → write … → sync → close → rename → sync the directory
///                                                   ▲ the new content is there from here on
///
/// A target that is a symbolic link stays one: the file that it leads to is replaced.
package final class AtomicFileWriter: OutputTarget {
  package static let bufferBytes = 256 << 10

  /// The path as it was given.
  package let name: String
  private let target: String
  private let temporary: String
  private let fileSystem: any FileSystem
  private let buffer: WriteBuffer
  /// Nil once committed or given up.
  private var file: (any WritableFile)?

  /// Makes the temporary file. Whatever stands in the way of the target is found here, before any
  /// work is done: a missing directory, a directory or a device of that name, no permission.
  package init(
    path: String, fileSystem: any FileSystem, bufferBytes: Int = AtomicFileWriter.bufferBytes
  ) throws(LakeError) {
    name = path
    target = try AtomicFileWriter.resolveTarget(path, fileSystem)
    temporary = TemporaryName.random(in: Path.directory(of: target))
    self.fileSystem = fileSystem
    buffer = WriteBuffer(byteCount: bufferBytes)
    do throws(LakeError) {
      file = try fileSystem.create(temporary)
    } catch {
      // The user has never heard of the temporary name.
      throw LakeError(
        error.code, error.message, at: .file(path), hint: error.hint, cause: error.cause)
    }
  }

  deinit {
    abandon()
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(LakeError) {
    let file = openFile
    try abandoningOnError { () throws(LakeError) in
      try buffer.append(bytes) { bytes throws(LakeError) in try file.write(bytes) }
    }
  }

  /// Makes the file appear. If this throws, the target is what it was, with one exception: when
  /// the very last step fails, the new content is in place, but may not survive a loss of power.
  package func commit() throws(LakeError) {
    let file = openFile
    try abandoningOnError { () throws(LakeError) in
      try buffer.flush { bytes throws(LakeError) in try file.write(bytes) }
      try file.sync()
      try file.close()
      try fileSystem.rename(temporary, to: target)
    }
    self.file = nil
    try fileSystem.syncDirectory(Path.directory(of: target))
  }

  /// Gives the new content up and leaves the target as it was. Nothing to do once committed.
  package func abandon() {
    guard file != nil else { return }
    file = nil
    // Nothing can be done about a failure; the name says to whoever tidies what the file is.
    try? fileSystem.removeFile(temporary)
  }

  private var openFile: any WritableFile {
    guard let file else { preconditionFailure("the writer was committed or given up already") }
    return file
  }

  private func abandoningOnError(_ body: () throws(LakeError) -> Void) throws(LakeError) {
    do throws(LakeError) {
      try body()
    } catch {
      abandon()
      throw LakeError(
        error.code, error.message, at: .file(name), hint: error.hint, cause: error.cause)
    }
  }

  /// The path to rename to. Renaming would replace a link by a file, and a device as well.
  private static func resolveTarget(
    _ path: String, _ fileSystem: any FileSystem
  ) throws(LakeError) -> String {
    let found = try fileSystem.status(of: path, followLinks: false)
    guard let found else {
      if !Path.lastComponent(of: path).isEmpty { return path }
      throw LakeError(
        .invalidInput, "cannot write: the path names no file", at: .file(path),
        hint: "Add a file name.")
    }
    switch found.kind {
    case .file: return path
    case .symbolicLink: return try resolveTarget(try fileSystem.resolve(path), fileSystem)
    case .directory:
      throw LakeError(
        .invalidInput, "cannot write: it is a directory", at: .file(path),
        hint: "Name a file in it.")
    case .fifo, .socket, .device:
      throw LakeError(
        .invalidInput, "cannot write: it is not a file, and would be replaced by one",
        at: .file(path), hint: "Write to standard output (-) and redirect it.")
    }
  }
}
