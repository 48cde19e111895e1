import Glibc
import LakeCore

/// The file that keeps what was entered in a shell from one time to the next: an entry a line,
/// where `\n` stands for a line end and `\\` for a back-slash. Only its owner can read it, since
/// statements can hold what is personal.
package struct HistoryFile: Sendable {
  package let path: String

  /// So many entries are kept.
  private static let entriesMax = 2_000
  private static let bytesMax = 16 << 20

  package init(path: String) {
    self.path = path
  }

  /// `LAKE_HISTORY` names the file, and empty means none; else it is `lake/history` in the
  /// directory for such things.
  package init?(_ environment: Environment) {
    if let chosen = environment["LAKE_HISTORY"] {
      if chosen.isEmpty { return nil }
      path = chosen
      return
    }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      path = Path.join(state, "lake/history")
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      path = Path.join(home, ".local/state/lake/history")
    } else {
      return nil
    }
  }

  /// The entries, from old to new; none where there is no file, or none that can be read.
  package func load() -> [String] {
    guard let bytes = try? LocalFileSystem().readWhole(path, limit: HistoryFile.bytesMax) else {
      return []
    }
    let entries = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .map { HistoryFile.entry(of: $0) }
    if entries.count > 2 * HistoryFile.entriesMax {
      rewrite(entries.suffix(HistoryFile.entriesMax))
    }
    return entries.suffix(HistoryFile.entriesMax)
  }

  /// Adds an entry, so that several shells can share the file. What cannot be kept is not kept: a
  /// shell goes on without history.
  package func append(_ entry: String) {
    makeDirectories()
    write(HistoryFile.line(of: entry), O_APPEND)
  }

  /// Shorter, by a new file in place of the old one.
  private func rewrite(_ entries: some Sequence<String>) {
    let new = HistoryFile(path: path + ".new")
    new.write(entries.map(HistoryFile.line).joined(), O_TRUNC)
    _ = rename(new.path, path)
  }

  private func write(_ text: String, _ flag: Int32) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flag, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  private func makeDirectories() {
    var directory = ""
    for part in path.split(separator: "/").dropLast() {
      directory += (directory.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
      mkdir(directory, 0o700)
    }
  }

  private static func line(of entry: String) -> String {
    entry.replacing("\\", with: "\\\\").replacing("\n", with: "\\n") + "\n"
  }

  private static func entry(of line: Substring) -> String {
    var entry = ""
    var isEscaped = false
    for character in line {
      if isEscaped {
        entry.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        entry.append(character)
      }
    }
    return entry
  }
}
