import LakeCore
import LakeFormats
import LakeSQL
import Lakehouse

extension CommandContext {
  /// The workspace that the command works on: that of `-C`, else of `LAKE_WORKSPACE`, else of the
  /// current directory. It is looked for when something needs it.
  func workspace() throws -> LakeWorkspace {
    let lake = try makeLake()
    let chosen = globals.directory == nil ? Environment.process["LAKE_WORKSPACE"] : nil
    return lake.workspace(
      from: chosen.flatMap { $0.isEmpty ? nil : $0 } ?? ".", cancellation: interruption.flag,
      onWait: { note("waiting for \($0), which writes to the catalog") })
  }

  /// Shows what a long reading has done so far.
  func scanProgress(_ label: String) -> (line: ProgressLine, report: ScanProgress) {
    let line = ProgressLine(label, context: self)
    return (line, ScanProgress { records, bytes in line.advance(rows: records, bytes: bytes) })
  }
}

/// An error in SQL, with the line that it is in.
struct SourcedError: Error {
  let error: LakeError
  /// The line with a caret under the place.
  let excerpt: String?

  init(_ error: LakeError, excerpt: String?) {
    self.error = error
    self.excerpt = excerpt
  }

  /// An error in a text that is at hand.
  init(_ error: LakeError, in text: SourceText) {
    let isHere = error.place != nil && error.place?.path == text.file
    self.init(error, excerpt: isHere ? error.place.flatMap { text.excerpt($0) } : nil)
  }

  /// An error in a file of SQL of the workspace, which is read once more for its line.
  init(_ error: LakeError, root: String?) {
    self.init(error, excerpt: SourcedError.excerpt(error.place, root: root))
  }

  private static func excerpt(_ place: LakeError.Place?, root: String?) -> String? {
    guard let place, let path = place.path, place.line != nil,
      path.lowercased().hasSuffix(".sql")
    else { return nil }
    let file = path.hasPrefix("/") ? path : root.map { Path.join($0, path) } ?? path
    guard let bytes = try? LocalFileSystem().readWhole(file, limit: 16 << 20) else { return nil }
    return SourceText(String(decoding: bytes, as: UTF8.self)).excerpt(place)
  }
}

/// Runs a body, and gives its errors in files of SQL the line that they are in.
func showingSource<T>(of workspace: LakeWorkspace, _ body: () throws -> T) throws -> T {
  do {
    return try body()
  } catch let error as LakeError {
    throw SourcedError(error, root: try? workspace.sessionIfAny?.layout.root)
  }
}
