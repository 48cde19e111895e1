import LakeCore
import LakeSQL

/// Which job reads what another makes, and the order that follows.
enum PipelineGraph {
  /// The jobs so that each comes after those whose tables it reads, and else by the names of their
  /// files and their places in them. A circle is an error that names it.
  static func ordered(_ jobs: [JobDefinition]) throws(LakeError) -> [JobDefinition] {
    let reads = jobs.map { job in
      let tables = Set(job.query.tablesRead.compactMap { TableName(defining: $0) })
      return jobs.indices.filter { tables.contains(jobs[$0].target) }
    }
    var ordered: [JobDefinition] = []
    var states = Array(repeating: State.unseen, count: jobs.count)
    var path: [Int] = []
    for index in jobs.indices {
      try visit(index, jobs, reads, &states, &path, &ordered)
    }
    return ordered
  }

  private enum State { case unseen, open, done }

  private static func visit(
    _ index: Int, _ jobs: [JobDefinition], _ reads: [[Int]], _ states: inout [State],
    _ path: inout [Int], _ ordered: inout [JobDefinition]
  ) throws(LakeError) {
    switch states[index] {
    case .done: return
    case .open:
      let start = path.firstIndex(of: index) ?? 0
      let circle = (path[start...] + [index]).map { jobs[$0].name }
      throw LakeError(
        .invalidInput,
        "the tables depend on each other in a circle: "
          + circle.joined(separator: " reads "), at: .file(jobs[index].file),
        hint: "Make one of them of landing or of another table.")
    case .unseen: break
    }
    states[index] = .open
    path.append(index)
    for dependency in reads[index] {
      try visit(dependency, jobs, reads, &states, &path, &ordered)
    }
    path.removeLast()
    states[index] = .done
    ordered.append(jobs[index])
  }
}
