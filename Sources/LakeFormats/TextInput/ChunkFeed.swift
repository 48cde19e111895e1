import LakeCore

/// The chunks of several files, one file after the other. Called under a lock, by one thread at a
/// time.
final class ChunkFeed {
  enum Item: Sendable {
    case chunk(ChunkRequest, file: Int)
    /// All chunks of the file were given; `damage` tells why they may be too few.
    case end(file: Int, damage: LakeError?)
  }

  private let files: [TextFile]
  private let sizes: ChunkSizes
  private let tracker: MemoryTracker?
  private var index = 0
  private var producer: (any ChunkProducer)?

  init(files: [TextFile], sizes: ChunkSizes, tracker: MemoryTracker?) {
    self.files = files
    self.sizes = sizes
    self.tracker = tracker
  }

  func next() throws -> Item? {
    guard index < files.count else { return nil }
    if case .blank(let blank) = files[index].format {
      defer { index += 1 }
      return .end(file: index, damage: blank.damage)
    }
    let producer = try producer ?? files[index].makeProducer(sizes: sizes, tracker: tracker)
    self.producer = producer
    if let request = try producer.next() { return .chunk(request, file: index) }
    defer {
      index += 1
      self.producer = nil
    }
    return .end(file: index, damage: producer.damage)
  }
}
