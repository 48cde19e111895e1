import LakeCore

/// Where a definition says that a table's files are, put into the lake.
package struct TableLocation: Sendable, Hashable {
  package var zone: Zone
  /// Below the zone's directory.
  package var components: [String]

  /// Maps a location of S3. The component of its path that names a zone is the zone; the remaining
  /// ones are the table: `s3://b/customer/landing/` and `s3://b/landing/customer` are both
  /// `landing.customer`. Everything else is refused with this rule.
  package init(s3 location: String) throws(LakeError) {
    guard let rest = TableLocation.pathOfS3(location) else {
      throw TableLocation.refusal(location, "it does not begin with s3://")
    }
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    var names: [String] = []
    for part in parts where !part.isEmpty {
      let decoded = PathSafety.percentDecoded(String(part)) ?? String(part)
      try PathSafety.check(component: String(part), of: location)
      names.append(decoded)
    }
    let zones = names.indices.filter { Zone(rawValue: names[$0].lowercased()) != nil }
    guard let place = zones.first, let zone = Zone(rawValue: names[place].lowercased()) else {
      throw TableLocation.refusal(location, "no part of its path names a zone")
    }
    guard zones.count == 1 else {
      throw TableLocation.refusal(location, "several parts of its path name a zone")
    }
    names.remove(at: place)
    guard !names.isEmpty else {
      throw TableLocation.refusal(location, "it names a zone and no table")
    }
    self.zone = zone
    components = names
  }

  /// The table that the location is of: `a_b` where there are several components.
  package var table: TableName { TableName(zone, components.joined(separator: "_")) }

  /// The directory, from the workspace.
  package var path: String {
    (["lake", zone.rawValue] + components).joined(separator: "/")
  }

  /// The location of a definition as the catalog keeps it: one of S3 is mapped; another one is a
  /// path in the workspace, or an absolute one that is inside of it.
  package static func resolve(
    _ location: String, in workspace: Workspace, _ fileSystem: any FileSystem
  ) throws(LakeError) -> String {
    if pathOfS3(location) != nil { return try TableLocation(s3: location).path }
    if location.hasPrefix("/") {
      let resolved = try PathSafety.resolve(location, inside: workspace.root, in: fileSystem)
      return workspace.location(of: resolved)
    }
    let parts = try PathSafety.components(of: location)
    guard !parts.isEmpty else {
      throw PathSafety.refusal(location, "it is empty")
    }
    let path = Path.join(workspace.root, parts.joined(separator: "/"))
    _ = try PathSafety.resolve(path, inside: workspace.root, in: fileSystem)
    return parts.joined(separator: "/")
  }

  /// Bucket and path; nil where the text is no location of S3.
  private static func pathOfS3(_ location: String) -> Substring? {
    let lowered = location.lowercased()
    for scheme in ["s3://", "s3a://", "s3n://"] where lowered.hasPrefix(scheme) {
      return location.dropFirst(scheme.count)
    }
    return nil
  }

  private static func refusal(_ location: String, _ reason: String) -> LakeError {
    LakeError(
      .invalidInput, "the location is not in the lake: \(reason)", at: .file(location),
      hint: "One part of the path says the zone (landing, trusted, curated) and the others the "
        + "table: s3://bucket/customer/landing/ and s3://bucket/landing/customer/ are both "
        + "landing.customer.")
  }
}
