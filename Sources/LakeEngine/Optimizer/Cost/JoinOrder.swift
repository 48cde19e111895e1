import LakeCore

/// Searches the order of joins that should cost least, by guessed numbers of rows.
///
/// The cost of a join is a part for each row that it gives, for each row that passes by its table,
/// and a larger one for each row that the table is made of. Up to nine relations every tree is
/// looked at; beyond, the cheapest pair is joined again and again.
struct JoinOrder {
  indirect enum Tree {
    case relation(Int)
    /// The right side becomes the table.
    case join(Tree, Tree)
  }

  struct Choice {
    var tree: Tree
    var rows: Double
    var cost: Double
  }

  private let region: JoinRegion
  private let rows: [Double]
  private let tableRows: [Double]
  private static let exhaustiveMax = 9

  init(_ region: JoinRegion) {
    self.region = region
    rows = region.relations.map { PlanEstimate.rows(of: $0.plan) }
    tableRows = region.relations.map { PlanEstimate.tableRows($0.plan) }
  }

  func best() -> Choice {
    region.relations.count <= Self.exhaustiveMax ? bestOfAll() : greedy()
  }

  private func leaf(_ index: Int) -> Choice {
    Choice(tree: .relation(index), rows: rows[index], cost: 0)
  }

  private func bestOfAll() -> Choice {
    let count = region.relations.count
    let all = (1 << count) - 1
    var best: [Choice?] = Array(repeating: nil, count: all + 1)
    for index in 0..<count { best[1 << index] = leaf(index) }
    for set in 1...all where set & (set - 1) != 0 {
      // Each split once: the lowest relation is in the first part.
      let lowest = set & -set
      var part = (set - 1) & set
      while part > 0 {
        if part & lowest != 0, let a = best[part], let b = best[set ^ part] {
          let joined = join(a, UInt64(part), b, UInt64(set ^ part))
          if best[set].map({ joined.cost < $0.cost }) ?? true { best[set] = joined }
        }
        part = (part - 1) & set
      }
    }
    return best[all] ?? leaf(0)
  }

  private func greedy() -> Choice {
    var parts = region.relations.indices.map { (choice: leaf($0), set: UInt64(1) << UInt64($0)) }
    while parts.count > 1 {
      var found: (choice: Choice, a: Int, b: Int)?
      for a in parts.indices {
        for b in parts.indices where b > a {
          let joined = join(parts[a].choice, parts[a].set, parts[b].choice, parts[b].set)
          if found.map({ joined.cost < $0.choice.cost }) ?? true { found = (joined, a, b) }
        }
      }
      guard let found else { break }
      let set = parts[found.a].set | parts[found.b].set
      parts.remove(at: found.b)
      parts[found.a] = (found.choice, set)
    }
    return parts[0].choice
  }

  /// What a join of two parts costs, the smaller one as the table.
  func join(_ a: Choice, _ setA: UInt64, _ b: Choice, _ setB: UInt64) -> Choice {
    let rows = max(1, a.rows * b.rows * selectivity(setA, setB))
    // Of equals the one that stands first in the query is read as it comes.
    let keepsOrder = b.rows <= a.rows
    let (probe, build) = keepsOrder ? (a, b) : (b, a)
    let cost = a.cost + b.cost + rows + probe.rows + 2 * build.rows
    return Choice(tree: .join(probe.tree, build.tree), rows: rows, cost: cost)
  }

  /// What a tree costs as it stands.
  func cost(of tree: Tree) -> (choice: Choice, set: UInt64) {
    switch tree {
    case .relation(let index): return (leaf(index), 1 << UInt64(index))
    case .join(let left, let right):
      let (a, b) = (cost(of: left), cost(of: right))
      let rows = max(1, a.choice.rows * b.choice.rows * selectivity(a.set, b.set))
      let cost = a.choice.cost + b.choice.cost + rows + a.choice.rows + 2 * b.choice.rows
      return (Choice(tree: tree, rows: rows, cost: cost), a.set | b.set)
    }
  }

  /// The share of all pairs of rows that fulfil the conditions between two parts.
  private func selectivity(_ a: UInt64, _ b: UInt64) -> Double {
    var share = 1.0
    // Keys between two relations together have no more values than the smaller one has rows.
    var values: [UInt64: Double] = [:]
    var seen: [Int] = []
    for condition in region.conditions {
      let relations = condition.relations
      guard relations & ~(a | b) == 0, relations & a != 0, relations & b != 0 else { continue }
      guard case .compare(.equal, let left, let right) = condition.expression.node else {
        share *= PlanEstimate.share(of: condition.expression)
        continue
      }
      var domain = smallest(of: relations)
      if let column = left.columnIndex, right.columnIndex != nil {
        let representative = region.classes.representative(column)
        if seen.contains(representative) { continue }
        seen.append(representative)
        domain = region.classes.domain(column) ?? domain
      }
      values[relations, default: 1] *= domain
    }
    for (relations, product) in values.sorted(by: { $0.key < $1.key }) {
      share /= max(1, min(product, smallest(of: relations)))
    }
    return share
  }

  private func smallest(of relations: UInt64) -> Double {
    var least = Double.infinity
    for index in tableRows.indices where relations & (1 << UInt64(index)) != 0 {
      least = min(least, tableRows[index])
    }
    return least
  }
}
