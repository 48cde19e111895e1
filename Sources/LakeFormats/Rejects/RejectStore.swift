import LakeCore

/// Where the refused records of tables are kept: `lake/.rejects/<zone>/<table>/`, a file of
/// newline-delimited JSON for each source that had any (a file of landing, or a run).
///
/// What a source had is replaced as a whole when the source is read again, and goes away with it.
package struct RejectStore: Sendable {
  private let layout: WorkspaceLayout
  private let fileSystem: any FileSystem

  package init(layout: WorkspaceLayout, fileSystem: any FileSystem) {
    self.layout = layout
    self.fileSystem = fileSystem
  }

  /// The file for the rejects of a source: the end of its name, so that people find it, and a hash
  /// of all of it.
  package func path(of table: TableName, source: String) -> String {
    let hash = ByteView.withUTF8(of: source) { XXH64.hash($0) }
    let digits = String(hash, radix: 16)
    let name = Path.lastComponent(of: source).utf8.suffix(80).map { byte -> Character in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
        Character(Unicode.Scalar(byte))
      default: "_"
      }
    }
    let stem = String(name.drop { $0 == "." })
    let file = "\(stem)-\(String(repeating: "0", count: 16 - digits.count))\(digits).ndjson"
    return Path.join(layout.rejects(of: table), file)
  }

  /// The files of a table's rejects, in byte order.
  package func files(of table: TableName) throws(LakeError) -> [String] {
    let directory = layout.rejects(of: table)
    guard try fileSystem.status(of: directory, followLinks: false)?.kind == .directory else {
      return []
    }
    return try fileSystem.list(directory)
      .filter { $0.hasSuffix(".ndjson") && !TemporaryName.matches($0) }
      .map { Path.join(directory, $0) }
  }

  /// Begins to write the rejects of a source. What it had before stays until the commit.
  package func writer(of table: TableName, source: String) throws(LakeError) -> RejectWriter {
    try fileSystem.makeDirectories(layout.rejects(of: table))
    return RejectWriter(
      try AtomicFileWriter(path: path(of: table, source: source), fileSystem: fileSystem))
  }

  /// Removes the rejects of a source, if there are any.
  package func remove(of table: TableName, source: String) throws(LakeError) {
    let path = path(of: table, source: source)
    guard try fileSystem.status(of: path, followLinks: false) != nil else { return }
    try fileSystem.removeFile(path)
    try fileSystem.syncDirectory(layout.rejects(of: table))
  }

  /// Hands out the rejects of a table in the order of files and records, until `body` returns
  /// false.
  package func read(
    of table: TableName, on pool: ThreadPool, libraries: CodecLibraries,
    _ body: (Reject) throws -> Bool
  ) throws {
    for path in try files(of: table) {
      let file = try TextFile.open(path, as: .json, in: fileSystem, libraries: libraries)
      var wantsMore = true
      let scan = TextScan(files: [file])
      _ = try scan.run(
        on: pool, makeDecoder: try scan.decoderFactory(schema: Reject.schema),
        transform: { batch in try Reject.rejects(in: batch) },
        consume: { rejects in
          for reject in rejects where wantsMore { wantsMore = try body(reject) }
        },
        // A line that is no reject is none of ours.
        reject: { _ in })
      if !wantsMore { return }
    }
  }
}

/// Writes the rejects of one source.
package final class RejectWriter {
  package private(set) var count = 0
  package private(set) var firstReason: String?
  private let file: AtomicFileWriter

  init(_ file: AtomicFileWriter) {
    self.file = file
  }

  package var path: String { file.name }

  package func add(_ reject: Reject) throws(LakeError) {
    if count == 0 { firstReason = reject.reason }
    count += 1
    var sink = try ByteSink()
    try reject.append(to: &sink)
    let view = sink.view
    try file.write(UnsafeRawBufferPointer(start: view.start, count: view.count))
  }

  package func commit() throws(LakeError) { try file.commit() }
  package func abandon() { file.abandon() }
}
