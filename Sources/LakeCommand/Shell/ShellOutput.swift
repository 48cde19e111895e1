import Glibc
import LakeCore

/// A file that a shell writes its results to, one after the other.
final class ShellOutput {
  let path: String
  /// What rows were written as, to be so again.
  let modeBefore: ResultFormat
  private let descriptor: Int32
  private let sink: TextSink

  init(_ path: String, modeBefore: ResultFormat) throws(LakeError) {
    self.path = path
    self.modeBefore = modeBefore
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .system(errno, call: "open", action: "write", at: .file(path))
    }
    sink = TextSink(descriptor: descriptor, isImmediate: false)
  }

  /// A console that writes results to the file, and everything else where it went before.
  func console(beside other: Console) -> Console {
    Console(
      output: sink, errors: other.errors, outputTraits: SinkTraits(isTerminal: false),
      errorTraits: other.errorTraits)
  }

  /// To be called when everything is flushed.
  func close() { _ = Glibc.close(descriptor) }
}
