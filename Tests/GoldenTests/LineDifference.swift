/// Two lists of lines as a person compares them: ` ` for both, `-` only in the first, `+` only in
/// the second; long stretches that agree are left out.
enum LineDifference {
  private static let contextLines = 3

  static func text(from old: [String], to new: [String]) -> String {
    var marked: [(mark: Character, line: String)] = []
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        marked.append(("-", old[left]))
        left += 1
      } else if right < new.count, inserted.contains(right) {
        marked.append(("+", new[right]))
        right += 1
      } else {
        marked.append((" ", old[left]))
        (left, right) = (left + 1, right + 1)
      }
    }
    return withContext(marked).joined(separator: "\n")
  }

  private static func withContext(_ marked: [(mark: Character, line: String)]) -> [String] {
    let changed = marked.indices.filter { marked[$0].mark != " " }
    var lines: [String] = []
    var isInGap = false
    for (index, entry) in marked.enumerated() {
      let isNear = changed.contains { abs($0 - index) <= contextLines }
      if isNear { lines.append("\(entry.mark)\(entry.line)") }
      if !isNear, !isInGap { lines.append("…") }
      isInGap = !isNear
    }
    return lines
  }
}
