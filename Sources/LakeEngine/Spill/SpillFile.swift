import LakeCore
import Synchronization

/// Rows on disk that memory has no room for: a file without a name, which is gone with the last
/// reference to it, also when the process is killed, and which nobody else can open.
///
/// Batches go in as blocks and are read back as they were, each for itself and in any order. All
/// functions may be called by several threads.
package final class SpillFile: Sendable {
  private let file: any WritableFile & ReadableFile
  private let kernels: Kernels
  private let counters: NodeCounters?
  private let directory: String
  /// Where the next block begins; nil after a write that failed: nobody knows how far it came.
  private let end = Mutex<Int?>(0)

  /// `counters` are those of the node whose rows they are.
  package init(_ context: ExecutionContext, counters: NodeCounters?) throws(LakeError) {
    directory = context.spilling.directory
    kernels = context.evaluation.kernels
    self.counters = counters
    do throws(LakeError) {
      file = try context.fileSystem.createUnnamed(in: directory)
    } catch {
      throw SpillFile.explained(error, directory)
    }
  }

  /// Bytes that have been written.
  package var byteCount: Int { end.withLock { $0 ?? 0 } }

  /// Puts the rows of a batch down. They come back without a selection; a dictionary that is large
  /// for them becomes flat.
  package func append(_ batch: Batch) throws(LakeError) -> SpillBlock {
    let dense = try batch.spillable(kernels)
    let bytes = try SpillEncoder(dense).block(tracker: kernels.tracker)
    let offset = try write(bytes)
    counters?.addSpilled(bytes.byteCount)
    return SpillBlock(
      offset: offset, byteCount: bytes.byteCount, rowCount: dense.rowCount,
      types: dense.columns.map(\.type))
  }

  package func read(_ block: SpillBlock) throws(LakeError) -> Batch {
    let bytes = try Buffer(byteCount: block.byteCount, tracker: kernels.tracker)
    let count: Int
    do throws(LakeError) {
      count = try file.read(into: bytes.base, count: block.byteCount, at: block.offset)
    } catch {
      throw SpillFile.explained(error, directory)
    }
    guard count == block.byteCount else { throw SpillDecoder.damaged }
    var decoder = try SpillDecoder(bytes)
    return try decoder.batch(block.types)
  }

  private func write(_ bytes: Buffer) throws(LakeError) -> Int {
    do throws(LakeError) {
      return try end.withLock { end throws(LakeError) in
        guard let offset = end else { throw LakeError(.io, "an earlier write has failed") }
        end = nil
        try file.write(UnsafeRawBufferPointer(start: bytes.base, count: bytes.byteCount))
        end = offset + bytes.byteCount
        return offset
      }
    } catch {
      throw SpillFile.explained(error, directory)
    }
  }

  /// The user has asked for rows and not for a file.
  private static func explained(_ error: LakeError, _ directory: String) -> LakeError {
    LakeError(
      error.code, "rows that memory has no room for go to disk: \(error.message)",
      at: .file(directory),
      hint: "Raise --memory-limit, or let TMPDIR name a directory with room.", cause: error.cause)
  }
}

/// Where some rows lie in a spill file.
package struct SpillBlock: Sendable {
  package let offset: Int
  package let byteCount: Int
  package let rowCount: Int
  let types: [DataType]
}

extension Batch {
  /// The rows in a form that is not much larger on disk than it need be: without a selection,
  /// without elements of lists that no row has, and without large dictionaries.
  fileprivate func spillable(_ kernels: Kernels) throws(LakeError) -> Batch {
    let dense = try compacted(kernels)
    var columns: [ColumnVector] = []
    for column in dense.columns {
      let flat =
        switch column.form {
        case .dictionary(let values) where values.dictionary.values.count > values.count / 2:
          try column.asFlat(kernels)
        default: column
        }
      columns.append(column.type.isNested ? try kernels.compacted(flat) : flat)
    }
    return Batch(columns: columns, rowCount: dense.rowCount)
  }
}
