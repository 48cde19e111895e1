import LakeCore

extension Explain {
  /// A plan as one JSON object: what a node does, its columns, what it did, its inputs.
  package static func json(_ plan: Plan, profile: ExecutionProfile? = nil) -> String {
    var text = ""
    var number = 0
    append(plan, &text, &number, profile)
    return text
  }

  private static func append(
    _ plan: Plan, _ text: inout String, _ number: inout Int, _ profile: ExecutionProfile?
  ) {
    let counters = profile?.known(number)
    number += 1
    let node = PlanNodeText(plan)
    let details = node.details.map(\.text).joined(separator: " ")
    text += "{\"node\":\(quoted(node.word)),\"text\":\(quoted(node.line))"
    if !details.isEmpty { text += ",\"details\":\(quoted(details))" }
    let columns = plan.schema.fields.map {
      "{\"name\":\(quoted($0.name)),\"type\":\(quoted($0.type.description))}"
    }
    text += ",\"columns\":[\(columns.joined(separator: ","))]"
    text += ",\"estimated_rows\":\(estimate(plan))"
    if let counters { text += ",\(work(counters))" }
    if !plan.inputs.isEmpty {
      text += ",\"inputs\":["
      for (index, input) in plan.inputs.enumerated() {
        if index > 0 { text += "," }
        append(input, &text, &number, profile)
      }
      text += "]"
    }
    text += "}"
  }

  private static func work(_ counters: NodeCounters) -> String {
    var fields = ["\"rows\":\(counters.rowsOut)", "\"seconds\":\(counters.seconds)"]
    if counters.peakBytes > 0 { fields.append("\"memory_bytes\":\(counters.peakBytes)") }
    if counters.spilledBytes > 0 { fields.append("\"spilled_bytes\":\(counters.spilledBytes)") }
    for (kind, name) in scanCounts where counters.scan[kind] > 0 {
      fields.append("\(quoted(name.replacing(" ", with: "_"))):\(counters.scan[kind])")
    }
    return fields.joined(separator: ",")
  }

  private static func quoted(_ text: String) -> String {
    JSONValue.string(text).description
  }
}
