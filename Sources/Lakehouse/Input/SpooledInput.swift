import LakeCore
import Synchronization

/// Standard input as a file that can be read more than once: it is put down in a file without a
/// name when it is first asked for.
final class SpooledInput: Sendable {
  private enum State {
    case unread
    case spooled(any ReadableFile)
    case refused(LakeError)
  }

  private let fileSystem: any FileSystem
  private let temporaryDirectory: String
  private let state = Mutex(State.unread)

  init(_ fileSystem: any FileSystem, temporaryDirectory: String) {
    self.fileSystem = fileSystem
    self.temporaryDirectory = temporaryDirectory
  }

  /// Whoever asks from now on is told that it holds something else.
  func refuse(_ error: LakeError) {
    state.withLock { $0 = .refused(error) }
  }

  /// The whole of it, under the name by which messages know it.
  func file(_ cancellation: CancellationFlag?) throws(LakeError) -> any ReadableFile {
    try state.withLock { state throws(LakeError) in
      switch state {
      case .spooled(let file): return file
      case .refused(let error): throw error
      case .unread:
        let file = try spool(cancellation)
        state = .spooled(file)
        return file
      }
    }
  }

  private func spool(_ cancellation: CancellationFlag?) throws(LakeError) -> any ReadableFile {
    let file = try fileSystem.createUnnamed(in: temporaryDirectory)
    let input = StandardInput(cancellation: cancellation)
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
