import Foundation
import LakeCore
import LakeTestSupport
import Testing

@Suite("ThreadPool")
struct ThreadPoolTests {
  @Test func everyTaskRunsOnceBeforeThePoolIsGone() throws {
    let sum = Shared(0)
    do {
      let pool = try ThreadPool(threadCount: 3)
      for number in 1...3000 {
        pool.submit { _ in sum.add(number) }
      }
    }
    #expect(sum.value == 3000 * 3001 / 2)
  }

  @Test func noTwoTasksHaveTheSameWorkerNumberAtTheSameTime() throws {
    let busy = Shared(Set<Int>())
    let clashes = Shared(0)
    let seen = Shared(Set<Int>())
    do {
      let pool = try ThreadPool(threadCount: 4)
      for _ in 0..<200 {
        pool.submit { worker in
          if !busy.withLock({ $0.insert(worker).inserted }) {
            clashes.add(1)
          }
          seen.withLock { _ = $0.insert(worker) }
          usleep(100)
          busy.withLock { _ = $0.remove(worker) }
        }
      }
    }
    #expect(clashes.value == 0)
    #expect(seen.value == [0, 1, 2, 3])
  }

  @Test func aTaskMayHoldTheLastReferenceToItsPool() throws {
    let done = Shared(false)
    do {
      let pool = try ThreadPool(threadCount: 1)
      pool.submit { _ in
        usleep(20_000)
        withExtendedLifetime(pool) { done.set(true) }
      }
    }
    for _ in 0..<1000 where !done.value { usleep(1000) }
    #expect(done.value)
  }

  @Test func tasksHaveADeepStack() throws {
    let depth = Shared(0)
    do {
      let pool = try ThreadPool(threadCount: 1)
      pool.submit { _ in
        // Six of the eight megabytes; a thread of the system's smaller sizes would die here.
        withUnsafeTemporaryAllocation(byteCount: 6 << 20, alignment: 16) { buffer in
          for offset in stride(from: 0, to: buffer.count, by: 4096) { buffer[offset] = 1 }
          depth.set(buffer.count)
        }
      }
    }
    #expect(depth.value == 6 << 20)
  }

  @Test func signalsAreBlockedOnThreadsOfThePoolAndNowhereElse() throws {
    var usr2 = sigset_t()
    sigaddset(&usr2, SIGUSR2)
    var previous = sigset_t()
    pthread_sigmask(SIG_UNBLOCK, &usr2, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

    let isBlocked = Shared(false)
    do {
      let pool = try ThreadPool(threadCount: 1)
      pool.submit { _ in isBlocked.set(Self.isBlocked(SIGUSR2)) }
    }
    #expect(isBlocked.value)
    #expect(!Self.isBlocked(SIGUSR2))
  }

  private static func isBlocked(_ signal: Int32) -> Bool {
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    return sigismember(&mask, signal) == 1
  }

  @Test func waitingForThePoolFromOneOfItsTasksIsABug() async {
    await #expect(processExitsWith: .failure) {
      let pool = try ThreadPool(threadCount: 2)
      pool.submit { _ in try? pool.forEach(count: 1) { _, _ in } }
      sleep(5)
    }
  }
}
