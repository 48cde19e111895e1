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
  static func all(of log: DeltaLog, upTo latest: Int) throws(LakeError) -> [HistoryEntry] {
    var entries: [HistoryEntry] = []
    for version in 0...latest {
      var entry = HistoryEntry(
        version: version, timestamp: 0, info: CommitInfo(members: []), addedFiles: 0,
        removedFiles: 0, addedBytes: 0, addedRows: 0)
      for action in try log.actions(ofVersion: version) { entry.count(action) }
      let time = try log.timestamp(ofVersion: version, entry.info)
      entry.timestamp = entries.last.map { max(time, $0.timestamp &+ 1) } ?? time
      entries.append(entry)
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
