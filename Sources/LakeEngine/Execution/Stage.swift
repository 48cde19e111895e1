import LakeCore
import Synchronization

/// A step that batches pass through on the thread that read them: filter, project, the probe of a
/// join. It has a state, and is used by one thread at a time, for one morsel after the other.
protocol Stage: AnyObject {
  /// Takes a batch that has rows, and hands on what becomes of it.
  func process(_ batch: Batch, emit: (Batch) throws -> Void) throws

  /// Hands on what was held back; the morsel has ended, or ended early. Nothing of it may be left.
  func finish(emit: (Batch) throws -> Void) throws

  /// Forgets what was held back, after an error.
  func reset()
}

extension Stage {
  func finish(emit: (Batch) throws -> Void) throws {}
  func reset() {}
}

/// How a stage is made; what all its copies share.
protocol StageMaker: Sendable {
  func makeStage() throws -> any Stage
}

/// Thrown by a stage that needs no more rows of this morsel. Caught where the morsel is read.
struct MorselIsEnough: Error {}

/// The stages of a pipeline, one behind the other.
final class StageChain {
  private let stages: [any Stage]
  private let meter: StageMeter?
  private let cancellation: CancellationFlag

  init(_ stages: [any Stage], meter: StageMeter?, cancellation: CancellationFlag) {
    self.stages = stages
    self.meter = meter
    self.cancellation = cancellation
  }

  /// Sends all rows of a morsel through.
  func run(_ morsel: any Morsel, emit: (Batch) throws -> Void) throws {
    do {
      meter?.begin()
      do {
        try morsel.read { try push($0, 0, emit) }
      } catch is MorselIsEnough {}
      for index in stages.indices {
        meter?.enter(index + 1)
        do {
          try stages[index].finish { try push($0, index + 1, emit) }
        } catch is MorselIsEnough {}
        meter?.leave()
      }
      meter?.end()
    } catch {
      for stage in stages { stage.reset() }
      throw error
    }
  }

  private func push(_ batch: Batch, _ index: Int, _ emit: (Batch) throws -> Void) throws {
    // Here and not where rows come out: a join can make billions for a filter that keeps none.
    try cancellation.check()
    if batch.selectedCount == 0 { return }
    meter?.count(batch, from: index)
    guard index < stages.count else {
      meter?.enter(index + 1)
      defer { meter?.leave() }
      return try emit(batch)
    }
    meter?.enter(index + 1)
    defer { meter?.leave() }
    try stages[index].process(batch) { try push($0, index + 1, emit) }
  }
}

/// Chains that wait for their next morsel.
// @unchecked Sendable: a chain is used by whoever took it, and by nobody meanwhile.
final class ChainPool: @unchecked Sendable {
  private let lock = Mutex<Void>(())
  private var free: [StageChain] = []
  private let makers: [any StageMaker]
  private let nodes: [NodeCounters?]?
  private let cancellation: CancellationFlag

  /// `nodes` are the counters of the source and of each stage, where somebody wants to know.
  init(
    _ makers: [any StageMaker], nodes: [NodeCounters?]?, cancellation: CancellationFlag
  ) {
    self.makers = makers
    self.nodes = nodes
    self.cancellation = cancellation
  }

  func withChain<R>(_ body: (StageChain) throws -> R) throws -> R {
    let known = lock.withLock { _ in Taken(chain: free.popLast()) }
    let chain = try known.chain ?? makeChain()
    defer {
      let taken = Taken(chain: chain)
      lock.withLock { _ in if let chain = taken.chain { free.append(chain) } }
    }
    return try body(chain)
  }

  // @unchecked Sendable: carries a chain out of the lock to the one who uses it.
  private struct Taken: @unchecked Sendable {
    let chain: StageChain?
  }

  private func makeChain() throws -> StageChain {
    StageChain(
      try makers.map { try $0.makeStage() }, meter: nodes.map { StageMeter($0) },
      cancellation: cancellation)
  }
}

/// Measures what each stage of one chain takes, its followers not counted.
final class StageMeter {
  private let nodes: [NodeCounters?]
  private let clock = ContinuousClock()
  private var rows: [Int]
  private var batches: [Int]
  private var time: [Int]
  private var stack: [Int] = []
  private var last: ContinuousClock.Instant

  init(_ nodes: [NodeCounters?]) {
    self.nodes = nodes
    rows = Array(repeating: 0, count: nodes.count + 1)
    batches = rows
    time = rows
    last = clock.now
  }

  func begin() {
    stack = [0]
    last = clock.now
  }

  /// From now on the time is that of a level: 0 for the source, then the stages, then the consumer.
  func enter(_ level: Int) {
    charge()
    stack.append(level)
  }

  func leave() {
    charge()
    if stack.count > 1 { stack.removeLast() }
  }

  func count(_ batch: Batch, from level: Int) {
    rows[level] += batch.selectedCount
    batches[level] += 1
  }

  func end() {
    charge()
    for (level, node) in nodes.enumerated() {
      node?.add(rows: rows[level], batches: batches[level], nanoseconds: time[level])
    }
    for level in rows.indices { (rows[level], batches[level], time[level]) = (0, 0, 0) }
  }

  private func charge() {
    let now = clock.now
    let passed = last.duration(to: now).components
    last = now
    guard let level = stack.last else { return }
    time[level] += Int(passed.seconds) * 1_000_000_000 + Int(passed.attoseconds / 1_000_000_000)
  }
}
