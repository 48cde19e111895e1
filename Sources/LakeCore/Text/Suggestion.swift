/// "Did you mean …?": the candidate that a mistyped word most likely stands for.
package enum Suggestion {
  /// Longer words are not compared: nobody mistypes those, and the work grows with the square.
  private static var byteCountMax: Int { 64 }

  /// The candidate nearest to a word, if one is near enough; of several, the first.
  ///
  /// Distance is the number of bytes inserted, removed, replaced or swapped with their neighbour,
  /// upper and lower case being equal. A third of the word may be wrong, at most three bytes.
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let typed = folded(word)
    guard typed.count > 1, typed.count <= byteCountMax else { return nil }
    var best: String?
    var bestDistance = min(3, max(1, typed.count / 3)) + 1
    for candidate in candidates {
      let other = folded(candidate)
      guard other.count <= byteCountMax else { continue }
      guard abs(other.count - typed.count) < bestDistance else { continue }
      let distance = editDistance(typed, other)
      if distance < bestDistance && distance < max(typed.count, other.count) {
        best = candidate
        bestDistance = distance
      }
    }
    return best
  }

  /// A hint with the nearest candidate, for `LakeError.hint`.
  package static func hint(for word: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: word, among: candidates).map { "Did you mean '\($0)'?" }
  }

  private static func folded(_ word: String) -> [UInt8] {
    word.utf8.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
  }

  /// Insertions, removals, replacements and swaps of neighbours; no place is edited twice.
  static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var current = beforeLast
    for (row, byte) in a.enumerated() {
      current[0] = row + 1
      for (column, other) in b.enumerated() {
        let replaced = last[column] + (byte == other ? 0 : 1)
        current[column + 1] = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, byte == b[column - 1], a[row - 1] == other {
          current[column + 1] = min(current[column + 1], beforeLast[column - 1] + 1)
        }
      }
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    return last[b.count]
  }
}
