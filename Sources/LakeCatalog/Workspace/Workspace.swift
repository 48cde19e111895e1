import LakeCore

/// A directory with `lake/` (data) and `catalog/` (metadata), told by the marker
/// `catalog/workspace.json`.
package struct Workspace: Sendable, Hashable {
  package let layout: WorkspaceLayout
  package let marker: WorkspaceMarker

  package init(layout: WorkspaceLayout, marker: WorkspaceMarker) {
    self.layout = layout
    self.marker = marker
  }

  package var root: String { layout.root }

  /// The workspace that a directory is in: the nearest one upward that has the marker. Nil where
  /// there is none up to the root of the file system.
  package static func find(
    from directory: String, in fileSystem: any FileSystem
  ) throws(LakeError) -> Workspace? {
    var directory = try fileSystem.resolve(directory)
    while true {
      if let workspace = try at(directory, in: fileSystem) { return workspace }
      let parent = Path.directory(of: directory)
      if parent == directory { return nil }
      directory = parent
    }
  }

  /// The workspace whose root a directory is, given as `FileSystem.resolve` gives it.
  package static func at(
    _ root: String, in fileSystem: any FileSystem
  ) throws(LakeError) -> Workspace? {
    let layout = WorkspaceLayout(root: root)
    guard try fileSystem.status(of: layout.marker, followLinks: true) != nil else { return nil }
    let bytes = try fileSystem.readWhole(layout.marker, limit: WorkspaceMarker.byteCountMax)
    let marker = try WorkspaceMarker(bytes, path: layout.marker)
    return Workspace(layout: layout, marker: marker)
  }

  /// As above, and an error where there is none.
  package static func require(
    from directory: String, in fileSystem: any FileSystem
  ) throws(LakeError) -> Workspace {
    if let workspace = try find(from: directory, in: fileSystem) { return workspace }
    throw LakeError(
      .notFound, "this is no workspace: there is no catalog/workspace.json here or above",
      at: .file(directory), hint: "Make one with lake init, or name one with -C DIR.")
  }

  /// The absolute path of a location as the catalog keeps it.
  package func path(of location: String) -> String {
    location.hasPrefix("/") ? location : Path.join(root, location)
  }

  /// A path as the catalog keeps it: from the workspace where it is inside.
  package func location(of path: String) -> String {
    guard path.hasPrefix(root.hasSuffix("/") ? root : root + "/") else { return path }
    return String(path.dropFirst(root.count + (root.hasSuffix("/") ? 0 : 1)))
  }
}
