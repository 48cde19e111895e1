import LakeCore

/// Nothing is read, joined or computed that nobody looks at.
struct PushDownProjections: PlanRule {
  let name = "push-down-projections"

  func rewrite(_ plan: Plan) throws -> Plan {
    let pruning = ColumnPruning()
    pruning.collect(plan)
    return pruning.pruned(plan)
  }
}

/// The narrowing of one plan.
///
/// A narrowed plan gives some of the columns that it gave, in their order: those that are required
/// and perhaps more, where leaving them away would be work. `kept` tells which.
private final class ColumnPruning {
  typealias Narrowed = (plan: Plan, kept: [Int])

  /// What the readers of a shared plan want together.
  private var needs: [ObjectIdentifier: Set<Int>] = [:]
  private let memo = SharedMemo()

  /// Notes what is read of shared plans; a shared plan's own readings come after all its readers.
  func collect(_ plan: Plan) {
    var order: [SharedPlan] = []
    var seen: Set<ObjectIdentifier> = []
    listShared(plan, &order, &seen)
    collect(plan, Set(0..<plan.columnCount))
    for shared in order.reversed() {
      collect(shared.plan, needs[ObjectIdentifier(shared)] ?? [])
    }
  }

  /// Each shared plan behind those that it reads.
  private func listShared(
    _ plan: Plan, _ order: inout [SharedPlan], _ seen: inout Set<ObjectIdentifier>
  ) {
    if case .shared(let shared) = plan, !seen.insert(ObjectIdentifier(shared)).inserted { return }
    for input in plan.inputs { listShared(input, &order, &seen) }
    if case .shared(let shared) = plan { order.append(shared) }
  }

  private func collect(_ plan: Plan, _ required: Set<Int>) {
    if case .shared(let shared) = plan {
      needs[ObjectIdentifier(shared), default: []].formUnion(required)
      return
    }
    for (input, needed) in zip(plan.inputs, plan.requirements(for: required)) {
      collect(input, needed)
    }
  }

  func pruned(_ plan: Plan) -> Plan {
    prune(plan, exactly: Set(0..<plan.columnCount))
  }

  private func prune(_ plan: Plan, exactly required: Set<Int>) -> Plan {
    let narrowed = prune(plan, required)
    let wanted = required.sorted()
    if narrowed.kept == wanted { return narrowed.plan }
    let fields = narrowed.plan.schema.fields
    let outputs = narrowed.kept.indices.filter { required.contains(narrowed.kept[$0]) }.map {
      OutputColumn(fields[$0].name, .column($0, fields[$0].type))
    }
    return .project(narrowed.plan, outputs)
  }

  private func prune(_ plan: Plan, _ required: Set<Int>) -> Narrowed {
    switch plan {
    case .scan(let scan): return prune(scan, required)
    case .values(let schema, let rows):
      let kept = required.sorted()
      let fields = kept.map { schema.fields[$0] }
      return (.values(Schema(fields), rows: rows.map { row in kept.map { row[$0] } }), kept)
    case .project(let input, let outputs):
      let kept = required.sorted()
      let below = prune(input, plan.requirements(for: required)[0])
      let columns = kept.map { outputs[$0] }.map {
        OutputColumn($0.name, $0.expression.moved(to: below.kept))
      }
      return (.project(below.plan, columns), kept)
    case .distinct(let input):
      let all = Set(0..<input.columnCount)
      return (.distinct(prune(input, exactly: all)), all.sorted())
    case .join(let join): return prune(join, plan.requirements(for: required))
    case .aggregate(let aggregate):
      return prune(aggregate, required, plan.requirements(for: required)[0])
    case .window(let window):
      return prune(window, required, plan.requirements(for: required)[0])
    case .unionAll(let inputs):
      return (.unionAll(inputs.map { prune($0, exactly: required) }), required.sorted())
    case .shared(let shared):
      let needed = needs[ObjectIdentifier(shared)] ?? []
      return (.shared(memo.rewritten(shared) { prune($0, exactly: needed) }), needed.sorted())
    case .unnest(let unnest):
      return prune(unnest, required, plan.requirements(for: required)[0])
    case .recursive(let recursive):
      // Both sides give the rows whole: a round reads all columns of the one before.
      let all = Set(0..<plan.columnCount)
      var result = recursive
      result.anchor = prune(recursive.anchor, exactly: all)
      result.step = prune(recursive.step, exactly: all)
      return (.recursive(result), all.sorted())
    case .working: return (plan, Array(0..<plan.columnCount))
    case .sort(let input, _), .top(let input, _, _, _):
      // Rows that are kept in memory are as narrow as can be.
      let needed = plan.requirements(for: required)[0]
      let kept = needed.sorted()
      let moved = plan.mapExpressions { $0.moved(to: kept) }
      let below = prune(input, exactly: needed)
      return (moved.mapInputs { _ in below }, kept)
    case .filter(let input, _), .limit(let input, _, _):
      let below = prune(input, plan.requirements(for: required)[0])
      let moved = plan.mapExpressions { $0.moved(to: below.kept) }
      return (moved.mapInputs { _ in below.plan }, below.kept)
    }
  }

  private func prune(_ scan: ScanPlan, _ required: Set<Int>) -> Narrowed {
    let kept = required.union(scan.predicate?.columns ?? []).sorted()
    var result = scan
    result.columns = kept.map { scan.columns[$0] }
    result.predicate = scan.predicate?.moved(to: kept)
    return (.scan(result), kept)
  }

  /// The sides are as narrow as can be: a join copies what it is given.
  private func prune(_ join: JoinPlan, _ required: [Set<Int>]) -> Narrowed {
    let (left, right) = (required[0].sorted(), required[1].sorted())
    let count = join.left.columnCount
    let both = left + right.map { $0 + count }
    var result = join
    result.left = prune(join.left, exactly: required[0])
    result.right = prune(join.right, exactly: required[1])
    result.keys = join.keys.map { ($0.left.moved(to: left), $0.right.moved(to: right)) }
    result.residual = join.residual?.moved(to: both)
    return (.join(result), join.kind.hasRightColumns ? both : left)
  }

  private func prune(
    _ aggregate: AggregatePlan, _ required: Set<Int>, _ needed: Set<Int>
  ) -> Narrowed {
    let below = prune(aggregate.input, needed)
    let calls = aggregate.requiredCalls(for: required)
    let result = AggregatePlan(
      input: below.plan,
      keys: aggregate.keys.map { OutputColumn($0.name, $0.expression.moved(to: below.kept)) },
      aggregates: calls.map { index in
        let (name, call) = aggregate.aggregates[index]
        return (name, call.map { $0.moved(to: below.kept) })
      })
    let keyCount = aggregate.keys.count
    return (.aggregate(result), Array(0..<keyCount) + calls.map { $0 + keyCount })
  }

  private func prune(
    _ window: WindowPlan, _ required: Set<Int>, _ needed: Set<Int>
  ) -> Narrowed {
    let below = prune(window.input, needed)
    let count = window.input.columnCount
    let functions = window.functions.indices.filter { required.contains(count + $0) }
    if functions.isEmpty { return below }
    let result = WindowPlan(
      input: below.plan, partition: window.partition.map { $0.moved(to: below.kept) },
      order: window.order.map { key in key.map { $0.moved(to: below.kept) } },
      functions: functions.map { index in
        let (name, function) = window.functions[index]
        return (name, function.map { $0.moved(to: below.kept) })
      })
    return (.window(result), below.kept + functions.map { $0 + count })
  }

  private func prune(
    _ unnest: UnnestPlan, _ required: Set<Int>, _ needed: Set<Int>
  ) -> Narrowed {
    let below = prune(unnest.input, needed)
    var result = unnest
    result.input = below.plan
    result.lists = unnest.lists.map { $0.moved(to: below.kept) }
    let count = unnest.input.columnCount
    let end = Plan.unnest(unnest).columnCount
    return (.unnest(result), below.kept + Array(count..<end))
  }
}

extension BoundExpression {
  /// The expression over those columns that were kept, each at its new place.
  fileprivate func moved(to kept: [Int]) -> BoundExpression {
    mapColumns { index, column in
      let place = kept.firstIndex(of: index) ?? index
      return BoundExpression(.column(place), column.type, place: column.place)
    }
  }
}
