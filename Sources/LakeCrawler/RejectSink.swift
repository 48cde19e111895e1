import LakeCatalog
import LakeCore
import LakeFormats

/// Takes the rejects of a scan over several files, which come file after file, and keeps them in
/// the store of rejects, or only counts them.
final class RejectSink {
  /// A file that is read.
  struct Source {
    var table: TableName
    /// From the location of the table.
    var path: String
    var absolutePath: String
  }

  struct Result {
    var firstReason: String?
    var first: [Reject] = []
  }

  static let shownMax = 5

  private(set) var results: [Result]
  private let sources: [Source]
  private let places: [String: Int]
  private let store: RejectStore?
  private let workspace: Workspace
  private var current = -1
  private var writer: RejectWriter?

  init(_ sources: [Source], store: RejectStore?, workspace: Workspace) {
    self.sources = sources
    self.store = store
    self.workspace = workspace
    results = Array(repeating: Result(), count: sources.count)
    places = Dictionary(
      sources.enumerated().map { ($1.absolutePath, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func add(_ reject: Reject) throws(LakeError) {
    guard let place = places[reject.file] else { return }
    if place != current {
      try finish()
      current = place
      let source = sources[place]
      writer = try store?.writer(of: source.table, source: source.path)
    }
    var reject = reject
    reject.file = workspace.location(of: reject.file)
    if results[place].firstReason == nil { results[place].firstReason = reject.reason }
    if results[place].first.count < RejectSink.shownMax { results[place].first.append(reject) }
    try writer?.add(reject)
  }

  /// Makes what was written appear.
  func finish() throws(LakeError) {
    try writer?.commit()
    writer = nil
    current = -1
  }
}
