import Foundation
import LakeCore
import LakeTestSupport

/// What somebody saw of a table who knows nothing of this library.
enum OutsideView: Hashable, CustomStringConvertible {
  case nothing
  /// Sorted.
  case rows([String])
  case broken(String)

  init(_ rows: [String]?) {
    self = rows.map { .rows($0.sorted()) } ?? .nothing
  }

  var description: String {
    switch self {
    case .nothing: "no table"
    case .rows(let rows): "\(rows.count) rows \(rows.first ?? "") … \(rows.last ?? "")"
    case .broken(let what): what
    }
  }
}

/// A reader that is given a directory, and lists it.
struct PlainReader {
  let disk: any FileSystem

  /// How readers look for files: all of a directory but what is hidden, or by a pattern. The first
  /// look at each file that they listed, leave out what is gone by then, and only then open any, as
  /// pyarrow does; the others open what they listed.
  enum Manner: CaseIterable {
    case directory, pattern, deepPattern
  }

  private struct File {
    var path: String
    var partition: String
  }

  func read(_ directory: String, _ manner: Manner) -> OutsideView {
    do throws(LakeError) {
      guard try disk.status(of: directory, followLinks: true) != nil else { return .nothing }
      var isIncomplete = false
      let files = try files(in: directory, manner, "", &isIncomplete)
      // Such a table has no columns either, and whoever asks for one is told.
      if files.isEmpty, isIncomplete { return .broken("no such file") }
      var rows: [String] = []
      for file in files {
        rows += try disk.dataLines(of: file.path).map { $0 + file.partition }
      }
      return .rows(rows.sorted())
    } catch {
      return .broken("\(error)")
    }
  }

  private func files(
    in directory: String, _ manner: Manner, _ partition: String, _ isIncomplete: inout Bool
  ) throws(LakeError) -> [File] {
    var files: [File] = []
    for name in try disk.list(directory) where !name.hasPrefix(".") {
      if manner == .directory, name.hasPrefix("_") { continue }
      let path = Path.join(directory, name)
      guard let status = try disk.status(of: path, followLinks: true) else {
        isIncomplete = true
        if manner == .directory { continue }
        throw LakeError(.notFound, "no such file", at: .file(path))
      }
      if status.kind == .directory {
        if manner == .pattern { continue }
        let level = name.contains("=") ? "\(partition) \(name)" : ""
        files += try self.files(in: path, manner, level, &isIncomplete)
      } else if manner == .directory || name.hasSuffix(".parquet") {
        files.append(File(path: path, partition: partition))
      }
    }
    return files
  }
}

/// A reader that follows the log, as other programs do: no locks, no repairs.
struct LogReader {
  let disk: any FileSystem

  struct State {
    var version: Int
    var view: OutsideView
    /// All files that some entry adds.
    var named: Set<String>
    var jobs: [Int: String]
  }

  private struct File {
    var size: Int
    var partition: String
  }

  /// Nil where there is no table. Entries must be contiguous, each file there and of its size.
  func read(_ root: String, version: Int? = nil) throws(LakeError) -> State? {
    let log = Path.join(root, "_delta_log")
    guard try disk.status(of: log, followLinks: true) != nil else { return nil }
    let entries = try disk.list(log).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
    guard !entries.isEmpty else { return nil }
    var state = State(version: -1, view: .nothing, named: [], jobs: [:])
    var files: [String: File] = [:]
    for (expected, entry) in entries.enumerated() where expected <= version ?? .max {
      guard Int(entry.dropLast(".json".count)) == expected else {
        throw broken("version \(expected) is missing", log)
      }
      try apply(try disk.dataLines(of: Path.join(log, entry)), expected, to: &files, &state)
      state.version = expected
    }
    state.view = try view(of: files, root)
    return state
  }

  private func apply(
    _ lines: [String], _ version: Int, to files: inout [String: File], _ state: inout State
  ) throws(LakeError) {
    var added: [String: File] = [:]
    for line in lines {
      let action = try JSONValue(parsing: line)
      if let path = action["remove"]?["path"]?.text { files[path] = nil }
      if let job = action["commitInfo"]?["lake.job"]?.text { state.jobs[version] = job }
      guard let add = action["add"], let path = add["path"]?.text else { continue }
      let values = (add["partitionValues"]?.members ?? []).sorted { $0.name < $1.name }
      added[path] = File(
        size: add["size"]?.integer ?? -1,
        partition: values.map { member in
          " \(member.name)=\(member.value.text ?? "__HIVE_DEFAULT_PARTITION__")"
        }.joined())
      state.named.insert(path)
    }
    files.merge(added) { _, new in new }
  }

  private func view(of files: [String: File], _ root: String) throws(LakeError) -> OutsideView {
    var rows: [String] = []
    for (path, file) in files {
      let place = Path.join(root, path.removingPercentEncoding ?? path)
      let status = try disk.status(of: place, followLinks: true)
      guard let status else { throw broken("a file of the log is missing", place) }
      guard status.size == file.size else {
        throw broken("the log says \(file.size) bytes, and there are \(status.size)", place)
      }
      rows += try disk.dataLines(of: place).map { $0 + file.partition }
    }
    return .rows(rows.sorted())
  }

  private func broken(_ what: String, _ path: String) -> LakeError {
    LakeError(.corruptData, what, at: .file(path))
  }
}

extension FileSystem {
  /// The lines of a file, of which the last is whole too.
  func dataLines(of path: String) throws(LakeError) -> [String] {
    let bytes = try readWhole(path, limit: 1 << 24)
    guard bytes.isEmpty || bytes.last == UInt8(ascii: "\n") else {
      throw LakeError(.corruptData, "a file ends in the middle", at: .file(path))
    }
    return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}
