import LakeCore

/// A plan as a tree of text, a node a line, its inputs indented below it; with a profile, each line
/// says what its node did.
package enum Explain {
  package static func text(_ plan: Plan, profile: ExecutionProfile? = nil) -> String {
    var lines: [String] = []
    var number = 0
    append(plan, depth: 0, &lines, &number, profile)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func append(
    _ plan: Plan, depth: Int, _ lines: inout [String], _ number: inout Int,
    _ profile: ExecutionProfile?
  ) {
    let indent = String(repeating: "  ", count: depth)
    let counters = profile?.known(number)
    number += 1
    let done = counters.map { "  [\(work($0, of: plan))]" } ?? ""
    lines.append(indent + PlanNodeText(plan).line + done)
    for input in plan.inputs { append(input, depth: depth + 1, &lines, &number, profile) }
  }

  /// `1200 rows of about 1000, 3.1 ms, 81920 bytes of memory, 2 files`.
  private static func work(_ counters: NodeCounters, of plan: Plan) -> String {
    var parts = [
      "\(counters.rowsOut) rows of about \(estimate(plan))", milliseconds(counters.seconds),
    ]
    if counters.peakBytes > 0 { parts.append("\(counters.peakBytes) bytes of memory") }
    if counters.spilledBytes > 0 { parts.append("\(counters.spilledBytes) bytes spilled") }
    for (kind, name) in scanCounts where counters.scan[kind] > 0 {
      parts.append("\(counters.scan[kind]) \(name)")
    }
    return parts.joined(separator: ", ")
  }

  /// The rows that the optimiser thought of.
  static func estimate(_ plan: Plan) -> Int {
    Int(min(PlanEstimate.rows(of: plan), 1e15).rounded())
  }

  private static func milliseconds(_ seconds: Double) -> String {
    let tenths = Int((min(max(seconds, 0), 1e9) * 10_000).rounded())
    return "\(tenths / 10).\(tenths % 10) ms"
  }

  static let scanCounts: [(kind: ScanCounters.Kind, name: String)] = [
    (.files, "files"), (.filesSkipped, "files skipped"), (.rowGroups, "row groups"),
    (.rowGroupsSkipped, "row groups skipped"), (.pages, "pages"),
    (.pagesSkipped, "pages skipped"), (.bytes, "bytes"), (.rowsRead, "rows read"),
    (.rejects, "rejects"),
  ]
}
