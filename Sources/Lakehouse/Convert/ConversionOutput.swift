import LakeCore
import LakeFormats

/// The writing half of a conversion. Pieces are made of batches by the workers, and written in
/// order by the calling thread.
protocol ConversionOutput {
  associatedtype Piece: Sendable

  /// What is written so far.
  var byteCount: Int { get }
  /// Whether pieces are the batches themselves, which are kept for a while: making them is no work.
  var keepsBatches: Bool { get }
  /// Makes a piece of a batch; runs on the workers.
  var encoder: @Sendable (Batch) throws -> Piece { get }
  /// Writes what stands before the first row.
  func begin() throws
  func write(_ piece: Piece) throws
  /// Writes what stands behind the last row.
  func finish() throws
  /// Lets the output appear under its name.
  func commit() throws
}

extension TextOutput {
  var keepsBatches: Bool { false }

  func finish() {}
}
