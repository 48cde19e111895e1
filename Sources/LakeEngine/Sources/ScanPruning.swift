import LakeCore
import LakeFormats

/// What is known of the rows of a file or of a row group without reading them: enough, sometimes,
/// to say that a condition holds for none of them.
struct ScanPruning {
  /// What is known of a column.
  struct Range {
    var minimum: Value?
    var maximum: Value?
    /// Whether no value, or every value, is null, as far as is known.
    var hasNoNulls = false
    var isAllNull = false
  }

  private let columns: ScanColumns
  private let range: (Int) -> Range?

  /// Of a file, by the values of its partition alone.
  init(_ columns: ScanColumns, file: SourceFile) {
    self.columns = columns
    range = { ScanPruning.constant(file.constants[$0]) }
  }

  /// Of a row group, by its statistics.
  init(_ columns: ScanColumns, _ file: ParquetTableFile, rowGroup: Int) {
    self.columns = columns
    range = { index in
      if let constant = ScanPruning.constant(file.source.constants[index]) { return constant }
      guard let place = file.places[index] else { return Range(isAllNull: true) }
      let column = file.fileColumns[place]
      guard file.file.schema.fields[column].type == columns.schema.fields[index].type else {
        return nil
      }
      let group = file.file.rowGroups[rowGroup]
      let known = group.statistics(column: column)
      return Range(
        minimum: known.minimum, maximum: known.maximum, hasNoNulls: known.nullCount == 0,
        isAllNull: known.nullCount == group.rowCount)
    }
  }

  private static func constant(_ value: Value?) -> Range? {
    guard let value else { return nil }
    if value.isNull { return Range(isAllNull: true) }
    return Range(minimum: value, maximum: value, hasNoNulls: true)
  }

  /// False only where the condition is true for no row.
  func canHold(_ condition: BoundExpression) -> Bool {
    switch condition.node {
    case .and(let members): return members.allSatisfy { canHold($0) }
    case .or(let members): return members.contains { canHold($0) }
    case .literal(let value): return value == .bool(true)
    case .isNull(let inner): return known(inner)?.hasNoNulls != true
    case .not(let inner):
      if case .isNull(let tested) = inner.node { return known(tested)?.isAllNull != true }
      return true
    case .compare(let comparison, let a, let b):
      if case .literal(let value) = b.node { return canHold(comparison, a, value) }
      if case .literal(let value) = a.node { return canHold(comparison.mirrored, b, value) }
      return true
    case .isIn(let inner, let members):
      return members.contains { member in
        guard case .literal(let value) = member.node else { return true }
        return canHold(.equal, inner, value)
      }
    default: return true
    }
  }

  /// What is known of a plain column of the table.
  private func known(_ expression: BoundExpression) -> Range? {
    guard case .column(let place) = expression.node, columns.parts.indices.contains(place),
      case .table(let index) = columns.parts[place]
    else { return nil }
    return range(index)
  }

  private func canHold(
    _ comparison: Comparison, _ column: BoundExpression, _ value: Value
  ) -> Bool {
    guard let range = known(column) else { return true }
    if comparison == .distinct || comparison == .notDistinct { return true }
    if value.isNull || range.isAllNull { return false }
    let type = column.type
    let least = range.minimum.flatMap { ValueOrder.compare($0, value, type) }
    let greatest = range.maximum.flatMap { ValueOrder.compare($0, value, type) }
    switch comparison {
    case .equal: return (least ?? 0) <= 0 && (greatest ?? 0) >= 0
    case .less: return (least ?? -1) < 0
    case .lessOrEqual: return (least ?? 0) <= 0
    case .greater: return (greatest ?? 1) > 0
    case .greaterOrEqual: return (greatest ?? 0) >= 0
    default: return true
    }
  }
}

extension Comparison {
  /// The comparison with its sides exchanged.
  fileprivate var mirrored: Comparison {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}

/// The order of single values.
enum ValueOrder {
  /// Negative, zero or positive; nil where the values have no order, NaN among them.
  static func compare(_ a: Value, _ b: Value, _ type: DataType) -> Int? {
    switch (a, b) {
    case (.bool(let x), .bool(let y)): return sign(x ? 1 : 0, y ? 1 : 0)
    case (.int(let x), .int(let y)): return sign(x, y)
    case (.int128(let x), .int128(let y)):
      return type == .uuid ? sign(UInt128(bitPattern: x), UInt128(bitPattern: y)) : sign(x, y)
    case (.float(let x), .float(let y)): return x == x && y == y ? sign(x, y) : nil
    case (.double(let x), .double(let y)): return x == x && y == y ? sign(x, y) : nil
    case (.string(let x), .string(let y)): return bytes(Array(x.utf8), Array(y.utf8))
    case (.bytes(let x), .bytes(let y)): return bytes(x, y)
    default: return nil
    }
  }

  private static func sign<T: Comparable>(_ x: T, _ y: T) -> Int { x < y ? -1 : x > y ? 1 : 0 }

  private static func bytes(_ x: [UInt8], _ y: [UInt8]) -> Int {
    x.lexicographicallyPrecedes(y) ? -1 : y.lexicographicallyPrecedes(x) ? 1 : 0
  }
}
