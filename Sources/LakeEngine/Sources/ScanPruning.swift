import LakeCore
import LakeFormats
import LakeTables

/// What is known of some rows without reading them: enough, sometimes, to say that a condition
/// holds for none of them.
struct ScanPruning {
  /// What is known of a column.
  struct Range {
    var minimum: Value?
    var maximum: Value?
    /// Whether no value, or every value, is null, as far as is known.
    var hasNoNulls = false
    var isAllNull = false
    /// Nil where a value may be there.
    var filter: ParquetColumnFilter?
  }

  private let columns: ScanColumns
  private let range: (Int) -> Range?

  /// `range` says what is known of a column of the table.
  init(_ columns: ScanColumns, range: @escaping (Int) -> Range?) {
    self.columns = columns
    self.range = range
  }

  /// Of a file, by the values of its partition and by what the log of its table says.
  init(_ columns: ScanColumns, file: SourceFile) {
    let statistics = file.statistics.flatMap { FileStatistics(parsing: $0) }
    self.init(columns) { index in
      if let constant = ScanPruning.constant(file.constants[index]) { return constant }
      return statistics.map { ScanPruning.range($0, columns.fileSchema.fields[index]) }
    }
  }

  private static func range(_ statistics: FileStatistics, _ field: Field) -> Range {
    let bounds = statistics.bounds(of: field)
    return Range(
      minimum: bounds.minimum, maximum: bounds.maximum, hasNoNulls: bounds.nullCount == 0,
      isAllNull: bounds.nullCount == statistics.rowCount)
  }

  static func constant(_ value: Value?) -> Range? {
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
    case .compare, .isIn, .call:
      guard let test = ColumnTest(condition) else { return true }
      return known(test.column).map { ScanPruning.canHold(test, $0) } ?? true
    default: return true
    }
  }

  /// What is known of a plain column of the table.
  private func known(_ expression: BoundExpression) -> Range? {
    columns.tableColumn(expression).flatMap { range($0) }
  }

  private static func canHold(_ test: ColumnTest, _ range: Range) -> Bool {
    switch test.kind {
    case .compare(let comparison, let value):
      return canHold(comparison, value, range, test.column.type)
    case .isIn(let values):
      return values.contains { canHold(.equal, $0, range, test.column.type) }
    case .startsWith(let prefix): return canStart(with: prefix, range)
    }
  }

  private static func canHold(
    _ comparison: Comparison, _ value: Value, _ range: Range, _ type: DataType
  ) -> Bool {
    if comparison == .distinct || comparison == .notDistinct { return true }
    if value.isNull || range.isAllNull { return false }
    let least = range.minimum.flatMap { ValueOrder.compare($0, value, type) }
    let greatest = range.maximum.flatMap { ValueOrder.compare($0, value, type) }
    switch comparison {
    case .equal:
      let isBetween = (least ?? 0) <= 0 && (greatest ?? 0) >= 0
      return isBetween && (range.filter?.mayContain(value) ?? true)
    case .less: return (least ?? -1) < 0
    case .lessOrEqual: return (least ?? 0) <= 0
    case .greater: return (greatest ?? 1) > 0
    case .greaterOrEqual: return (greatest ?? 0) >= 0
    default: return true
    }
  }

  private static func canStart(with prefix: [UInt8], _ range: Range) -> Bool {
    if range.isAllNull { return false }
    if case .string(let maximum)? = range.maximum,
      maximum.utf8.lexicographicallyPrecedes(prefix)
    {
      return false
    }
    guard case .string(let minimum)? = range.minimum else { return true }
    return minimum.utf8.starts(with: prefix) || minimum.utf8.lexicographicallyPrecedes(prefix)
  }
}

/// A condition on one column and constants that bounds say something of.
struct ColumnTest {
  enum Kind {
    case compare(Comparison, Value)
    case isIn([Value])
    case startsWith([UInt8])
  }

  let column: BoundExpression
  let kind: Kind

  /// Nil for conditions of other forms.
  init?(_ condition: BoundExpression) {
    switch condition.node {
    case .compare(let comparison, let a, let b):
      if case .literal(let value) = b.node {
        (column, kind) = (a, .compare(comparison, value))
      } else if case .literal(let value) = a.node {
        (column, kind) = (b, .compare(comparison.mirrored, value))
      } else {
        return nil
      }
    case .isIn(let inner, let members):
      let values = members.compactMap { member -> Value? in
        if case .literal(let value) = member.node { value } else { nil }
      }
      guard values.count == members.count else { return nil }
      (column, kind) = (inner, .isIn(values))
    case .call(let function, let arguments):
      guard let text = arguments.first, text.type == .varchar,
        let kind = ColumnTest.textTest(function, Array(arguments.dropFirst()))
      else { return nil }
      (column, self.kind) = (text, kind)
    default: return nil
    }
  }

  /// LIKE by what stands before its first wildcard.
  private static func textTest(
    _ function: ScalarFunction, _ arguments: [BoundExpression]
  ) -> Kind? {
    var texts: [String] = []
    for argument in arguments {
      guard case .literal(.string(let text)) = argument.node else { return nil }
      texts.append(text)
    }
    guard let first = texts.first else { return nil }
    switch function.name.lowercased() {
    case "starts_with" where texts.count == 1: return .startsWith(Array(first.utf8))
    case "like":
      let escape = texts.count > 1 ? Array(texts[1].utf8) : nil
      let pattern = Array(first.utf8).withUnsafeBytes {
        try? LikePattern(ByteRun($0), escape: escape)
      }
      guard let pattern else { return nil }
      let prefix = pattern.segments[0].runs[0]
      if pattern.segments.count == 1, pattern.segments[0].isLiteral {
        return .compare(.equal, .string(String(decoding: prefix, as: UTF8.self)))
      }
      return prefix.isEmpty ? nil : .startsWith(prefix)
    default: return nil
    }
  }

  /// Whether a filter of values can answer.
  var isEquality: Bool {
    switch kind {
    case .compare(let comparison, _): comparison == .equal
    case .isIn: true
    case .startsWith: false
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
