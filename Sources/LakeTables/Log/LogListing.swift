import LakeCore

/// What is in `_delta_log`, by the names.
struct LogListing {
  /// Ascending.
  private(set) var entries: [Int] = []
  /// Whole ones, the oldest first: a checkpoint of several parts counts where all are there.
  private(set) var checkpoints: [LogCheckpoint] = []

  init(names: [String]) {
    var parts: [LogCheckpoint.Parts: [String]] = [:]
    // The names are in byte order, which is that of versions and parts.
    for name in names {
      if let version = LogFileName.version(ofEntry: name) {
        entries.append(version)
      } else if let checkpoint = CheckpointName(name) {
        switch checkpoint.kind {
        case .single, .named:
          checkpoints.append(LogCheckpoint(version: checkpoint.version, names: [name]))
        case .part(_, let count):
          parts[.init(version: checkpoint.version, count: count), default: []].append(name)
        }
      }
    }
    for (key, names) in parts where names.count == key.count {
      checkpoints.append(LogCheckpoint(version: key.version, names: names))
    }
    checkpoints.sort { ($0.version, $0.names[0]) < ($1.version, $1.names[0]) }
  }

  var latest: Int? {
    [entries.last, checkpoints.last?.version].compactMap { $0 }.max()
  }

  /// The first version from `start` to `end` that has no entry.
  func gap(from start: Int, through end: Int) -> Int? {
    guard start <= end else { return nil }
    var wanted = start
    for version in entries where version >= start {
      if version > end || version != wanted { break }
      wanted += 1
    }
    return wanted > end ? nil : wanted
  }

  /// The first entry behind a version.
  func entry(after version: Int) -> Int? { entries.first { $0 > version } }
}

/// The files of a checkpoint.
struct LogCheckpoint: Sendable, Hashable {
  struct Parts: Hashable {
    var version: Int
    var count: Int
  }

  var version: Int
  var names: [String]
}
