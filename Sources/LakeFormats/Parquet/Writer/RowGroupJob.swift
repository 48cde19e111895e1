import LakeCore

/// A row group on its way: its batches, and what the tasks of the pool have made of its columns so
/// far. One task encodes one top-level column and waits for nobody.
// @unchecked Sendable: batches are immutable and set before the tasks start; a column's place in
// `state` is written by its task, under the lock.
final class RowGroupJob: @unchecked Sendable {
  /// Some rows of a batch, counted among those that belong to it.
  struct Part {
    let batch: Batch
    let rows: Range<Int>
  }

  let rowCount: Int
  private let nodes: [ColumnNode]
  private let parts: [Part]
  private let encoder: ChunkEncoder
  private let cancellation: CancellationFlag?
  private let state: Monitor<State>

  private struct State {
    var remaining: Int
    var chunks: [[EncodedChunk]]
    /// That of the first column that failed.
    var failure: (column: Int, error: any Error)?
  }

  init(
    nodes: [ColumnNode], parts: [Part], encoder: ChunkEncoder, cancellation: CancellationFlag?
  ) {
    self.nodes = nodes
    self.parts = parts
    self.encoder = encoder
    self.cancellation = cancellation
    rowCount = parts.reduce(0) { $0 + $1.rows.count }
    state = Monitor(State(remaining: nodes.count, chunks: nodes.map { _ in [] }))
  }

  func submit(to pool: ThreadPool) {
    for column in nodes.indices {
      pool.submit { [self] _ in run(column) }
    }
  }

  var isFinished: Bool { state.withLock { $0.remaining == 0 } }

  /// Waits for all columns: the chunks of the leaves, by column. Not to be called by a thread of
  /// the pool.
  func wait() throws -> [[EncodedChunk]] {
    let (chunks, error) = state.waitUntil {
      $0.remaining == 0
    } then: { state in
      (state.chunks, state.failure?.error)
    }
    if let error { throw error }
    return chunks
  }

  private func run(_ column: Int) {
    do {
      try cancellation?.check()
      let chunks = try encode(column)
      state.withLock { $0.chunks[column] = chunks }
    } catch {
      state.withLock { state in
        if state.failure.map({ column < $0.column }) ?? true { state.failure = (column, error) }
      }
    }
    let isLast = state.withLock { state in
      state.remaining -= 1
      return state.remaining == 0
    }
    if isLast { state.wakeAll() }
  }

  private func encode(_ column: Int) throws -> [EncodedChunk] {
    let node = nodes[column]
    let inputs = try node.leaves.map { try LeafInput($0, tracker: encoder.tracker) }
    let shredder = Shredder(inputs: inputs, tracker: encoder.tracker)
    for part in parts {
      let rows = part.batch.selection.map {
        UnsafePointer($0.pointer) + part.rows.lowerBound
      }
      try withExtendedLifetime(part.batch) {
        try shredder.append(
          node, part.batch.columns[column], rows: rows, start: part.rows.lowerBound,
          count: part.rows.count)
      }
    }
    return try inputs.map { input in
      let chunk = try encoder.encode(input)
      input.releaseSegments()
      return chunk
    }
  }
}
