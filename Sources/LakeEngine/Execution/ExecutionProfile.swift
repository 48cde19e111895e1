import LakeCore
import Synchronization

/// What every node of a plan did while it was executed: rows, time, and what scans read and passed
/// over. For EXPLAIN ANALYZE; an execution without a profile counts nothing.
///
/// Nodes are numbered in the order in which the plan is printed: a node, then its inputs.
package final class ExecutionProfile: Sendable {
  private let nodes = Mutex<[Int: NodeCounters]>([:])

  package init() {}

  /// The counters of a node; made when they are first asked for.
  package func counters(of node: Int) -> NodeCounters {
    nodes.withLock { nodes in
      if let known = nodes[node] { return known }
      let made = NodeCounters()
      nodes[node] = made
      return made
    }
  }

  /// The rows that all scans together read from files.
  package var rowsScanned: Int {
    nodes.withLock { $0.values.reduce(0) { $0 + $1.scan[.rowsRead] } }
  }

  /// The counters of a node that did something.
  package func known(_ node: Int) -> NodeCounters? { nodes.withLock { $0[node] } }
}

/// What one node did.
package final class NodeCounters: Sendable {
  private let rows = Atomic<Int>(0)
  private let batches = Atomic<Int>(0)
  private let nanoseconds = Atomic<Int>(0)
  private let spilled = Atomic<Int>(0)
  private let tracker = Mutex<MemoryTracker?>(nil)
  /// For nodes that read a table.
  package let scan = ScanCounters()

  package var rowsOut: Int { rows.load(ordering: .relaxed) }
  package var batchesOut: Int { batches.load(ordering: .relaxed) }
  /// Of all threads together, the node's inputs not counted.
  package var seconds: Double { Double(nanoseconds.load(ordering: .relaxed)) / 1e9 }

  /// Bytes that were written to disk for want of memory.
  package var spilledBytes: Int { spilled.load(ordering: .relaxed) }

  /// The most memory that the node had at once, its inputs not counted.
  package var peakBytes: Int { tracker.withLock { $0?.peak ?? 0 } }

  /// The account of what the node keeps.
  func account(under parent: MemoryTracker) -> MemoryTracker {
    tracker.withLock { tracker in
      if let tracker { return tracker }
      let made = MemoryTracker(name: parent.name, parent: parent)
      tracker = made
      return made
    }
  }

  func addSpilled(_ bytes: Int) { spilled.wrappingAdd(bytes, ordering: .relaxed) }

  func add(rows: Int, batches: Int, nanoseconds: Int) {
    self.rows.wrappingAdd(rows, ordering: .relaxed)
    self.batches.wrappingAdd(batches, ordering: .relaxed)
    self.nanoseconds.wrappingAdd(nanoseconds, ordering: .relaxed)
  }
}

/// What a scan read and what it passed over.
package final class ScanCounters: Sendable {
  package enum Kind: Int, Sendable, CaseIterable {
    case files, filesSkipped, rowGroups, rowGroupsSkipped, pages, pagesSkipped, bytes, rowsRead,
      rejects
  }

  private let counts = Mutex(Array(repeating: 0, count: Kind.allCases.count))

  package init() {}

  package func add(_ kind: Kind, _ count: Int) {
    counts.withLock { $0[kind.rawValue] += count }
  }

  package subscript(kind: Kind) -> Int { counts.withLock { $0[kind.rawValue] } }
}
