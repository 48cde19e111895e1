import LakeCore

/// Says to an operator that keeps rows whether it must put them on disk.
///
/// Nobody is interrupted: an operator asks between batches, on the thread that owns what it keeps,
/// and spills there and then. It is told to where much of the memory is in use (`isTight`) and it
/// holds enough of it for that to help. What is left above is for those who cannot be asked: scans
/// that decode, kernels, results on their way.
///
///     if budget.isTight, budget.isWorthwhile(bytesHeld) { spill }
package struct MemoryBudget: Sendable {
  private let tracker: MemoryTracker
  /// Whether every question is answered with yes.
  package let isForced: Bool

  /// The part of the limit from which on operators spill, in hundredths.
  private static let tightShare = 50
  /// An operator that holds less than this part of the limit keeps it.
  private static let worthwhilePart = 32

  init(_ tracker: MemoryTracker, isForced: Bool) {
    self.tracker = tracker
    self.isForced = isForced
  }

  /// Whether those who can should spill. Cheap: a look at a few counters.
  package var isTight: Bool {
    if isForced { return true }
    guard let (used, limit) = tracker.tightest else { return false }
    return used > limit / 100 * MemoryBudget.tightShare
  }

  /// Whether so many bytes are worth a spill. Small pieces would make many small runs.
  package func isWorthwhile(_ bytes: Int) -> Bool {
    isAtLeast(bytes, part: MemoryBudget.worthwhilePart)
  }

  /// Whether so many bytes are at least the n-th part of the limit. Never, where there is none.
  package func isAtLeast(_ bytes: Int, part: Int) -> Bool {
    if isForced { return true }
    guard let limit = tracker.tightest?.limit else { return false }
    return bytes >= limit / part
  }

  /// The n-th part of the limit; of 1 GB where there is none.
  package func portion(_ part: Int) -> Int { (tracker.tightest?.limit ?? 1 << 30) / part }
}

extension ExecutionContext {
  package var budget: MemoryBudget { MemoryBudget(tracker, isForced: spilling.isForced) }
}

extension Batch {
  /// About how many bytes of memory somebody keeps who keeps the rows. Dictionaries, which many
  /// batches share, do not count.
  package var heldBytes: Int { columns.reduce(0) { $0 + $1.heldBytes } }
}

extension ColumnVector {
  package var heldBytes: Int {
    switch form {
    case .flat(let flat): flat.heldBytes
    case .constant(let one): one.heldBytes
    case .dictionary(let column): column.indices.byteCount + column.count / 8
    }
  }
}

extension FlatColumn {
  fileprivate var heldBytes: Int {
    let bits = validity == nil ? 0 : count / 8
    switch values {
    case .none: return bits
    case .fixed(let buffer): return bits + buffer.byteCount
    case .strings(let strings): return bits + count * 16 + strings.longBytes(count)
    case .list(let lists): return bits + count * 4 + lists.child.heldBytes
    case .row(let children): return bits + children.reduce(0) { $0 + $1.heldBytes }
    }
  }
}

extension StringValues {
  /// The bytes of strings that do not fit into their views.
  func longBytes(_ count: Int) -> Int {
    let views = pointer
    var bytes = 0
    for row in 0..<count {
      let length = views[row].count
      // No overflow: fewer than 2^31 rows of fewer than 2^32 bytes.
      bytes &+= length > StringView.inlineMax ? length : 0
    }
    return bytes
  }
}
