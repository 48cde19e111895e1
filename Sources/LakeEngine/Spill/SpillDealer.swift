import LakeCore

/// Deals rows out to parts by the hashes of their keys, and puts each part's on disk. For the rows
/// of one morsel, on the thread that reads it.
struct SpillDealer {
  private let file: SpillFile
  private let kernels: Kernels
  private let level: Int
  private let blockBytes: Int
  private let heldBytesMax: Int
  private var held: [Batch] = []
  private var hashes: RawArray<UInt64>
  private var heldBytes = 0
  /// The blocks of each part, in the order of the rows.
  private var blocks: [[SpillBlock]]

  /// Rows that are dealt out at once, at most.
  private static let heldRowsMax = 1 << 15

  init(_ file: SpillFile, level: Int, _ context: ExecutionContext) {
    self.file = file
    self.level = level
    kernels = context.evaluation.kernels
    blockBytes = context.budget.blockBytes
    heldBytesMax = min(max(context.budget.portion(64), 1 << 20), 1 << 24)
    hashes = RawArray(tracker: kernels.tracker)
    blocks = Array(repeating: [], count: HashPart.count)
  }

  /// Adds the rows of a batch without a selection.
  mutating func add(_ batch: Batch, hashes new: UnsafePointer<UInt64>) throws {
    if batch.rowCount == 0 { return }
    held.append(batch)
    heldBytes += batch.heldBytes
    try hashes.reserve(hashes.count + batch.rowCount)
    let target = hashes.pointer + hashes.count
    for row in 0..<batch.rowCount { target[row] = new[row] }
    hashes.count += batch.rowCount
    if hashes.count >= SpillDealer.heldRowsMax || heldBytes >= heldBytesMax { try flush() }
  }

  /// The blocks of each part.
  mutating func finish() throws -> [[SpillBlock]] {
    if !held.isEmpty { try flush() }
    return blocks
  }

  private mutating func flush() throws {
    let count = hashes.count
    let all = try Batch.joined(held, rowCount: count, kernels)
    let parts = try RawArray<UInt8>(count: count, tracker: kernels.tracker)
    HashPart.parts(of: hashes.pointer, count: count, level: level, into: parts.pointer)
    let (order, starts) = try SpillDealer.ordered(parts, kernels.tracker)
    let blockRows = max(64, blockBytes / max(1, heldBytes / count))
    for part in 0..<HashPart.count {
      var start = starts[part]
      while start < starts[part + 1] {
        let end = min(start + blockRows, starts[part + 1])
        let rows = UnsafePointer(order.pointer + start)
        let columns = try all.columns.map {
          try kernels.gather($0, rows: rows, count: end - start)
        }
        blocks[part].append(
          try file.append(Batch(columns: columns, rowCount: end - start)))
        start = end
      }
    }
    held = []
    heldBytes = 0
    hashes.count = 0
  }

  /// The rows by part, ascending in each, and where each part begins.
  private static func ordered(
    _ parts: RawArray<UInt8>, _ tracker: MemoryTracker?
  ) throws -> (RawArray<UInt32>, [Int]) {
    let rows = try RawArray<UInt32>(count: parts.count, tracker: tracker)
    var starts = Array(repeating: 0, count: HashPart.count + 1)
    let (part, out) = (parts.pointer, rows.pointer)
    for row in 0..<parts.count { starts[Int(part[row]) + 1] += 1 }
    for index in 0..<HashPart.count { starts[index + 1] += starts[index] }
    var filled = starts
    filled.withUnsafeMutableBufferPointer { filled in
      for row in 0..<parts.count {
        let index = Int(part[row])
        out[filled[index]] = UInt32(truncatingIfNeeded: row)
        filled[index] &+= 1
      }
    }
    return (rows, starts)
  }
}

/// Rows of one morsel on disk, by part.
struct DealtMorsel: Sendable {
  /// What the numbers of the rows are counted from.
  let base: Int
  let parts: [[SpillBlock]]
}

extension MemoryBudget {
  /// A good size for a block of which one of each part lies in memory at a time.
  var blockBytes: Int { min(max(portion(1 << 12), 1 << 14), 1 << 18) }
}
