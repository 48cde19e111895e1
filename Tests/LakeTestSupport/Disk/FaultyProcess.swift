import Glibc
import LakeCore

/// The file operations of one process on a simulated disk, one of which goes wrong.
///
/// Beyond what `FaultInjectingFileSystem` does it knows harm that outlasts one operation, and what
/// the operation was at which it struck.
package final class FaultyProcess: InterceptingFileSystem {
  package enum Fault: Sendable, Hashable {
    /// The process is killed before the operation.
    case death
    /// The operation fails with this number and has no effect.
    case failure(Int32)
    /// The operation is done, and reports a failure all the same, as a file server may.
    case failureBehind(Int32)
    /// Half of the bytes are written, then the write fails.
    case halfWrite(Int32)
    /// A sync fails, and what it should have made durable is lost for ever.
    case lostPages
    /// The disk is full from here on: nothing is written and nothing made, all else works.
    case fullDisk
    /// The file system is read-only from here on, as after an error of the disk.
    case readOnly
  }

  private struct State {
    var count = 0
    var struck: FileOperation?
  }

  package let base: any FileSystem
  private let fault: Fault?
  private let position: Int
  private let state = Shared(State())

  /// The fault strikes at the operation with the number `position`, of those that it concerns.
  /// Without a fault, operations are counted that change the disk.
  package init(on disk: any FileSystem, _ fault: Fault? = nil, at position: Int = .max) {
    base = disk
    self.fault = fault
    self.position = position
  }

  /// The operation at which the fault struck; nil as long as it has not.
  package var struck: FileOperation? { state.value.struck }

  /// How many operations there were that the fault concerns.
  package var count: Int { state.value.count }

  package func intercept<R>(
    _ operation: FileOperation, _ body: (_ limit: Int) throws(LakeError) -> R
  ) throws(LakeError) -> R {
    let strikes = strikes(at: operation)
    guard strikes || struck != nil, let fault else { return try body(.max) }
    switch (fault, operation) {
    case (.death, _): throw failure(EIO, operation)
    case (.readOnly, _) where operation.isChange && !operation.isUnlock:
      throw failure(EROFS, operation)
    case (.fullDisk, _) where operation.needsSpace: throw failure(ENOSPC, operation)
    case (.failure(let number), _) where strikes: throw failure(number, operation)
    case (.failureBehind(let number), _) where strikes:
      _ = try body(.max)
      throw failure(number, operation)
    case (.halfWrite(let number), .write(_, let count)) where strikes:
      _ = try body(count / 2)
      throw failure(number, operation)
    case (.lostPages, .sync(let path)) where strikes:
      (base as? SimulatedDisk)?.losePages(of: path)
      throw failure(EIO, operation)
    default: return try body(.max)
    }
  }

  private func strikes(at operation: FileOperation) -> Bool {
    guard fault?.concerns(operation) ?? operation.isChange else { return false }
    return state.withLock { state in
      defer { state.count += 1 }
      guard state.count == position else { return false }
      state.struck = operation
      return true
    }
  }

  private func failure(_ number: Int32, _ operation: FileOperation) -> LakeError {
    .system(number, call: "injected", action: "\(operation)", at: .file(operation.path))
  }
}

extension FaultyProcess.Fault {
  /// The operations at which the fault can strike. Only for failures do reads matter.
  fileprivate func concerns(_ operation: FileOperation) -> Bool {
    switch (self, operation) {
    case (.failure, _): true
    case (.halfWrite, .write), (.lostPages, .sync): true
    case (.halfWrite, _), (.lostPages, _): false
    case (.fullDisk, _): operation.needsSpace
    case (.death, _), (.failureBehind, _), (.readOnly, _): operation.isChange
    }
  }
}

extension FileOperation {
  fileprivate var needsSpace: Bool {
    switch self {
    case .create, .createUnnamed, .write, .makeDirectory, .link, .lock: true
    default: false
    }
  }

  fileprivate var isUnlock: Bool {
    if case .unlock = self { true } else { false }
  }
}
