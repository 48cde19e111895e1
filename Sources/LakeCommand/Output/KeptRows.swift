import LakeFormats
import Lakehouse

/// The rows of a result as texts, for eyes: all of them, or the first and the last.
struct KeptRows {
  /// Nil for a value that is null.
  private(set) var rows: [[String?]] = []
  /// How many there are in all.
  private(set) var count = 0
  /// Where some are left out: before the row of this number.
  private(set) var gap: Int?

  init(of result: ResultRows, atMost limit: Int?) throws {
    guard let limit else {
      try result.runAsText(
        transform: { try RowTexts.texts(of: $0) }, consume: { rows += $0 })
      count = rows.count
      return
    }
    // The first ones whole, in case there are no more; the last ones again and again.
    let lastMax = limit / 2
    var last: [[String?]] = []
    try result.runAsText(
      transform: { batch in
        (try RowTexts.texts(of: batch, first: limit, last: lastMax), batch.selectedCount)
      },
      consume: { texts, rowCount in
        count += rowCount
        rows += texts.prefix(max(0, min(limit - rows.count, rowCount)))
        last = Array((last + texts.suffix(lastMax)).suffix(lastMax))
      })
    guard count > limit else { return }
    rows = rows.prefix(limit - lastMax) + last
    gap = limit - lastMax
  }
}
