import LakeCore
import LakeTestSupport
import Synchronization
import Testing

@Suite("MemoryTracker")
struct MemoryTrackerTests {
  @Test func aReservationCountsInAllParentsOrNowhere() throws {
    let session = MemoryTracker(name: "session", limit: 100)
    let query = MemoryTracker(name: "query", limit: 80, parent: session)
    let sort = MemoryTracker(name: "sort", parent: query)
    try sort.reserve(70)
    #expect([sort, query, session].map(\.usedBytes) == [70, 70, 70])
    let error = #expect(throws: LakeError.self) { try sort.reserve(11) }
    #expect(error?.code == .limitExceeded)
    #expect(
      error?.message
        == "sort needs 11 more bytes of memory; 70 of the 80 that query may use are in use")
    #expect([sort, query, session].map(\.usedBytes) == [70, 70, 70])

    let other = MemoryTracker(name: "other", parent: session)
    #expect(!other.tryReserve(31))
    #expect(other.usedBytes == 0 && session.usedBytes == 70)
    #expect(other.tryReserve(30))
    #expect(session.usedBytes == 100 && query.usedBytes == 70)

    other.release(30)
    sort.release(70)
    #expect([sort, query, session, other].map(\.usedBytes) == [0, 0, 0, 0])
    #expect([sort, query, session, other].map(\.peak) == [70, 70, 100, 30])
  }

  @Test func nothingFitsWhereTheLimitIsZeroButNothing() throws {
    let tracker = MemoryTracker(name: "none", limit: 0)
    try tracker.reserve(0)
    #expect(throws: LakeError.self) { try tracker.reserve(1) }
  }

  @Test func aNumberBeyondAllBoundsIsRefusedAndDoesNotTrap() throws {
    for limit in [nil, 1000] {
      let tracker = MemoryTracker(name: "t", limit: limit)
      try tracker.reserve(10)
      #expect(throws: LakeError.self) { try tracker.reserve(.max) }
      #expect(tracker.usedBytes == 10)
    }
  }

  /// A tracker that gives back a part of its bytes when it is asked to.
  private final class Spiller: Sendable {
    let tracker: MemoryTracker
    let calls = Shared(0)

    init(_ name: String, parent: MemoryTracker, reserving bytes: Int, freeing: Int) throws {
      tracker = MemoryTracker(name: name, parent: parent)
      try tracker.reserve(bytes)
      let (tracker, calls) = (tracker, calls)
      tracker.offerToSpill(
        MemoryTracker.Spillable(tracker: tracker) {
          calls.add(1)
          tracker.release(min(freeing, tracker.usedBytes))
        })
    }
  }

  @Test func theLargestSpillsFirst() throws {
    let session = MemoryTracker(name: "session", limit: 100)
    let small = try Spiller("small", parent: session, reserving: 30, freeing: 30)
    let large = try Spiller("large", parent: session, reserving: 60, freeing: 60)
    let scan = MemoryTracker(name: "scan", parent: session)
    try scan.reserve(50)
    #expect(large.calls.value == 1 && small.calls.value == 0)
    #expect(session.usedBytes == 80)
  }

  @Test func spillingGoesOnUntilThereIsEnoughOrNothingLeft() throws {
    let session = MemoryTracker(name: "session", limit: 100)
    let first = try Spiller("first", parent: session, reserving: 50, freeing: 20)
    let second = try Spiller("second", parent: session, reserving: 40, freeing: 20)
    let scan = MemoryTracker(name: "scan", parent: session)
    try scan.reserve(80)
    #expect(first.tracker.usedBytes + second.tracker.usedBytes <= 20)
    #expect(throws: LakeError.self) { try scan.reserve(30) }
    #expect(first.tracker.usedBytes + second.tracker.usedBytes == 0)
    #expect(session.usedBytes == 80)
  }

  @Test func onlyThoseBelowTheLimitThatIsHitAreAsked() throws {
    let session = MemoryTracker(name: "session", limit: 1000)
    let query = MemoryTracker(name: "query", limit: 50, parent: session)
    let stranger = try Spiller("stranger", parent: session, reserving: 500, freeing: 500)
    let own = try Spiller("own", parent: query, reserving: 40, freeing: 40)
    try MemoryTracker(name: "sort", parent: query).reserve(45)
    #expect(own.calls.value == 1 && stranger.calls.value == 0)
  }

  @Test func anOfferThatWasWithdrawnIsNotTaken() throws {
    let session = MemoryTracker(name: "session", limit: 100)
    let query = MemoryTracker(name: "query", parent: session)
    let spiller = try Spiller("s", parent: query, reserving: 60, freeing: 60)
    spiller.tracker.withdrawOffer(of: spiller.tracker)
    #expect(throws: LakeError.self) { try query.reserve(50) }
    #expect(spiller.calls.value == 0)
  }

  @Test func aFailureToSpillIsTheCauseOfTheError() throws {
    struct DiskFull: Error {}
    let session = MemoryTracker(name: "session", limit: 100)
    let sort = MemoryTracker(name: "sort", parent: session)
    try sort.reserve(90)
    sort.offerToSpill(MemoryTracker.Spillable(tracker: sort) { throw DiskFull() })
    let error = #expect(throws: LakeError.self) { try session.reserve(20) }
    #expect(error?.code == .limitExceeded)
    #expect(error?.cause is DiskFull)
  }

  @Test func manyThreadsNeverPassTheLimitTogether() throws {
    let session = MemoryTracker(name: "session", limit: 1000)
    let pool = try ThreadPool(threadCount: 4)
    let refused = Shared(0)
    try pool.forEach(count: 8) { _, index in
      var random = SeededRandom(seed: UInt64(index))
      let query = MemoryTracker(name: "query", parent: session)
      for _ in 0..<20_000 {
        let bytes = random.below(400)
        if query.tryReserve(bytes) {
          #expect(session.usedBytes <= 1000)
          query.release(bytes)
        } else {
          refused.add(1)
        }
      }
      #expect(query.usedBytes == 0)
    }
    #expect(session.usedBytes == 0)
    #expect(session.peak <= 1000)
  }

  /// Small reservations fit at any time; a large one that cannot fit must not stand in their way.
  @Test func aRefusedReservationNeverMakesAnotherOneFail() throws {
    let session = MemoryTracker(name: "session", limit: 1000)
    let pool = try ThreadPool(threadCount: 3)
    try pool.forEach(count: 3) { _, index in
      for _ in 0..<50_000 {
        if index == 0 {
          #expect(!session.tryReserve(2000))
        } else if session.tryReserve(100) {
          session.release(100)
        } else {
          Issue.record("refused with at most 200 of 1000 bytes in use")
        }
      }
    }
  }

  @Test func aBufferGivesItsBytesBackOnce() throws {
    let tracker = MemoryTracker(name: "t", limit: 1000)
    do {
      let buffer = try Buffer(byteCount: 600, tracker: tracker)
      let shared = [buffer, buffer]
      #expect(tracker.usedBytes == 600)
      #expect(throws: LakeError.self) { try Buffer(byteCount: 600, tracker: tracker) }
      withExtendedLifetime(shared) {}
    }
    #expect(tracker.usedBytes == 0)
    #expect(tracker.peak == 600)
  }
}
