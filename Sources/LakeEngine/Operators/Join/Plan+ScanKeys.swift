import LakeCore

/// The scan that a column comes from, where rows of it that have another value could be left out
/// without the rows that have this one noticing.
extension Plan {
  /// The plan with each scan rewritten that gives the values of a column unchanged. `body` gets the
  /// scan and the place of the column in it, and says nil where it wants the scan as it is. Nil
  /// where nothing was rewritten.
  func rewritingScans(
    ofColumn column: Int, _ body: (ScanPlan, Int) -> ScanPlan?
  ) -> Plan? {
    switch self {
    case .scan(let scan): return body(scan, column).map { .scan($0) }
    case .filter(let input, let condition):
      return input.rewritingScans(ofColumn: column, body).map { .filter($0, condition) }
    case .sort(let input, let keys):
      return input.rewritingScans(ofColumn: column, body).map { .sort($0, keys) }
    case .distinct(let input):
      return input.rewritingScans(ofColumn: column, body).map { .distinct($0) }
    case .project(let input, let outputs):
      guard let inner = outputs[column].expression.columnIndex else { return nil }
      return input.rewritingScans(ofColumn: inner, body).map { .project($0, outputs) }
    case .unnest(var unnest):
      guard column < unnest.input.columnCount,
        let input = unnest.input.rewritingScans(ofColumn: column, body)
      else { return nil }
      unnest.input = input
      return .unnest(unnest)
    case .join(let join): return join.rewritingScans(ofColumn: column, body).map { .join($0) }
    case .aggregate(var aggregate):
      guard column < aggregate.keys.count,
        let inner = aggregate.keys[column].expression.columnIndex,
        let input = aggregate.input.rewritingScans(ofColumn: inner, body)
      else { return nil }
      aggregate.input = input
      return .aggregate(aggregate)
    case .unionAll(let inputs):
      let rewritten = inputs.map { $0.rewritingScans(ofColumn: column, body) }
      guard rewritten.contains(where: { $0 != nil }) else { return nil }
      return .unionAll(zip(rewritten, inputs).map { $0 ?? $1 })
    case .window, .top, .limit, .values, .recursive, .working, .shared: return nil
    }
  }
}

extension JoinPlan {
  fileprivate func rewritingScans(
    ofColumn column: Int, _ body: (ScanPlan, Int) -> ScanPlan?
  ) -> JoinPlan? {
    var join = self
    let leftCount = left.columnCount
    if column < leftCount {
      guard let plan = left.rewritingScans(ofColumn: column, body) else { return nil }
      join.left = plan
    } else {
      // The right side of a left join without a match is a row of nulls, which would appear.
      guard kind == .inner,
        let plan = right.rewritingScans(ofColumn: column - leftCount, body)
      else { return nil }
      join.right = plan
    }
    return join
  }

  /// The side that goes by while the other one is looked up.
  var passing: Plan { makesTableOfLeft ? right : left }
  /// The side whose rows become the table.
  var tabled: Plan { makesTableOfLeft ? left : right }

  /// The join, its passing side kept to the keys of the table where it can be.
  func keeping(to table: JoinTable, _ kernels: Kernels) throws(LakeError) -> JoinPlan {
    var join = self
    for passed in passedKeys where Double(table.rowCount) < passed.rowsMax {
      let number = passed.number
      let key = makesTableOfLeft ? keys[number].right : keys[number].left
      guard let column = key.columnIndex else { continue }
      let filter = try KeyFilter(table.keys[number], key.type, kernels)
      let rewritten = join.passing.rewritingScans(ofColumn: column) { scan, place in
        var scan = scan
        scan.keyFilters.append(ScanKeyFilter(column: place, filter: filter))
        return scan.table.source.usesKeyFilters ? scan : nil
      }
      guard let rewritten else { continue }
      if makesTableOfLeft { join.right = rewritten } else { join.left = rewritten }
    }
    return join
  }
}
