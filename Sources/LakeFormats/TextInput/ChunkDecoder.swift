import LakeCore

/// Turns the chunks of one format into batches. Each worker has its own, and uses it for one chunk
/// after the other, of whatever file.
package protocol ChunkDecoder: AnyObject {
  /// Hands out the batches of a chunk in order, then says what else there was.
  func decode(
    _ chunk: Chunk, of file: TextFile, emit: (Batch) throws -> Void
  ) throws -> ChunkReport
}
