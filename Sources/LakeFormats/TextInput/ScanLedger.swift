import LakeCore

/// What a scan found in one file.
package struct FileSummary: Sendable {
  package var path: String
  package var recordCount = 0
  package var rejectCount = 0
  package var lineCount = 0
  /// After decompression.
  package var byteCount = 0
  package var notes = TextNotes()
  /// Why the file ended before its time, if it did.
  package var damage: LakeError?

  package init(path: String) {
    self.path = path
  }
}

/// Keeps the books of a scan: takes the reports of the chunks in order, counts, and turns what
/// could not be read into rejects that know their line.
final class ScanLedger {
  enum Entry: Sendable {
    /// The chunk itself comes along where it has rejects.
    case chunk(file: Int, ChunkReport, Chunk?)
    case end(file: Int, damage: LakeError?)
    /// A range in which no record begins.
    case nothing
  }

  private(set) var summaries: [FileSummary]
  /// How far each file was read.
  private var positions: [TextPosition]
  private let onError: ErrorPolicy
  private let progress: ScanProgress?
  private let reject: (Reject) throws -> Void
  /// The last reject of the file, held back: if it reaches to the file's end and the file is
  /// damaged there, the two are one.
  private var pending: Reject?
  /// Whether it was cut by damage, with blanks behind it.
  private var pendingIsCut = false

  init(
    files: [TextFile], onError: ErrorPolicy, progress: ScanProgress?,
    reject: @escaping (Reject) throws -> Void
  ) {
    summaries = files.map { FileSummary(path: $0.path) }
    positions = Array(repeating: TextPosition(), count: files.count)
    self.onError = onError
    self.progress = progress
    self.reject = reject
  }

  func enter(_ entry: Entry) throws {
    switch entry {
    case .nothing: break
    case .chunk(let file, let report, let chunk): try enter(report, chunk, of: file)
    case .end(let file, let damage): try close(file, damage)
    }
  }

  private func enter(_ report: ChunkReport, _ chunk: Chunk?, of file: Int) throws {
    let path = summaries[file].path
    if let chunk, !report.rejects.isEmpty {
      var locator = RejectLocator(chunk, file: path, position: positions[file])
      for found in report.rejects { try hold(locator.locate(found), of: file) }
      pendingIsCut = chunk.isCutOff && report.rejects.last?.reachesEnd == true
    }
    positions[file].pass(report.end)
    summaries[file].recordCount += report.recordCount
    summaries[file].lineCount += report.newlineCount
    summaries[file].byteCount += report.byteCount
    summaries[file].notes.add(report.notes)
    if let long = chunk?.oversized {
      try hold(long.reject(file: path, position: positions[file]), of: file)
      positions[file].pass(long.end)
      summaries[file].lineCount += long.end.lineCount
      summaries[file].byteCount += long.byteCount
    }
    progress?.add(bytes: report.byteCount, records: report.recordCount)
  }

  private func close(_ file: Int, _ damage: LakeError?) throws {
    summaries[file].damage = damage
    let end = summaries[file].byteCount
    if let damage {
      if var last = pending, pendingIsCut || last.byteOffset + last.byteCount >= end {
        last.reason = damage.message
        pending = last
      } else {
        let position = positions[file]
        try hold(
          Reject(
            file: summaries[file].path, byteOffset: end, byteCount: 0,
            line: position.lineCount + 1, column: position.columnCount + 1,
            reason: damage.message, hash: 0, raw: []),
          of: file)
      }
    }
    try flush()
  }

  private func hold(_ found: Reject, of file: Int) throws {
    try flush()
    summaries[file].rejectCount += 1
    pending = found
    pendingIsCut = false
    if onError == .fail { try flush() }
  }

  private func flush() throws {
    guard let found = pending else { return }
    pending = nil
    if onError == .fail {
      throw LakeError(
        .corruptData, found.reason,
        at: LakeError.Place(
          path: found.file, byteOffset: found.byteOffset, line: found.line, column: found.column),
        hint: "Keep such records aside with --on-error reject.")
    }
    try reject(found)
  }
}
