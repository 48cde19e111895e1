/// What was entered before, and the place in it where the arrow keys stand.
package struct LineHistory: Sendable {
  package private(set) var entries: [String]
  /// `entries.count` stands for what is being typed.
  private var place: Int
  /// What was being typed when the arrow keys left it.
  private var typed = ""

  package init(_ entries: [String] = []) {
    self.entries = entries
    place = entries.count
  }

  /// Keeps an entry, and goes to the end. What begins with a blank is not kept, nor what is empty
  /// or the same as the entry before; true if it was kept.
  package mutating func add(_ entry: String) -> Bool {
    defer { place = entries.count }
    guard let first = entry.first, first != " ", entry != entries.last,
      !entry.allSatisfy(\.isWhitespace)
    else { return false }
    entries.append(entry)
    return true
  }

  /// Back to what is being typed.
  package mutating func reset() {
    place = entries.count
    typed = ""
  }

  package mutating func older(than current: String) -> String? {
    guard place > 0 else { return nil }
    if place == entries.count { typed = current }
    place -= 1
    return entries[place]
  }

  package mutating func newer() -> String? {
    guard place < entries.count else { return nil }
    place += 1
    return place == entries.count ? typed : entries[place]
  }

  /// The last entry before a place that holds a text, and its place. Case does not count.
  package func find(_ text: String, before limit: Int) -> (place: Int, entry: String)? {
    guard !text.isEmpty else { return nil }
    let wanted = text.lowercased()
    for index in entries.indices.prefix(max(0, limit)).reversed()
    where entries[index].lowercased().contains(wanted) {
      return (index, entries[index])
    }
    return nil
  }
}
