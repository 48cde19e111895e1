import LakeCore

/// What a plan shows of one node: a word for what it does, and its details.
struct PlanNodeText {
  var word: String
  var details: [(label: String, text: String)] = []

  /// One line: the word, then the details.
  var line: String {
    let shown = details.map { $0.label.isEmpty ? $0.text : "\($0.label) \($0.text)" }
    return ([word] + shown).joined(separator: " ")
  }

  private init(_ word: String, _ details: [(String, String)] = []) {
    self.word = word
    self.details = details.filter { !$0.1.isEmpty }.map { (label: $0.0, text: $0.1) }
  }

  init(_ plan: Plan) {
    let inputs = plan.inputs.map { $0.schema.fields.map(\.name) }
    let names = inputs.first ?? []
    switch plan {
    case .scan(let scan): self.init(scan: scan)
    case .values(let schema, let rows):
      self.init("values", [("", "\(rows.count) rows"), ("of", "\(schema.count) columns")])
    case .filter(_, let condition):
      self.init("filter", [("", ExpressionText.text(condition, names))])
    case .project(_, let outputs):
      self.init("project", [("", outputs.map { $0.text(names) }.joined(separator: ", "))])
    case .join(let join): self.init(join: join, inputs[0], inputs[1])
    case .aggregate(let aggregate):
      let keys = aggregate.keys.map { $0.text(names) }.joined(separator: ", ")
      let calls = aggregate.aggregates.map { "\($0.call.text(names)) AS \($0.name)" }
      self.init("aggregate", [("", calls.joined(separator: ", ")), ("by", keys)])
    case .distinct: self.init("distinct")
    case .window(let window):
      let functions = window.functions.map { $0.function.text(names) }.joined(separator: ", ")
      let partition = window.partition.map { ExpressionText.text($0, names) }
      self.init(
        "window",
        [
          ("", functions), ("partition by", partition.joined(separator: ", ")),
          ("order by", PlanNodeText.order(window.order, names)),
        ])
    case .sort(_, let keys): self.init("sort", [("by", PlanNodeText.order(keys, names))])
    case .top(_, let keys, let count, let offset):
      self.init(
        "top",
        [
          ("", "\(count)"), ("by", PlanNodeText.order(keys, names)),
          ("offset", offset == 0 ? "" : "\(offset)"),
        ])
    case .limit(_, let count, let offset):
      self.init(
        "limit",
        [("", count.map { "\($0)" } ?? "all"), ("offset", offset == 0 ? "" : "\(offset)")])
    case .unionAll: self.init("union all")
    case .unnest(let unnest):
      let lists = unnest.lists.map { ExpressionText.text($0, names) }
      self.init(
        unnest.keepsEmpty ? "left unnest" : "unnest",
        [
          ("", lists.joined(separator: ", ")),
          ("with", unnest.hasOrdinality ? "ordinality" : ""),
        ])
    case .recursive(let recursive):
      self.init(
        "recursive",
        [("", recursive.working.name), ("", recursive.isDistinct ? "without copies" : "")])
    case .working(let rows): self.init("round before", [("of", rows.name)])
    case .shared(let shared): self.init("shared", [("", shared.name)])
    }
  }

  private init(scan: ScanPlan) {
    let columns = scan.schema.fields.map(\.name)
    let condition = scan.predicate.map { ExpressionText.text($0, columns) } ?? ""
    self.init(
      "scan",
      [
        ("", scan.table.label), ("", "(\(columns.joined(separator: ", ")))"),
        ("where", condition),
      ])
  }

  private init(join: JoinPlan, _ left: [String], _ right: [String]) {
    let word =
      switch join.kind {
      case .inner: join.keys.isEmpty && join.residual == nil ? "cross join" : "inner join"
      case .left: "left join"
      case .semi: "semi join"
      case .anti: "anti join"
      case .nullAwareAnti: "not in"
      }
    let keys = join.keys.map {
      "\(ExpressionText.text($0.left, left)) = \(ExpressionText.text($0.right, right))"
    }
    let residual = join.residual.map { ExpressionText.text($0, left + right) } ?? ""
    self.init(word, [("on", keys.joined(separator: " AND ")), ("if", residual)])
    let passed = join.passedKeys.filter(\.isExpected).map { key in
      join.makesTableOfLeft
        ? ExpressionText.text(join.keys[key.number].right, right)
        : ExpressionText.text(join.keys[key.number].left, left)
    }
    if !passed.isEmpty {
      details.append((label: "", text: "(scan told \(passed.joined(separator: ", ")))"))
    }
    if join.makesTableOfLeft { details.append((label: "", text: "(table of the left side)")) }
  }

  private static func order(_ keys: [SortKey], _ names: [String]) -> String {
    keys.map { $0.text(names) }.joined(separator: ", ")
  }
}

extension OutputColumn {
  fileprivate func text(_ names: [String]) -> String {
    let shown = ExpressionText.text(expression, names)
    return shown == name ? shown : "\(shown) AS \(name)"
  }
}
