import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("forEach")
struct ForEachTests {
  private struct Failure: Error, Equatable { var index: Int }

  @Test(arguments: [1, 2, 5], [0, 1, 2, 7, 500])
  func everyIndexRunsOnce(threads: Int, count: Int) throws {
    let pool = try ThreadPool(threadCount: threads)
    let seen = Shared([Int]())
    try pool.forEach(count: count) { worker, index in
      #expect((0..<threads).contains(worker))
      seen.withLock { $0.append(index) }
    }
    #expect(seen.value.sorted() == Array(0..<count))
  }

  @Test func theLowestIndexThatFailsWins() throws {
    let pool = try ThreadPool(threadCount: 4)
    var random = SeededRandom(seed: 7)
    for _ in 0..<300 {
      // Neighbours, so that they are likely to fail at the same time.
      let lowest = random.below(57)
      let failing = [lowest, lowest + 1, lowest + 2]
      let delays = (0..<60).map { _ in UInt32(random.below(4) == 0 ? 50 : 0) }
      #expect(throws: Failure(index: lowest)) {
        try pool.forEach(count: 60) { _, index in
          if delays[index] > 0 { usleep(delays[index]) }
          if failing.contains(index) { throw Failure(index: index) }
        }
      }
    }
  }

  @Test func nothingOfItRunsAfterItFailed() throws {
    let pool = try ThreadPool(threadCount: 4)
    let running = Shared(0)
    for _ in 0..<50 {
      #expect(throws: Failure.self) {
        try pool.forEach(count: 100) { _, index in
          running.add(1)
          usleep(20)
          running.add(-1)
          if index % 10 == 3 { throw Failure(index: index) }
        }
      }
      #expect(running.value == 0)
    }
  }

  @Test func cancellationEndsIt() throws {
    let pool = try ThreadPool(threadCount: 2)
    let flag = CancellationFlag()
    let count = Shared(0)
    let error = #expect(throws: LakeError.self) {
      try pool.forEach(count: 1_000_000, cancellation: flag) { _, index in
        count.add(1)
        if index == 100 { flag.cancel() }
      }
    }
    #expect(error?.code == .cancelled)
    #expect(count.value < 1_000_000)
  }
}
