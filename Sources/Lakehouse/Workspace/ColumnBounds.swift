import LakeCore
import LakeTables

/// Nulls and range of a column of a table with a log, as that has them for its files.
struct ColumnBounds {
  /// Nil where a file does not say.
  private(set) var nullCount: Int?
  private(set) var minimum: String?
  private(set) var maximum: String?

  init(_ column: String, _ type: DataType, in snapshot: Snapshot) {
    var nulls = 0
    var low: JSONValue?
    var high: JSONValue?
    var hasBounds = true
    nullCount = nil
    for file in snapshot.files where file.rowCount != 0 {
      guard file.deletionVector == nil, let statistics = file.statistics,
        let count = statistics.nullCounts.first(where: { $0.name == column })?.value.integer
      else { return }
      nulls += count
      if count == statistics.rowCount { continue }
      guard let first = statistics.minimums.first(where: { $0.name == column })?.value,
        let last = statistics.maximums.first(where: { $0.name == column })?.value
      else {
        hasBounds = false
        continue
      }
      low = low.map { ColumnBounds.isLess(first, $0) ? first : $0 } ?? first
      high = high.map { ColumnBounds.isLess($0, last) ? last : $0 } ?? last
    }
    nullCount = nulls
    guard hasBounds else { return }
    minimum = low.map(ColumnBounds.text)
    maximum = high.map(ColumnBounds.text)
  }

  private static func isLess(_ a: JSONValue, _ b: JSONValue) -> Bool {
    switch (a, b) {
    case (.number(let one), .number(let other)):
      if let one = Int(one), let other = Int(other) { return one < other }
      return (Double(one) ?? 0) < (Double(other) ?? 0)
    case (.string(let one), .string(let other)):
      return one.utf8.lexicographicallyPrecedes(other.utf8)
    case (.bool(let one), .bool(let other)): return !one && other
    default: return false
    }
  }

  private static func text(_ value: JSONValue) -> String {
    value.text ?? value.description
  }
}
