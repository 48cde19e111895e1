import LakeCore

/// The properties of a table that people may set.
package enum TableProperties {
  private static let known: Set = [
    "delta.appendonly", "delta.logretentionduration", "delta.deletedfileretentionduration",
    "delta.checkpointinterval", "delta.minreaderversion", "delta.minwriterversion",
  ]

  /// Ours are set by what they stand for; some of Delta's need a protocol that we do not write.
  package static func requireSettable(
    _ key: String, at place: LakeError.Place?
  ) throws(LakeError) {
    let folded = key.lowercased()
    if folded.hasPrefix("lake.") {
      throw LakeError(
        .permissionDenied, "the property '\(key)' is not set by hand", at: place,
        hint: "Rules and consent stand in the definition of a table, or ALTER TABLE … ADD.")
    }
    if folded.hasPrefix("delta."), !known.contains(folded) {
      throw LakeError(
        .unsupported, "the property '\(key)' needs more of Delta than is written here", at: place,
        hint: "Tables are of reader version 1 and writer version 2.")
    }
  }
}
