import Synchronization

/// The values behind a dictionary vector. Its identity (`===`) is its id: what was computed for one
/// dictionary (hashes, expression results, group codes) holds for all batches that share it.
package final class VectorDictionary: Sendable {
  /// Without nulls.
  package let values: FlatColumn

  private let hashed = Mutex(Hashed())

  private struct Hashed {
    var rowsSeen = 0
    var hashes: Buffer?
  }

  package init(values: FlatColumn) {
    precondition(values.nullCount == 0)
    self.values = values
  }

  /// The hashes of all values, made once by `make` and kept. Nil until as many rows have been
  /// hashed with this dictionary as it has values: one that is large and comes only once is not
  /// worth it.
  func hashes(
    for rows: Int, _ make: (FlatColumn) throws(LakeError) -> Buffer
  ) throws(LakeError) -> Buffer? {
    let (known, isWorthWhile) = hashed.withLock { state in
      // No overflow: it would take 2^63 rows.
      state.rowsSeen &+= rows
      return (state.hashes, state.rowsSeen >= values.count && values.count > 0)
    }
    if let known { return known }
    guard isWorthWhile else { return nil }
    // Two threads may both come here; they make the same hashes, and one pair of hands is kept.
    let made = try make(values)
    hashed.withLock { $0.hashes = made }
    return made
  }
}
