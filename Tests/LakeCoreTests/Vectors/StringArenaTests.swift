import LakeCore
import Testing

@Suite("String arena")
struct StringArenaTests {
  private func append(_ text: String, to arena: inout StringArena) throws -> StringView {
    let bytes = Array(text.utf8) + [0]
    return try bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return StringView() }
      return try arena.append(base, count: text.utf8.count)
    }
  }

  @Test func viewsStayRightWhileTheArenaGrows() throws {
    var arena = StringArena()
    let texts = (0..<2000).map { String(repeating: "\($0)-", count: $0 % 40) }
    var views: [StringView] = []
    for text in texts { views.append(try append(text, to: &arena)) }
    #expect(views.map { $0.text } == texts)
    #expect(arena.owners.count > 3)
  }

  @Test func shortStringsTakeNoRoomAndLongOnesTheirOwnChunk() throws {
    var arena = StringArena()
    _ = try append("abcdefghijkl", to: &arena)
    #expect(arena.byteCount == 0)
    _ = try append(String(repeating: "x", count: 100_000), to: &arena)
    #expect(arena.byteCount == 100_000)
  }

  @Test func memoryIsReservedBeforeItIsTaken() throws {
    let tracker = MemoryTracker(name: "test", limit: 10_000)
    do {
      var arena = StringArena(tracker: tracker)
      _ = try append("a text that no view can hold", to: &arena)
      #expect(tracker.usedBytes == arena.byteCount)
      #expect(throws: LakeError.self) {
        _ = try append(String(repeating: "x", count: 20_000), to: &arena)
      }
    }
    #expect(tracker.usedBytes == 0)
  }

  @Test func compactionLetsTheOwnersGo() throws {
    let tracker = MemoryTracker(name: "test")
    let long = { (row: Int) in Value.string("a text that no view can hold: \(row)") }
    var vector: ColumnVector? = try .of(.varchar, (0..<1000).map(long), tracker: tracker)
    let kernels = Kernels(tracker: tracker)
    let flags = try ColumnVector.of(.boolean, (0..<1000).map { .bool($0 % 100 == 0) })
    var few: ColumnVector?
    if let vector { few = try kernels.gather(vector, kernels.filter(flags)) }
    vector = nil
    let held = tracker.usedBytes
    if let kept = few { few = try kernels.compacted(kept) }
    #expect(tracker.usedBytes < held / 4)
    #expect(few?.allValues == (0..<10).map { long($0 * 100) })
  }
}

@Suite("Memory of kernels")
struct KernelMemoryTests {
  @Test func everyResultCountsAndIsGivenBack() throws {
    let tracker = MemoryTracker(name: "test")
    let kernels = Kernels(tracker: tracker)
    let numbers = try ColumnVector.of(.bigint, (0..<1000).map { .int(Int64($0)) })
    do {
      let text = try kernels.cast(numbers, to: .varchar).vector
      #expect(tracker.usedBytes >= 16_000)
      #expect(text.value(at: 7) == .string("7"))
    }
    #expect(tracker.usedBytes == 0)
  }

  @Test func aRefusalIsAnErrorAndLeaksNothing() throws {
    let numbers = try ColumnVector.of(.bigint, (0..<1000).map { .int(Int64($0)) })
    for limit in stride(from: 0, to: 40_000, by: 1111) {
      let tracker = MemoryTracker(name: "test", limit: limit)
      let kernels = Kernels(tracker: tracker)
      do throws(LakeError) {
        _ = try kernels.cast(numbers, to: .json).vector
        _ = try kernels.concatenate([numbers, numbers])
      } catch {
        #expect(error.code == .limitExceeded)
      }
      #expect(tracker.usedBytes == 0)
    }
  }
}
