import LakeCore
import LakeFormats

/// Takes the rejects of a scan: all of them into a file where one is wanted, the first few for the
/// report.
final class RejectLog {
  static let shownMax = 5

  private(set) var first: [RejectSummary] = []
  private let writer: AtomicFileWriter?

  init(_ writer: AtomicFileWriter?) {
    self.writer = writer
  }

  func add(_ reject: Reject) throws(LakeError) {
    if first.count < RejectLog.shownMax { first.append(RejectSummary(reject)) }
    guard let writer else { return }
    var sink = try ByteSink()
    try reject.append(to: &sink)
    let view = sink.view
    try writer.write(UnsafeRawBufferPointer(start: view.start, count: view.count))
  }

  func commit() throws(LakeError) { try writer?.commit() }
}
