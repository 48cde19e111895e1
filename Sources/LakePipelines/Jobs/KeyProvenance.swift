import LakeCore
import LakeEngine

/// What a column says of whose a row is.
enum KeyProvenance: Int, Comparable {
  /// It is made of columns of the row's own records.
  case row
  /// It is made of nothing that was read.
  case nothing
  /// It was chosen or computed from several records, which may be several people's.
  case group

  static func < (a: KeyProvenance, b: KeyProvenance) -> Bool { a.rawValue < b.rawValue }
}

extension Plan {
  /// Where the values of a column come from.
  func provenance(of column: Int) -> KeyProvenance {
    switch self {
    case .scan(let scan):
      guard scan.columns.indices.contains(column), case .table = scan.columns[column] else {
        return .nothing
      }
      return .row
    case .values: return .nothing
    case .filter(let input, _), .distinct(let input), .sort(let input, _),
      .top(let input, _, _, _), .limit(let input, _, _):
      return input.provenance(of: column)
    case .project(let input, let outputs):
      guard outputs.indices.contains(column) else { return .nothing }
      return input.provenance(of: outputs[column].expression)
    case .join(let join):
      let width = join.left.schema.count
      return column < width
        ? join.left.provenance(of: column) : join.right.provenance(of: column - width)
    case .aggregate(let aggregate):
      guard column < aggregate.keys.count else { return .group }
      return aggregate.input.provenance(of: aggregate.keys[column].expression)
    case .window(let window):
      return column < window.input.schema.count ? window.input.provenance(of: column) : .group
    case .unionAll(let inputs):
      return inputs.map { $0.provenance(of: column) }.max() ?? .nothing
    case .unnest(let unnest):
      // An element is a part of its own row.
      let width = unnest.input.schema.count
      if column < width { return unnest.input.provenance(of: column) }
      return unnest.lists.map { unnest.input.provenance(of: $0) }.max() ?? .nothing
    // A row of a later round may be made of several rows of those before.
    case .recursive, .working: return .group
    case .shared(let shared): return shared.plan.provenance(of: column)
    }
  }

  /// Of several columns the worst counts that says anything: `coalesce(a.email, 'x')` is the row's.
  private func provenance(of expression: BoundExpression) -> KeyProvenance {
    let found = expression.columns.map { provenance(of: $0) }
    if found.contains(.group) { return .group }
    return found.contains(.row) ? .row : .nothing
  }
}
