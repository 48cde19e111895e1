import LakeCore

extension Workspace {
  /// State that can be made anew from the files, and is nobody's to keep.
  private static let ignored = """
    # Made by lake from the files of landing, the pipelines and the definitions.
    /catalog/lake.sqlite*
    /catalog/.run.lock
    /lake/.tables/
    /lake/.rejects/
    /lake/trusted/
    /lake/curated/
    .lake-tmp-*

    """

  /// Makes a workspace in a directory, which is made too if it is not there. What is there already
  /// stays as it is; a directory that is a workspace is refused.
  package static func create(
    at directory: String, named name: String? = nil, in fileSystem: any FileSystem
  ) throws(LakeError) -> Workspace {
    try fileSystem.makeDirectories(directory)
    let root = try fileSystem.resolve(directory)
    let layout = WorkspaceLayout(root: root)
    if try fileSystem.status(of: layout.marker, followLinks: false) != nil {
      throw LakeError(.alreadyExists, "this is a workspace already", at: .file(root))
    }
    for zone in Zone.allCases { try fileSystem.makeDirectories(layout.zone(zone)) }
    try fileSystem.makeDirectories(layout.catalogDirectory)
    if let pipelines = layout.pipelineDirectories.first {
      try fileSystem.makeDirectories(pipelines)
    }
    let ignore = Path.join(root, ".gitignore")
    if try fileSystem.status(of: ignore, followLinks: false) == nil {
      try write(ignored, to: ignore, fileSystem)
    }
    // The marker last: a directory becomes a workspace when all of it is there.
    let marker = WorkspaceMarker(named: name ?? Path.lastComponent(of: root))
    try write(marker.text, to: layout.marker, fileSystem)
    return Workspace(layout: layout, marker: marker)
  }

  private static func write(
    _ text: String, to path: String, _ fileSystem: any FileSystem
  ) throws(LakeError) {
    let writer = try AtomicFileWriter(path: path, fileSystem: fileSystem)
    var sink = try ByteSink()
    try sink.append(text)
    let view = sink.view
    try writer.write(UnsafeRawBufferPointer(start: view.start, count: view.count))
    try writer.commit()
  }
}
