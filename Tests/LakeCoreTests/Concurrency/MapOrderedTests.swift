import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("mapOrdered")
struct MapOrderedTests {
  private struct Failure: Error, Equatable {
    enum Step { case produce, transform, consume }
    var step: Step
    var item: Int
  }

  /// Gives 0, 1, … below `count`.
  private static func counter(to count: Int) -> () -> Int? {
    var next = 0
    return {
      guard next < count else { return nil }
      defer { next += 1 }
      return next
    }
  }

  @Test(arguments: [1, 2, 5], [1, 2, 16])
  func resultsComeInTheOrderOfTheItems(threads: Int, window: Int) throws {
    let pool = try ThreadPool(threadCount: threads)
    for count in [0, 1, 2, 15, 16, 17, 300] {
      var results: [Int] = []
      try pool.mapOrdered(
        window: window, produce: Self.counter(to: count),
        transform: { item in
          if item % 7 == 0 { usleep(200) }
          return item * item
        },
        consume: { results.append($0) })
      #expect(results == (0..<count).map { $0 * $0 })
    }
  }

  @Test(arguments: [1, 3, 8])
  func noMoreItemsThanTheWindowAreUnderWay(window: Int) throws {
    let pool = try ThreadPool(threadCount: 4)
    let underWay = Shared(0)
    let most = Shared(0)
    let next = Self.counter(to: 200)
    try pool.mapOrdered(
      window: window,
      produce: {
        guard let item = next() else { return nil }
        most.raise(to: underWay.add(1))
        return item
      },
      transform: { (item: Int) in item },
      consume: { item in
        if item % 20 == 0 { usleep(500) }
        underWay.add(-1)
      })
    #expect(most.value <= window)
    #expect(most.value == window, "the window should also be used")
  }

  @Test func itemsAreProducedOneAtATime() throws {
    let pool = try ThreadPool(threadCount: 4)
    let inside = Shared(0)
    let overlaps = Shared(0)
    let next = Self.counter(to: 300)
    try pool.mapOrdered(
      window: 8,
      produce: {
        if inside.add(1) > 1 { overlaps.add(1) }
        defer { inside.add(-1) }
        usleep(10)
        return next()
      },
      transform: { (item: Int) in item }, consume: { _ in })
    #expect(overlaps.value == 0)
  }

  @Test func aStateIsMadeOncePerThreadAndUsedByOneAtATime() throws {
    final class State {
      var isBusy = false
      var count = 0
    }
    let pool = try ThreadPool(threadCount: 3)
    let made = Shared(0)
    var results: [Int] = []
    try pool.mapOrdered(
      window: 6,
      makeState: {
        made.add(1)
        return State()
      },
      produce: Self.counter(to: 500),
      transform: { (state: inout State, item: Int) in
        #expect(!state.isBusy)
        state.isBusy = true
        state.count += 1
        usleep(20)
        state.isBusy = false
        return state.count
      },
      consume: { results.append($0) })
    let states = made.value
    #expect((1...3).contains(states))
    // Every state counts 1, 2, 3, … by itself.
    #expect(results.count { $0 == 1 } == states)
  }

  /// The same random faults by threads and by a plain loop must give the same prefix and error.
  @Test func faultsEndAsInAPlainLoop() throws {
    let pool = try ThreadPool(threadCount: 4)
    var random = SeededRandom(seed: 42)
    for _ in 0..<1000 {
      let count = random.below(40)
      let faults = Dictionary(
        (0..<random.below(4)).map { _ -> (Int, Failure.Step) in
          (random.below(40), [.produce, .transform, .consume][random.below(3)])
        }, uniquingKeysWith: { first, _ in first })
      let slow = Set((0..<3).map { _ in random.below(40) })
      let window = 1 + random.below(8)

      let (expected, expectedError) = Self.plainLoop(count: count, faults: faults)
      var results: [Int] = []
      let next = Self.counter(to: count)
      do {
        try pool.mapOrdered(
          window: window,
          produce: {
            let item = next()
            if let item { try Self.check(faults, .produce, item) }
            return item
          },
          transform: { (item: Int) in
            if slow.contains(item) { usleep(30) }
            try Self.check(faults, .transform, item)
            return item
          },
          consume: { item in
            try Self.check(faults, .consume, item)
            results.append(item)
          })
        #expect(expectedError == nil)
      } catch {
        #expect(error as? Failure == expectedError)
      }
      #expect(results == expected)
    }
  }

  private static func check(
    _ faults: [Int: Failure.Step], _ step: Failure.Step, _ item: Int
  ) throws {
    if faults[item] == step { throw Failure(step: step, item: item) }
  }

  private static func plainLoop(
    count: Int, faults: [Int: Failure.Step]
  ) -> (results: [Int], error: Failure?) {
    var results: [Int] = []
    for item in 0..<count {
      if let step = faults[item] { return (results, Failure(step: step, item: item)) }
      results.append(item)
    }
    return (results, nil)
  }

  @Test func aFailureToMakeAStateIsTheErrorOfTheCall() throws {
    let pool = try ThreadPool(threadCount: 2)
    #expect(throws: Failure(step: .transform, item: -1)) {
      try pool.mapOrdered(
        window: 4, makeState: { throw Failure(step: .transform, item: -1) },
        produce: Self.counter(to: 10), transform: { (_: inout Int, item: Int) in item },
        consume: { _ in Issue.record("nothing can be consumed") })
    }
  }

  @Test func nothingOfItRunsOnceTheCallReturns() throws {
    let pool = try ThreadPool(threadCount: 4)
    let running = Shared(0)
    for step in 0..<60 {
      #expect(throws: Failure.self) {
        try pool.mapOrdered(
          window: 8, produce: Self.counter(to: 30),
          transform: { (item: Int) in
            running.add(1)
            usleep(200)
            running.add(-1)
            return item
          },
          consume: { item in
            if item == step % 10 { throw Failure(step: .consume, item: item) }
          })
      }
      #expect(running.value == 0)
    }
  }

  @Test func nothingIsKeptOnceTheCallReturns() throws {
    final class Token: Sendable {}
    let pool = try ThreadPool(threadCount: 4)
    for round in 0..<300 {
      weak var produced: Token?
      weak var made: Token?
      do {
        let token = Token()
        let stateToken = Token()
        produced = token
        made = stateToken
        let next = Self.counter(to: 20)
        try? pool.mapOrdered(
          window: 8, makeState: { [stateToken] in stateToken },
          produce: { [token] in next().map { ($0, token) } },
          transform: { (_: inout Token, item: (Int, Token)) in item },
          consume: { if $0.0 == round % 25 { throw Failure(step: .consume, item: $0.0) } })
      }
      #expect(produced == nil)
      // The closures that were passed may be held a moment longer by a task that just ended; what
      // they made is not.
      for _ in 0..<100 where made != nil { usleep(100) }
      #expect(made == nil)
    }
  }

  @Test func cancellationIsSeenAtTheNextItem() throws {
    let pool = try ThreadPool(threadCount: 2)
    let flag = CancellationFlag()
    var consumed = 0
    let error = #expect(throws: LakeError.self) {
      try pool.mapOrdered(
        window: 4, cancellation: flag, produce: { 1 }, transform: { (item: Int) in item },
        consume: { _ in
          consumed += 1
          if consumed == 10 { flag.cancel() }
        })
    }
    #expect(error?.code == .cancelled)
    #expect(consumed == 10)
  }

  @Test func severalCallsShareAPool() throws {
    let pool = try ThreadPool(threadCount: 2)
    let sums = Shared([Int]())
    let callers = (0..<4).map { _ in
      Thread {
        let sum = Shared(0)
        try? pool.mapOrdered(
          window: 3, produce: Self.counter(to: 200), transform: { (item: Int) in item },
          consume: { sum.add($0) })
        sums.withLock { $0.append(sum.value) }
      }
    }
    for caller in callers { caller.start() }
    for _ in 0..<5000 where sums.value.count < 4 { usleep(1000) }
    #expect(sums.value == Array(repeating: 199 * 200 / 2, count: 4))
  }
}
