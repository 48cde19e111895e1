import LakeCore
import LakeSQL

/// A folder of SQL: the jobs of a pipeline, in the order in which they can be executed.
package struct Pipeline: Sendable {
  package var name: String
  /// From the workspace's root.
  package var folder: String
  package var jobs: [JobDefinition]

  package func job(making table: TableName) -> JobDefinition? {
    jobs.first { $0.target == table }
  }
}

extension Pipeline {
  /// A pipeline of one statement that was typed and stands in no file.
  package init(_ statement: Statement, in text: SourceText) throws(LakeError) {
    var statements = PipelineStatements()
    try statements.add(statement, of: text)
    self.init(name: "sql", folder: "", jobs: try statements.finish())
  }
}

/// Finds and reads pipelines.
package struct PipelineReader: Sendable {
  let layout: WorkspaceLayout
  let fileSystem: any FileSystem

  private static let fileBytesMax = 16 << 20

  package init(layout: WorkspaceLayout, fileSystem: any FileSystem) {
    self.layout = layout
    self.fileSystem = fileSystem
  }

  /// The folders that hold a pipeline: those of `pipelines/`, then those of `examples/`. A name
  /// that is in both stands for the first.
  package func folders() throws(LakeError) -> [(name: String, path: String)] {
    var found: [(name: String, path: String)] = []
    for directory in layout.pipelineDirectories {
      guard try isDirectory(directory) else { continue }
      for name in try fileSystem.list(directory) where !name.hasPrefix(".") {
        let path = Path.join(directory, name)
        guard try isDirectory(path), try !sqlFiles(in: path).isEmpty,
          !found.contains(where: { $0.name.lowercased() == name.lowercased() })
        else { continue }
        found.append((name, path))
      }
    }
    return found
  }

  /// A pipeline by its name, without case; without a name, the only one there is.
  package func find(_ name: String?) throws(LakeError) -> Pipeline {
    let folders = try folders()
    guard let name else {
      if folders.count == 1 { return try read(folders[0]) }
      throw LakeError(
        folders.isEmpty ? .notFound : .invalidInput,
        folders.isEmpty
          ? "there is no pipeline" : "there are several pipelines: \(folders.map(\.name).listed)",
        hint: folders.isEmpty
          ? "A pipeline is a folder of .sql files below pipelines/." : "Say which one to run.")
    }
    if let folder = folders.first(where: { $0.name.lowercased() == name.lowercased() }) {
      return try read(folder)
    }
    throw LakeError(
      .notFound, "there is no pipeline '\(name)'",
      hint: Suggestion.hint(for: name, among: folders.map(\.name))
        ?? (folders.isEmpty
          ? "A pipeline is a folder of .sql files below pipelines/."
          : "There are: \(folders.map(\.name).listed)."))
  }

  /// All pipelines; two that make one table are refused.
  package func all() throws(LakeError) -> [Pipeline] {
    var pipelines: [Pipeline] = []
    var makers: [TableName: String] = [:]
    for folder in try folders() {
      let pipeline = try read(folder)
      for job in pipeline.jobs {
        if let other = makers[job.target] {
          throw LakeError(
            .invalidInput, "two pipelines make the table \(job.target): \(other) and \(job.file)",
            at: .file(job.file), hint: "Remove one of the two statements.")
        }
        makers[job.target] = job.file
      }
      pipelines.append(pipeline)
    }
    return pipelines
  }

  private func read(_ folder: (name: String, path: String)) throws(LakeError) -> Pipeline {
    var statements = PipelineStatements()
    for file in try sqlFiles(in: folder.path) {
      let path = Path.join(folder.path, file)
      let bytes = try fileSystem.readWhole(path, limit: PipelineReader.fileBytesMax)
      if let fault = bytes.firstInvalidUTF8 {
        throw LakeError(
          .invalidInput, "the file is not UTF-8", at: .file(relative(path), offset: fault),
          hint: "Save it as UTF-8.")
      }
      let sql = String(decoding: bytes, as: UTF8.self)
      let text = SourceText(sql, file: relative(path))
      for statement in try SQLParser.parse(sql, file: text.file) {
        try statements.add(statement, of: text)
      }
    }
    let jobs = try statements.finish()
    return Pipeline(
      name: folder.name, folder: relative(folder.path), jobs: try PipelineGraph.ordered(jobs))
  }

  private func sqlFiles(in directory: String) throws(LakeError) -> [String] {
    try fileSystem.list(directory).filter {
      $0.lowercased().hasSuffix(".sql") && !$0.hasPrefix(".")
    }
  }

  private func isDirectory(_ path: String) throws(LakeError) -> Bool {
    try fileSystem.status(of: path, followLinks: true)?.kind == .directory
  }

  private func relative(_ path: String) -> String {
    path.hasPrefix(layout.root + "/") ? String(path.dropFirst(layout.root.count + 1)) : path
  }
}

extension [String] {
  var listed: String { joined(separator: ", ") }
}

extension [UInt8] {
  /// The place of the first byte that is no UTF-8.
  fileprivate var firstInvalidUTF8: Int? {
    withUnsafeBytes { bytes in ByteView(bytes).flatMap { UTF8Text.firstInvalidByte(in: $0) } }
  }
}
