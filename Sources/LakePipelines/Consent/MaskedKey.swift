/// A key of a person as messages and records show it: enough to recognise it for someone who knows
/// it, not enough to find it out.
enum MaskedKey {
  /// `Daiyu.Huang@test.com` becomes `D…@t…`, `25c3ae31` becomes `2…`.
  static func mask(_ key: String) -> String {
    let parts = key.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.map { part in part.first.map { "\($0)…" } ?? "" }.joined(separator: "@")
  }
}
