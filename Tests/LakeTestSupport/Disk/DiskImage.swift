import Glibc
import LakeCore

/// The number of a file, directory or symbolic link on a simulated disk. Never used twice.
struct Inode: Hashable, Sendable {
  var number: Int
}

/// A failure as the kernel tells it.
struct DiskFailure: Error {
  var number: Int32

  init(_ number: Int32) { self.number = number }
}

/// What a simulated disk holds: what programs see, and what of it would survive a loss of power. A
/// value: a copy of it is a disk in the same state.
///
/// The rules are those of Linux; the differential test compares them with the machine's.
struct DiskImage: Sendable {
  struct Node: Sendable {
    var kind: FileStatus.Kind
    var modified = 0
    /// Of a file.
    var bytes: [UInt8] = []
    /// So many of the bytes would survive a loss of power. Files only grow.
    var syncedCount = 0
    /// The kernel failed to write some of the bytes: no later sync makes them durable.
    var lostPages = false
    /// Of a directory: what its names are, and what they were when it was last made durable.
    var entries: [String: Inode] = [:]
    var durableEntries: [String: Inode] = [:]
    /// Of a symbolic link.
    var destination = ""
    /// Keeps a file without names, as an open descriptor does.
    var openCount = 0
  }

  static let root = Inode(number: 1)

  private(set) var nodes: [Inode: Node]
  /// Operations on names that would not be certain to survive, the oldest first.
  var pending: [NameOperation] = []
  /// Files whose lock is held, and the number of the holder's lock.
  var locks: [Inode: Int] = [:]
  private var lastInode = DiskImage.root.number
  private var lastLock = 0
  /// Counts operations: the clock of the disk, in nanoseconds.
  private(set) var clock = 1_700_000_000_000_000_000
  private var sweepCount = 512

  init() {
    nodes = [DiskImage.root: Node(kind: .directory)]
  }

  subscript(inode: Inode) -> Node {
    get {
      guard let node = nodes[inode] else { preconditionFailure("\(inode) was swept away") }
      return node
    }
    _modify { yield &nodes[inode, default: Node(kind: .file)] }
  }

  mutating func make(_ kind: FileStatus.Kind) -> Inode {
    lastInode += 1
    let inode = Inode(number: lastInode)
    nodes[inode] = Node(kind: kind, modified: tick())
    return inode
  }

  mutating func tick() -> Int {
    clock += 1000
    return clock
  }

  mutating func takeLock(of inode: Inode) -> Int {
    lastLock += 1
    locks[inode] = lastLock
    return lastLock
  }

  func status(of inode: Inode) -> FileStatus {
    let node = self[inode]
    return FileStatus(
      kind: node.kind, size: node.bytes.count, inode: UInt64(inode.number), device: 1,
      modified: node.modified, changed: node.modified)
  }
}

// MARK: - Forgetting

extension DiskImage {
  /// Forgets nodes that nothing leads to any more, once there are many.
  mutating func sweepIfLarge() {
    guard nodes.count > sweepCount else { return }
    keepOnly { $0.openCount > 0 }
    sweepCount = max(512, nodes.count * 2)
  }

  /// Keeps what can be reached by names, visible or durable, and what else is asked for.
  mutating func keepOnly(also isKept: (Node) -> Bool) {
    var open: [Inode] = [DiskImage.root]
    open += nodes.filter { isKept($0.value) }.map(\.key)
    for operation in pending { open += operation.changes.compactMap(\.inode) }
    var reached = Set<Inode>()
    while let inode = open.popLast() {
      guard reached.insert(inode).inserted, let node = nodes[inode] else { continue }
      open += node.entries.values
      open += node.durableEntries.values
    }
    nodes = nodes.filter { reached.contains($0.key) }
  }
}
