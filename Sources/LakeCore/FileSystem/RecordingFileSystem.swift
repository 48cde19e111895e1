/// Passes all operations on and keeps a log of them that can be compared with a golden list.
///
/// Paths below `root` are shown relative to it, and temporary names (`TemporaryName`) are numbered
/// in the order of their first use, so that two runs of the same work give the same log. A failed
/// operation is noted with the code of its error.
package final class RecordingFileSystem: InterceptingFileSystem {
  private struct Log {
    var lines: [String] = []
    var temporaryNames: [String: Int] = [:]
  }

  package let base: any FileSystem
  private let root: String
  private let recordsReads: Bool
  private let state = Monitor(Log())

  /// Reads change nothing and depend on caches and sizes; they are left out unless asked for.
  package init(_ base: any FileSystem, root: String, recordsReads: Bool = false) {
    self.base = base
    self.root = root
    self.recordsReads = recordsReads
  }

  /// One line for each operation, in the order in which they ended.
  package var log: [String] { state.withLock { $0.lines } }

  package func intercept<R>(
    _ operation: FileOperation, _ body: (_ limit: Int) throws(LakeError) -> R
  ) throws(LakeError) -> R {
    do throws(LakeError) {
      let result = try body(.max)
      record(operation, outcome: "")
      return result
    } catch {
      record(operation, outcome: ": \(error.code)")
      throw error
    }
  }

  private func record(_ operation: FileOperation, outcome: String) {
    guard operation.isChange || recordsReads else { return }
    state.withLock { log in
      let line = operation.text { path in shownName(of: path, &log.temporaryNames) }
      log.lines.append(line + outcome)
    }
  }

  private func shownName(of path: String, _ temporaryNames: inout [String: Int]) -> String {
    if path == root { return "." }
    let isBelow = path.hasPrefix(root + "/")
    let shown = isBelow ? String(path.dropFirst(root.count + 1)) : path
    let name = Path.lastComponent(of: shown)
    guard TemporaryName.matches(name) else { return shown }
    let number = temporaryNames[name] ?? temporaryNames.count + 1
    temporaryNames[name] = number
    return String(shown.dropLast(name.count)) + TemporaryName.prefix + String(number)
  }
}
