extension Plan {
  /// The plans that rows come from, in the order in which they are printed.
  package var inputs: [Plan] {
    switch self {
    case .scan, .values, .working: []
    case .filter(let input, _), .project(let input, _), .distinct(let input), .sort(let input, _),
      .top(let input, _, _, _), .limit(let input, _, _):
      [input]
    case .join(let join): [join.left, join.right]
    case .aggregate(let aggregate): [aggregate.input]
    case .window(let window): [window.input]
    case .unionAll(let inputs): inputs
    case .unnest(let unnest): [unnest.input]
    case .recursive(let recursive): [recursive.anchor, recursive.step]
    case .shared(let shared): [shared.plan]
    }
  }

  /// The nodes of the tree, a shared one as often as it stands there.
  package var nodeCount: Int { inputs.reduce(1) { $0 + $1.nodeCount } }
}
