import LakeCatalog
import LakeCore
import LakeSamples

/// What a new workspace begins with.
public enum WorkspaceTemplate: String, Sendable, CaseIterable {
  /// The STEDI case: three landing tables of synthetic people, a consent policy, five jobs.
  case stedi
}

extension Lake {
  /// Makes a workspace in a directory, which is made too if it is not there. What is there already
  /// stays as it is; a file that a template would write over is an error before anything is
  /// written.
  @discardableResult
  public func createWorkspace(
    at directory: String, named name: String? = nil, template: WorkspaceTemplate? = nil
  ) throws -> LakeWorkspace {
    if template == .stedi { try refuseFilesOfTemplate(in: directory) }
    let workspace = try Workspace.create(at: directory, named: name, in: fileSystem)
    if template == .stedi { try fillFromStedi(workspace) }
    return self.workspace(from: workspace.root)
  }

  private func refuseFilesOfTemplate(in directory: String) throws(LakeError) {
    for (path, _) in StediTemplate.files {
      let target = Path.join(directory, path)
      guard try fileSystem.status(of: target, followLinks: false) != nil else { continue }
      throw LakeError(
        .alreadyExists, "the template would write over this file", at: .file(target),
        hint: "Make the workspace in an empty directory.")
    }
  }

  private func fillFromStedi(_ workspace: Workspace) throws {
    for (path, text) in StediTemplate.files {
      let target = Path.join(workspace.root, path)
      try fileSystem.makeDirectories(Path.directory(of: target))
      try fileSystem.writeWhole(text, to: target)
    }
    let generator = StediGenerator(
      StediTemplate.sample, fileSystem: fileSystem, pool: pool, memory: memory)
    _ = try generator.generate(into: workspace.root)
    // It speaks of the generator's options, and would be a stranger among the landing tables.
    let readme = Path.join(workspace.layout.zone(.landing), "README.md")
    if try fileSystem.status(of: readme, followLinks: false) != nil {
      try fileSystem.removeFile(readme)
    }
  }
}

extension FileSystem {
  /// Writes a file that appears under its name when it is whole and durable, in place of one that
  /// is there.
  func writeWhole(_ text: String, to path: String) throws(LakeError) {
    let writer = try AtomicFileWriter(path: path, fileSystem: self)
    try writer.write(text)
    try writer.commit()
  }
}
