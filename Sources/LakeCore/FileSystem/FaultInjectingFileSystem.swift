import Glibc

/// Passes operations on until the n-th, and there does harm: what a disk, a kernel or a kill does
/// to a program, at any point that a test chooses.
///
/// A test runs the same work with n = 0, 1, 2, … until a run ends without having met its fault.
package final class FaultInjectingFileSystem: InterceptingFileSystem {
  package enum Fault: Sendable, Hashable {
    /// The operation fails with this number and has no effect.
    case failure(Int32)
    /// Half of the bytes are written, then the write fails with this number. An operation that
    /// writes nothing fails without an effect.
    case shortWrite(Int32)
    /// A read gives half of the bytes that it should, as if the file had been cut short beside us.
    /// Any other operation is done as it should.
    case shortRead
    /// This operation and all later ones fail without reaching the disk, as if the process had
    /// been killed before it.
    case stop
  }

  private struct State {
    var operationCount = 0
    var hasStruck = false
    var isStopped = false
  }

  package let base: any FileSystem
  private let fault: Fault
  private let position: Int
  private let counts: @Sendable (FileOperation) -> Bool
  private let state = Monitor(State())

  /// The fault strikes at the operation with the number `position`, from 0. `counts` says which
  /// operations have a number; the others are passed on. Without it, those that change the disk.
  package init(
    _ base: any FileSystem, fault: Fault, at position: Int,
    counting counts: @escaping @Sendable (FileOperation) -> Bool = { $0.isChange }
  ) {
    self.base = base
    self.fault = fault
    self.position = position
    self.counts = counts
  }

  /// Whether there was an operation with the number at which the fault waits.
  package var hasStruck: Bool { state.withLock { $0.hasStruck } }

  package func intercept<R>(
    _ operation: FileOperation, _ body: (_ limit: Int) throws(LakeError) -> R
  ) throws(LakeError) -> R {
    guard let fault = nextFault(operation) else { return try body(.max) }
    switch (fault, operation) {
    case (.shortWrite(let number), .write(_, let count)):
      _ = try body(count / 2)
      throw injected(number, operation)
    case (.shortRead, .read(_, let count, _)):
      return try body(count / 2)
    case (.shortRead, _):
      return try body(.max)
    case (.failure(let number), _), (.shortWrite(let number), _):
      throw injected(number, operation)
    case (.stop, _):
      throw injected(EIO, operation)
    }
  }

  /// The fault that strikes at this operation, if any.
  private func nextFault(_ operation: FileOperation) -> Fault? {
    state.withLock { state in
      if state.isStopped { return .stop }
      guard counts(operation) else { return nil }
      defer { state.operationCount += 1 }
      guard state.operationCount == position else { return nil }
      state.hasStruck = true
      state.isStopped = fault == .stop
      return fault
    }
  }

  private func injected(_ number: Int32, _ operation: FileOperation) -> LakeError {
    .system(number, call: "injected", action: "\(operation)", at: .file(operation.path))
  }
}
