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
  let excerpt: String

  /// An error in a text that is at hand; the error itself where it is about something else.
  static func adding(_ text: SourceText, to error: LakeError) -> any Error {
    guard let place = error.place, place.path == text.file, let excerpt = text.excerpt(place)
    else { return error }
    return SourcedError(error: error, excerpt: excerpt)
  }

  /// An error in a file of SQL of the workspace, which is read once more for its line; the error
  /// itself where it is about something else.
  static func readingSource(of error: LakeError, root: String?) -> any Error {
    guard let excerpt = excerpt(error.place, root: root) else { return error }
    return SourcedError(error: error, excerpt: excerpt)
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
    throw SourcedError.readingSource(
      of: error, root: try? workspace.sessionIfAny?.layout.root)
  }
}
