import LakeCore

/// One version of a table, as its log tells it.
package struct HistoryEntry: Sendable, Hashable {
  package var version: Int
  /// Milliseconds since 1970; later than that of the version before, whatever the clocks said.
  package var timestamp: Int
  package var info: CommitInfo
  package var addedFiles: Int
  package var removedFiles: Int
  package var addedBytes: Int
  /// Nil where a file does not say how many rows it has.
  package var addedRows: Int?
}

extension HistoryEntry {
  /// A version by its entry alone.
  init(_ version: Int, in log: DeltaLog) throws(LakeError) {
    self.init(
      version: version, timestamp: 0, info: CommitInfo(members: []), addedFiles: 0,
      removedFiles: 0, addedBytes: 0, addedRows: 0)
    for action in try log.actions(ofVersion: version) { count(action) }
    timestamp = try log.timestamp(ofVersion: version, info)
  }

  /// The newest versions up to one, at most so many, the newest first. It ends early where older
  /// entries are gone.
  static func page(
    of log: DeltaLog, upTo latest: Int, limit: Int
  ) throws(LakeError) -> [HistoryEntry] {
    var entries: [HistoryEntry] = []
    var version = latest
    while version >= 0, entries.count < limit {
      do throws(LakeError) {
        entries.append(try HistoryEntry(version, in: log))
      } catch {
        if error.code == .notFound { break }
        throw error
      }
      version -= 1
    }
    for index in entries.indices.dropLast().reversed() {
      entries[index].timestamp = max(
        entries[index].timestamp, entries[index + 1].timestamp &+ 1)
    }
    return entries
  }

  private mutating func count(_ action: Action) {
    switch action {
    case .commitInfo(let info): self.info = info
    case .add(let file):
      addedFiles += 1
      addedBytes &+= file.size
      if let sum = addedRows, let rows = file.rowCount {
        addedRows = sum &+ rows
      } else {
        addedRows = nil
      }
    case .remove: removedFiles += 1
    case .tableProtocol, .metadata, .transaction: break
    }
  }
}
