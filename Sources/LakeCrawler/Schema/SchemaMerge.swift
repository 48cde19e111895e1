import LakeCatalog
import LakeCore
import LakeFormats

/// Decides the columns that stand in the files of a table, from what was known and what all of its
/// files hold.
///
/// - A definition's columns are the columns.
/// - The first time, each column has the join of the types of its values.
/// - Later, only changes apply that add something or lose nothing: new columns, wider types. A
///   column that the files no longer have stays. Values that stand against a column that must stay
///   are rejects, until the change is accepted.
struct SchemaMerge {
  private(set) var columns: [CatalogColumn] = []
  private(set) var changes: [SchemaChange] = []
  private(set) var differences: [String] = []
  private(set) var warnings: [String] = []
  private let evidence: FileEvidence

  /// `known` is nil where the table is new.
  init(
    known: [CatalogColumn]?, evidence: FileEvidence, definition: TableDefinition?,
    acceptsChanges: Bool
  ) {
    self.evidence = evidence
    let found = evidence.decisions
    if let defined = definition?.columns {
      columns = defined
      compare(defined, with: found)
      if let known { note(from: known, to: defined, .changed) }
      return
    }
    guard let known else {
      columns = found.map { CatalogColumn($0.name, $0.decision.type) }
      warnings = SchemaMerge.warnings(found, evidence)
      return
    }
    if acceptsChanges {
      accept(found, known)
    } else {
      merge(found, into: known)
    }
    warnings += SchemaMerge.warnings(found, evidence).filter { warning in
      // Said once, in the words of the change.
      !changes.contains { $0.kind == .refused && warning.hasPrefix("column \($0.column) ") }
    }
  }

  private mutating func accept(
    _ found: [(name: String, decision: TypeDecision)], _ known: [CatalogColumn]
  ) {
    columns = found.map { column in
      let old = known.first { $0.name.lowercased() == column.name.lowercased() }
      return CatalogColumn(
        old?.name ?? column.name, column.decision.type, comment: old?.comment)
    }
    note(from: known, to: columns, .changed)
  }

  private mutating func merge(
    _ found: [(name: String, decision: TypeDecision)], into known: [CatalogColumn]
  ) {
    columns = known
    var places: [String: Int] = [:]
    for (index, column) in known.enumerated() { places[column.name.lowercased()] = index }
    for (index, column) in found.enumerated() {
      guard let place = places[column.name.lowercased()] else {
        columns.append(CatalogColumn(column.name, column.decision.type))
        changes.append(
          SchemaChange(.added, column.name, from: nil, to: column.decision.type))
        continue
      }
      let old = known[place].type
      let seen = evidence.columns[index].evidence
      let widened = TypeWidening.widened(old, to: column.decision.type, seen)
      if let type = widened, type != old {
        columns[place].type = type
        changes.append(SchemaChange(.widened, known[place].name, from: old, to: type))
      } else if widened == nil {
        changes.append(
          SchemaChange(.refused, known[place].name, from: old, to: column.decision.type))
        warnings.append(
          "column \(known[place].name) is \(old), and values in the files are not; their records "
            + "are rejects until lake crawl --accept makes it \(column.decision.type)")
      }
    }
  }

  private mutating func note(
    from old: [CatalogColumn], to new: [CatalogColumn], _ kind: SchemaChange.Kind
  ) {
    for column in new {
      let before = old.first { $0.name.lowercased() == column.name.lowercased() }
      if before == nil {
        changes.append(SchemaChange(.added, column.name, from: nil, to: column.type))
      } else if let before, before.type != column.type {
        changes.append(SchemaChange(kind, column.name, from: before.type, to: column.type))
      }
    }
    for column in old
    where !new.contains(where: { $0.name.lowercased() == column.name.lowercased() }) {
      changes.append(SchemaChange(.removed, column.name, from: column.type, to: nil))
    }
  }

  /// Says where the files are not as they are declared.
  private mutating func compare(
    _ defined: [CatalogColumn], with found: [(name: String, decision: TypeDecision)]
  ) {
    if found.isEmpty { return }
    for column in defined {
      let place = found.firstIndex { $0.name.lowercased() == column.name.lowercased() }
      guard let place else {
        differences.append("column \(column.name) is in no file; it is null")
        continue
      }
      let type = found[place].decision.type
      if type == .unseen || type == column.type { continue }
      let fits = evidence.columns[place].evidence.fits(column.type)
      // Integers are found as bigint whatever their size: no difference where all of them fit.
      if fits, type == .bigint, column.type.isInteger { continue }
      differences.append(
        "column \(column.name) is declared as \(column.type), and the files say \(type)"
          + (fits
            ? "" : "; values that do not fit are rejects, but for empty texts, which are null"))
    }
    for column in found
    where !defined.contains(where: { $0.name.lowercased() == column.name.lowercased() }) {
      differences.append(
        "column \(column.name) \(column.decision.type) is in the files and not declared; it is "
          + "not read")
    }
  }

  /// What a reader of the schema should know.
  private static func warnings(
    _ found: [(name: String, decision: TypeDecision)], _ evidence: FileEvidence
  ) -> [String] {
    found.enumerated().flatMap { index, column -> [String] in
      var warnings: [String] = []
      if column.decision.isMixed {
        warnings.append("column \(column.name) holds values of several types; they are text")
      }
      let outliers = column.decision.outlierCount
      if outliers > 0 {
        warnings.append(
          "column \(column.name) is \(column.decision.type) but for "
            + (outliers == 1
              ? "1 value, whose record is a reject"
              : "\(outliers) values, whose records are rejects"))
      }
      let inexact = evidence.columns[index].evidence[.inexactFraction]
      if column.decision.type == .double, inexact > 0 {
        warnings.append(
          "column \(column.name) has \(inexact) \(inexact == 1 ? "number" : "numbers") with more "
            + "digits than a double holds")
      }
      return warnings
    }
  }
}

extension DataType {
  fileprivate var isInteger: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint: true
    default: false
    }
  }
}
